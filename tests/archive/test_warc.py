from __future__ import annotations

import contextlib
import gzip
import io
import json
import os
import subprocess
import sys
import zlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import brotli
import fastwarc
import pyarrow as pa
import pytest
from archive_samples import BODY, DATE, HEADERS, URL, note, one_segment, respond, writer
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator as WarcioIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from broadtape.archive.warc import Http, Record, read_record, read_segment, recover
from broadtape.archive.warc.http import parse_http
from broadtape.errors import SpoolError, UndecodableBody, WarcError


def check_with_others(path: Path) -> int:
    """How many records fastwarc and warcio both read, their digests checked."""
    result = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", str(path)], capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    with path.open("rb") as stream:
        theirs = [r.rec_headers.get_header("WARC-Record-ID") for r in WarcioIterator(stream)]
    ours = []
    for record in fastwarc.ArchiveIterator(str(path), parse_http=False):
        assert record.verify_block_digest()
        ours.append(record.record_id)
    assert ours == theirs
    return len(ours)


def test_a_segment_lies_where_its_key_says_and_reads_back_as_written(tmp_path: Path) -> None:
    path = one_segment(tmp_path)
    assert path.relative_to(tmp_path).as_posix() == "raw/site=wire/date=2026-11-23/r1-0001.warc.gz"
    records = list(read_segment(path))
    assert [r.type for r in records] == ["warcinfo", *["response", "metadata"] * 3]
    response, metadata = records[1], records[2]
    assert response.http == Http(200, "OK", (*HEADERS, (b"Content-Length", b"%d" % len(BODY))), BODY)
    assert (response.url, response.date) == (f"{URL}0", DATE)
    assert response.payload_digest == f"sha256:{response.http.payload_sha256}"
    assert metadata.refers_to == response.record_id
    assert metadata.note == note(url=f"{URL}0")
    assert response.note is None


def test_each_record_is_one_ranged_read(tmp_path: Path) -> None:
    path = one_segment(tmp_path)
    data = path.read_bytes()
    records = list(read_segment(path))
    assert records[0].offset == 0
    assert [r.offset + r.length for r in records] == [*[r.offset for r in records[1:]], len(data)]
    for record in records:
        assert read_record(data[record.offset : record.offset + record.length], record.offset, path.name) == record


def test_other_readers_accept_what_we_write(tmp_path: Path) -> None:
    assert check_with_others(one_segment(tmp_path)) == 7


def test_what_the_body_no_longer_is_stays_under_another_name(tmp_path: Path) -> None:
    segment = writer(tmp_path)
    sent = [(b"Transfer-Encoding", b"chunked"), (b"Content-Length", b"9999"), (b"Bad\r\nName", b"x\r\nInjected: 1")]
    respond(segment, headers=sent)
    segment.close()
    http = list(read_segment(next(tmp_path.rglob("*.warc.gz"))))[1].http
    assert http is not None
    assert http.headers == (
        (b"X-Crawler-Transfer-Encoding", b"chunked"),
        (b"X-Crawler-Content-Length", b"9999"),
        (b"Bad Name", b"x Injected: 1"),
        (b"Content-Length", b"%d" % len(BODY)),
    )
    assert http.body == BODY


def test_revisits_and_notes_of_their_own(tmp_path: Path) -> None:
    segment = writer(tmp_path)
    segment.revisit(url=URL, status=304, headers=[(b"ETag", b'"x"')], date=DATE, note=note(outcome="unchanged"))
    segment.revisit(url=URL, status=200, headers=[], date=DATE, note=note(), payload_digest="ab" * 32)
    segment.note(note(event="skip", outcome="skipped", reason="robots"))
    segment.note(note(event="poll", url=None, outcome="polled", detail={"discovered": 3}), date=DATE)
    segment.close()
    path = next(tmp_path.rglob("*.warc.gz"))
    _, first, about_first, second, _, skipped, polled = read_segment(path)
    assert first.type == "revisit"
    assert first.http is not None
    assert (first.http.status, first.http.header("etag"), first.http.body) == (304, '"x"', b"")
    assert about_first.refers_to == first.record_id
    assert second.payload_digest == f"sha256:{'ab' * 32}"
    assert skipped.note is not None
    assert (skipped.note.reason, skipped.refers_to) == ("robots", None)
    assert polled.note is not None
    assert (polled.url, polled.note.detail) == (None, {"discovered": 3})
    assert check_with_others(path) == 7


def test_segments_rotate_by_age_and_by_size_and_empty_ones_never_appear(tmp_path: Path) -> None:
    now = [DATE]
    closed: list[Path] = []
    segment = writer(tmp_path, clock=lambda: now[0], max_seconds=60, max_bytes=3000, on_closed=closed.append)
    segment.rotate_if_due()
    segment.close()
    assert list(tmp_path.rglob("*.warc.gz*")) == []
    respond(segment)
    now[0] += timedelta(seconds=59)
    segment.rotate_if_due()
    assert closed == []
    now[0] += timedelta(hours=12)
    segment.rotate_if_due()
    assert [p.name for p in closed] == ["r1-0001.warc.gz"]
    respond(segment, body=os.urandom(4000))
    respond(segment)
    segment.close()
    assert [p.parent.name for p in closed] == ["date=2026-11-23", "date=2026-11-24", "date=2026-11-24"]
    assert [p.name for p in closed] == [f"r1-000{n}.warc.gz" for n in (1, 2, 3)]
    assert all([r.type for r in read_segment(p)] == ["warcinfo", "response", "metadata"] for p in closed)


def test_a_second_writer_of_a_run_does_not_write_over_the_first(tmp_path: Path) -> None:
    assert [one_segment(tmp_path).name for _ in range(2)] == ["r1-0001.warc.gz", "r1-0002.warc.gz"]


def test_a_full_disk_is_a_sentence_and_leaves_whole_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    segment = writer(tmp_path)
    respond(segment)
    real_write = os.write

    def half_then_full(descriptor: int, data: bytes) -> int:
        if len(data) < 300:
            raise OSError(28, "No space left on device")
        return real_write(descriptor, bytes(data)[: len(data) - 200])

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", half_then_full)
        with pytest.raises(SpoolError, match=r"^The spool is full: .* Free some space"):
            respond(segment)
    respond(segment)
    segment.close()
    assert [r.type for r in read_segment(next(tmp_path.rglob("*.warc.gz")))][1:] == ["response", "metadata"] * 2


def test_a_full_disk_at_the_first_record_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int, _data: bytes) -> int:
        raise OSError(28, "No space left on device")

    segment = writer(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(SpoolError):
            respond(segment)
    segment.close()
    assert not list(tmp_path.rglob("*.warc.gz*"))


def test_a_spool_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "raw").write_text("in the way")
    with pytest.raises(SpoolError, match="cannot be written"):
        respond(writer(tmp_path))


# Torn, cut, damaged.


def collect(records: Iterable[Record], found: list[Record]) -> None:
    for record in records:
        found.append(record)


def test_a_file_cut_anywhere_gives_its_whole_records_then_says_where_it_is_torn(tmp_path: Path) -> None:
    path = one_segment(tmp_path)
    data = path.read_bytes()
    whole = list(read_segment(path))
    ends = [r.offset + r.length for r in whole]
    torn = tmp_path / "torn.warc.gz"
    for cut in {1, 5, 11, *(end + step for end in ends[:-1] for step in (1, 9, 12, 40)), len(data) - 1, len(data) - 9}:
        torn.write_bytes(data[:cut])
        expected = [r for r in whole if r.offset + r.length <= cut]
        found: list[Record] = []
        with pytest.raises(WarcError, match=r"torn\.warc\.gz"):
            collect(read_segment(torn), found)
        assert found == expected


def test_recovery_keeps_every_whole_record_and_nothing_else(tmp_path: Path) -> None:
    path = one_segment(tmp_path)
    data = path.read_bytes()
    whole = list(read_segment(path))
    path.unlink()
    opened = path.with_name(path.name + ".open")
    for cut in [0, 4, 30, *range(40, len(data) + 1, 37), len(data)]:
        opened.write_bytes(data[:cut])
        expected = [r for r in whole if r.offset + r.length <= cut]
        closed = recover(opened)
        if len(expected) < 2:
            assert closed is None
        else:
            assert closed == path
            assert list(read_segment(path)) == expected
            path.unlink()
        assert not opened.exists()


def test_recovery_cuts_the_zeros_that_a_power_cut_leaves(tmp_path: Path) -> None:
    path = one_segment(tmp_path)
    opened = path.rename(path.with_name(path.name + ".open"))
    size = opened.stat().st_size
    with opened.open("ab") as file:
        file.write(bytes(5000))
    assert recover(opened) == path
    assert path.stat().st_size == size


def test_a_killed_writer_leaves_what_recovery_can_use(tmp_path: Path) -> None:
    program = f"""
import itertools, sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from pathlib import Path
import os
from archive_samples import *
segment = writer(Path({str(tmp_path)!r}))
for number in itertools.count():
    respond(segment, url=f"{{URL}}{{number}}", body=os.urandom(20_000))
    print(number, flush=True)
"""
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if int(line) == 20:
            process.kill()
            break
    reported = 20 + len(process.stdout.read().split())
    process.wait()
    closed = recover(next(tmp_path.rglob("*.open")))
    assert closed is not None
    fetched = [r.url for r in read_segment(closed) if r.type == "response"]
    assert len(fetched) >= reported + 1
    assert fetched == [f"{URL}{number}" for number in range(len(fetched))]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"<html>not a warc</html>", "no WARC"),
        (gzip.compress(b"plain text, zipped"), "no WARC record"),
        (b"\x1f\x8b" + bytes(100), "no gzip member"),
        (b"WARC/1.1\r\nthis is no header\r\n\r\n", "no Content-Length"),
        (gzip.compress(b"WARC/1.1\r\nWARC-Type: response\r\nContent-Length: 3\r\n\r\nabc\r\n\r\n"), "no WARC-Date"),
        (
            gzip.compress(b"WARC/1.1\r\nWARC-Type: response\r\nWARC-Date: noon\r\nContent-Length: 0\r\n\r\n\r\n\r\n"),
            "is no time",
        ),
        (
            gzip.compress(
                b"WARC/1.1\r\nWARC-Type: response\r\nWARC-Date: 2026-01-01T00:00:00Z\r\nContent-Length: 99\r\n\r\nabc"
            ),
            "torn",
        ),
    ],
    ids=["empty", "html", "zipped text", "broken gzip", "broken header", "no date", "odd date", "torn"],
)
def test_what_is_no_warc_is_said_to_be_none(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "x.warc.gz"
    path.write_bytes(content)
    with pytest.raises(WarcError, match=message):
        list(read_segment(path))


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(WarcError, match="cannot be read: No such file"):
        list(read_segment(tmp_path / "x.warc.gz"))


def test_a_flipped_bit_is_noticed(tmp_path: Path) -> None:
    path = one_segment(tmp_path)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x10
    path.write_bytes(bytes(data))
    with pytest.raises(WarcError, match="offset"):
        list(read_segment(path))


def test_a_record_longer_than_is_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("broadtape.archive.warc.reader.RECORD_LIMIT", 1_000_000)
    head = b"WARC/1.1\r\nWARC-Type: response\r\nWARC-Date: 2026-01-01T00:00:00Z\r\nContent-Length: 20000000\r\n\r\n"
    path = tmp_path / "bomb.warc.gz"
    path.write_bytes(gzip.compress(head + bytes(20_000_000)))
    with pytest.raises(WarcError, match="has 20,000,000 bytes; at most 1,000,000 are read"):
        list(read_segment(path))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_crash_the_reader(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "x.warc"
    for content in (data, b"WARC/1.1\r\n" + data, gzip.compress(b"WARC/1.0\r\n" + data)):
        path.write_bytes(content)
        with contextlib.suppress(WarcError):
            for record in read_segment(path):
                assert record.http is None or record.http.status >= 0
                assert record.note is None or record.type == "metadata"


# What others write.


@pytest.mark.parametrize("gz", [True, False])
@pytest.mark.parametrize("version", ["WARC/1.0", "WARC/1.1"])
def test_warcs_that_warcio_wrote(tmp_path: Path, gz: bool, version: str) -> None:
    path = tmp_path / ("x.warc.gz" if gz else "x.warc")
    chunked = b"5\r\nhello\r\n6;ext=1\r\n world\r\n0\r\n\r\n"
    with path.open("wb") as file:
        out = WARCWriter(file, gzip=gz, warc_version=version)
        out.write_record(out.create_warcinfo_record("x.warc", {"software": "other"}))
        request = StatusAndHeaders("GET / HTTP/1.1", [("Host", "news.example")], is_http_request=True)
        out.write_record(out.create_warc_record(URL, "request", http_headers=request))
        head = StatusAndHeaders("200 OK", [("Transfer-Encoding", "chunked")], protocol="HTTP/1.1")
        out.write_record(out.create_warc_record(URL, "response", payload=io.BytesIO(chunked), http_headers=head))
        out.write_record(out.create_warc_record(URL, "resource", payload=io.BytesIO(b"plain")))
        out.write_record(out.create_warc_record("dns:news.example", "response", payload=io.BytesIO(b"1 IN A")))
    records = list(read_segment(path))
    assert [r.type for r in records] == ["warcinfo", "request", "response", "resource", "response"]
    assert [r.offset + r.length for r in records] == [*[r.offset for r in records[1:]], path.stat().st_size]
    assert records[1].http is None
    assert records[2].http is not None
    assert records[2].http.body == b"hello world"
    assert records[2].date.tzinfo is UTC
    assert records[3].block == b"plain"
    assert records[4].http is None


def test_a_torn_plain_warc(tmp_path: Path) -> None:
    path = tmp_path / "x.warc"
    with path.open("wb") as file:
        out = WARCWriter(file, gzip=False)
        for _ in range(2):
            out.write_record(out.create_warc_record(URL, "resource", payload=io.BytesIO(b"x" * 500)))
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(WarcError, match="torn"):
        list(read_segment(path))


def test_a_file_gzipped_as_a_whole_still_reads(tmp_path: Path) -> None:
    plain = b"".join(gzip.decompress(m) for m in [one_segment(tmp_path).read_bytes()])
    path = tmp_path / "whole.warc.gz"
    path.write_bytes(gzip.compress(plain))
    assert [r.type for r in read_segment(path)] == ["warcinfo", *["response", "metadata"] * 3]
    assert {r.offset for r in read_segment(path)} == {0}


@pytest.mark.shared
def test_the_recorded_piece_of_the_web() -> None:
    path = Path(__file__).parents[3] / "shared/replay/newswire.warc.gz"
    if not path.exists():
        pytest.skip("the recorded pages lie beside the checkout, and are not there")
    responses = [r for r in read_segment(path) if r.http]
    assert len(responses) > 20
    assert all(r.http and r.http.content() and r.http.payload_sha256 for r in responses)


# Bodies.


def http(body: bytes, encoding: str) -> Http:
    return Http(200, "OK", ((b"Content-Encoding", encoding.encode()),), body)


RAW_DEFLATE = zlib.compressobj(wbits=-15)
ENCODED = {
    "identity": BODY,
    "gzip": gzip.compress(BODY),
    "x-gzip": gzip.compress(BODY[:20]) + gzip.compress(BODY[20:]) + b"\0\0",
    "deflate": zlib.compress(BODY),
    " Deflate ": RAW_DEFLATE.compress(BODY) + RAW_DEFLATE.flush(),
    "br": brotli.compress(BODY),
    "zstd": pa.compress(BODY, codec="zstd", asbytes=True),
    "gzip, br": brotli.compress(gzip.compress(BODY)),
}


@pytest.mark.parametrize("encoding", ENCODED)
def test_bodies_are_decoded(encoding: str) -> None:
    assert http(ENCODED[encoding], encoding).content() == BODY


def test_a_body_decoded_before_it_was_stored_is_taken_as_it_is() -> None:
    assert http(BODY, "gzip").content() == BODY


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("", gzip.compress(BODY)),
        ("utf-8", gzip.compress(BODY)),
        ("deflate", gzip.compress(BODY)),
        ("br", gzip.compress(BODY)),
        ("gzip", zlib.compress(BODY)),
        ("br", pa.compress(BODY, codec="zstd", asbytes=True)),
        ("gzip, gzip", gzip.compress(BODY)),
        ("gzip", gzip.compress(BODY)[:-8]),
        ("gzip", gzip.compress(BODY)[:-8] + b"\0" * 8),
        ("deflate", zlib.compress(BODY)[:-4]),
    ],
    ids=range(10),  # the time stands in the bytes, and names of tests must not change with it
)
def test_a_body_is_what_it_begins_as_whatever_its_label_and_its_check_sum_say(encoding: str, body: bytes) -> None:
    assert http(body, encoding).content() == BODY


def test_several_headers_name_one_coding_after_the_other() -> None:
    headers = ((b"Content-Encoding", b"gzip"), (b"content-encoding", b"br"))
    assert Http(200, "OK", headers, brotli.compress(gzip.compress(BODY))).content() == BODY


def test_a_member_without_its_check_sum_does_not_stand_for_those_behind_it() -> None:
    first = gzip.compress(BODY)
    for body in (first[:-8] + b"\0" * 8 + gzip.compress(BODY), first + gzip.compress(BODY)[:-20]):
        with pytest.raises(UndecodableBody, match="broken encoding"):
            http(body, "gzip").content()


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
def test_bombs_stop_at_the_limit(encoding: str) -> None:
    zeros = bytes(30_000_000)
    packed = {
        "gzip": lambda: gzip.compress(zeros),
        "deflate": lambda: zlib.compress(zeros),
        "br": lambda: brotli.compress(zeros, quality=1),
        "zstd": lambda: pa.compress(zeros, codec="zstd", asbytes=True),
    }[encoding]()
    with pytest.raises(UndecodableBody) as caught:
        http(packed, encoding).content(limit=1_000_000)
    assert caught.value.reason == "too large"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
def test_a_body_cut_short_is_broken(encoding: str) -> None:
    body = os.urandom(5000)
    packed = {
        "gzip": lambda: gzip.compress(body),
        "deflate": lambda: zlib.compress(body),
        "br": lambda: brotli.compress(body),
        "zstd": lambda: pa.compress(body, codec="zstd", asbytes=True),
    }[encoding]()
    with pytest.raises(UndecodableBody) as caught:
        http(packed[:-100], encoding).content()
    assert caught.value.reason == "broken encoding"


@pytest.mark.parametrize("coding", ["pack200-gzip", "utf-8", "none", "binary", "text/html", "identity, aws-chunked"])
def test_what_is_no_coding_changes_nothing(coding: str) -> None:
    assert http(BODY, coding).content() == BODY


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (b"HTTP/1.1 200 OK\r\nA: 1\r\n b\r\n\r\nx", (200, ((b"A", b"1 b"),), b"x")),
        (b"HTTP/1.0 404\r\n\r\nx", (404, (), b"x")),
        (b"HTTP/2 200\r\nA: 1\r\n\r\n", (200, ((b"A", b"1"),), b"")),
        (b"HTTP/1.1 200 OK\nA: 1\n\nx", (200, ((b"A", b"1"),), b"x")),
        (b"HTTP/1.1 200 OK\r\nA: 1", (200, ((b"A", b"1"),), b"")),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnot chunked", (200, None, b"not chunked")),
        (b"HTTP/1.1 200 OK\r\nA: 1\r\n\r\n0000000003;x=y\r\nabc\r\n0\r\n\r\n", (200, None, b"abc")),
        (b"HTTP/1.1 200 OK\r\nA: 1\r\n\r\n3\r\nabc\r\n", (200, None, b"3\r\nabc\r\n")),
        (b"http/1.1  200\tOK\r\nA: 1\r\n\r\nx", (200, ((b"A", b"1"),), b"x")),
        (b"HTTP/1.1 103 Early\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nA: 1\r\n\r\nx", (200, ((b"A", b"1"),), b"x")),
        (b"HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 404 No\r\nA: 1\r\n\r\nx", (404, ((b"A", b"1"),), b"x")),
        (b"HTTP/1.1 200 OK\r\nA: 1\r\n\r\nHTTP/1.1 404 is\r\n\r\nx", (200, None, b"HTTP/1.1 404 is\r\n\r\nx")),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz", (200, None, b"3\r\nabc\r\nzz")),
    ],
)
def test_http_heads(block: bytes, expected: tuple[int, object, bytes]) -> None:
    parsed = parse_http(block)
    assert parsed is not None
    status, headers, body = expected
    assert (parsed.status, parsed.body) == (status, body)
    assert headers is None or parsed.headers == headers


@pytest.mark.parametrize(
    ("head", "body", "short"),
    [
        ("Content-Length: 20", b"<html>", True),
        ("Content-Length: 3", b"<html>", False),
        ("Content-Length: 1e9", b"<html>", False),
        ("Transfer-Encoding: chunked", b"9\r\n<html>", True),
        ("Transfer-Encoding: chunked", b"6\r\n<html>\r\n", True),
        ("Transfer-Encoding: chunked", b"6\r\n<html>\r\n1", True),
        ("Transfer-Encoding: chunked", b"6\r\n<html>\r\n0\r\n\r\n", False),
        ("Transfer-Encoding: chunked", b"<html>", False),
    ],
)
def test_a_body_shorter_than_its_framing_says_is_short(head: str, body: bytes, short: bool) -> None:
    parsed = parse_http(f"HTTP/1.1 200 OK\r\n{head}\r\n\r\n".encode() + body)
    assert parsed is not None
    assert (parsed.body, parsed.short) == (b"<html>", short)


@pytest.mark.parametrize(
    ("field", "head", "body", "cut"),
    [
        ("WARC-Truncated: time", "A: 1", "<p>The quay", "time"),
        ("WARC-Truncated: time", "A: 1", "<p>The quay</html>", None),
        ("WARC-Truncated: time", "Content-Length: 11", "<p>The quay", None),
        ("WARC-Segment-Number: 1", "A: 1", "<p>The quay", "one segment of several"),
        ("A: 1", "Content-Length: 400", "<p>The quay", "shorter than it says"),
        ("A: 1", "Content-Length: 400", "<p>The quay</html>", None),
        ("A: 1", "Transfer-Encoding: chunked", "400\r\n<p>The quay", "shorter than it says"),
        ("A: 1", "A: 1", "<p>The quay", None),
    ],
)
def test_a_record_that_is_only_a_part_says_why(
    tmp_path: Path, field: str, head: str, body: str, cut: str | None
) -> None:
    block = f"HTTP/1.1 200 OK\r\n{head}\r\n\r\n{body}"
    fields = f"WARC-Type: response\r\nWARC-Date: 20261120100000\r\n{field}\r\nContent-Length: {len(block)}"
    path = tmp_path / "part.warc"
    path.write_text(f"WARC/1.0\r\n{fields}\r\n\r\n{block}\r\n\r\n", newline="")
    [record] = read_segment(path)
    assert record.cut == cut
    assert record.date == datetime(2026, 11, 20, 10, tzinfo=UTC)


def test_what_is_no_http_is_none() -> None:
    assert parse_http(b"GET / HTTP/1.1\r\n\r\n") is None
    assert parse_http(b"") is None


def test_a_foreign_metadata_record_is_no_note(tmp_path: Path) -> None:
    path = tmp_path / "x.warc.gz"
    with path.open("wb") as file:
        out = WARCWriter(file, gzip=True)
        for content, kind in ((b"{}", "application/json"), (b"[1]", "application/json"), (b"via: x", "text/plain")):
            out.write_record(
                out.create_warc_record(URL, "metadata", payload=io.BytesIO(content), warc_content_type=kind)
            )
    assert [r.note for r in read_segment(path)] == [None] * 3
    assert json.loads(next(read_segment(path)).block) == {}

"""Recordings that others wrote, cut off, padded or damaged: what is whole is read, what is not is told."""

from __future__ import annotations

import contextlib
import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadtape.archive.warc import Damage, Head, Record, members, scan
from broadtape.errors import WarcError

pytestmark = pytest.mark.attack

_HOST = "https://tide.example"
_HTTP = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"


def warc(
    number: int, body: bytes = b"<p>ebb</p>", *, eol: bytes = b"\r\n", more: int = 0, date: str | None = None
) -> bytes:
    block = _HTTP + body
    head = [
        "WARC/1.0",
        "WARC-Type: response",
        f"WARC-Record-ID: <urn:x:{number}>",
        f"WARC-Date: {date or f'2025-05-{number + 1:02}T10:00:00Z'}",
        f"WARC-Target-URI: {_HOST}/{number}",
        f"Content-Length: {len(block) + more}",
    ]
    return eol.join(line.encode() for line in head if not line.endswith(": none")) + eol * 2 + block + eol * 2


def packed(*records: bytes) -> bytes:
    return b"".join(gzip.compress(record, mtime=0) for record in records)


def read(
    tmp_path: Path, data: bytes, wanted: Callable[[Head], bool] = lambda _head: True
) -> tuple[list[str], list[Damage]]:
    """The last parts of the addresses that were read, and the damage."""
    path = tmp_path / "recording"
    path.write_bytes(data)
    found = list(scan(path, wanted))
    records = [each for each in found if isinstance(each, Record)]
    return [str(record.url).rpartition("/")[2] for record in records], [d for d in found if isinstance(d, Damage)]


FIVE = [warc(n) for n in range(5)]


@pytest.mark.parametrize(
    ("data", "numbers", "reason"),
    [
        (packed(*FIVE)[:-20], "0123", "torn"),
        (packed(*FIVE)[:-4], "0123", "torn"),
        (packed(*FIVE) + bytes(700), "01234", "zero bytes"),
        (packed(*FIVE[:2], b"", *FIVE[2:]), "01234", "empty"),
        (packed(*FIVE[:2]) + b"\x1f\x8b\x08 rubbish" * 9 + packed(*FIVE[2:]), "01234", "no gzip member"),
        (packed(*FIVE[:2], b"no record at all", *FIVE[2:]), "01234", "no WARC record begins here"),
        (packed(*FIVE[:2], warc(9, more=7), *FIVE[2:]), "01234", "length is wrong"),
        (packed(*FIVE[:2], warc(9, b"x" * 900, more=-500), *FIVE[2:]), "01234", "length is wrong"),
        (packed(*FIVE[:2], warc(9, date="5 May 2025"), *FIVE[2:]), "01234", "is no time"),
        (packed(*FIVE[:2], warc(9, date="0001-01-01T00:00:00+14:00"), *FIVE[2:]), "01234", "is no time"),
        (packed(*FIVE[:2], warc(9, date="none"), *FIVE[2:]), "01234", "no WARC-Date"),
        (packed(*FIVE[:2], warc(9).replace(b"Content-Length:", b"Size:"), *FIVE[2:]), "01234", "no Content-Length"),
        (b"".join(FIVE)[:-30], "0123", "torn"),
        (b"".join(FIVE) + bytes(700), "01234", "zero bytes"),
        (b"".join([*FIVE[:2], warc(9, more=7), *FIVE[2:]]), "01234", "length is wrong"),
        (b"".join([*FIVE[:2], warc(9, more=-7), *FIVE[2:]]), "01234", "length is wrong"),
        (b"".join([*FIVE[:2], warc(9, more=10**12), *FIVE[2:]]), "01234", "length is wrong"),
        (b"".join([*FIVE[:2], b"WARC/1.0 nonsense\r\n\r\n", *FIVE[2:]]), "01234", "Content-Length"),
        (b"lost beginning\r\n\r\n" + b"".join(FIVE), "01234", "no WARC record begins here"),
        (gzip.compress(b"".join([*FIVE[:2], warc(9, more=7), *FIVE[2:]])), "01234", "length is wrong"),
        (gzip.compress(b"".join(FIVE))[:-30], "01", "torn"),
    ],
)  # fmt: skip
def test_one_bad_record_costs_itself(tmp_path: Path, data: bytes, numbers: str, reason: str) -> None:
    found, damage = read(tmp_path, data)
    assert "".join(found)[: len(numbers)] == numbers
    assert [reason in each.reason for each in damage] == [True]


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + b"".join(FIVE),
        b"".join(warc(n, eol=b"\n") for n in range(5)),
        b"\r\n\r\n\r\n".join(FIVE),
        gzip.compress(b"".join(FIVE)),
        b"".join(pa.compress(record, codec="zstd", asbytes=True) for record in FIVE),
        pa.compress(b"".join(FIVE), codec="zstd", asbytes=True),
    ],
    ids=["byte order mark", "line feeds", "blank lines", "one member", "zstd frames", "one zstd frame"],
)
def test_other_writers_forms(tmp_path: Path, data: bytes) -> None:
    assert read(tmp_path, data) == (list("01234"), [])


def arc(number: int) -> bytes:
    block = _HTTP + b"<p>ebb</p>"
    return f"{_HOST}/{number} 192.0.2.1 2005050{number + 1}100000 text/html {len(block)}\n".encode() + block + b"\n"


@pytest.mark.parametrize("gz", [False, True])
def test_arc(tmp_path: Path, gz: bool) -> None:
    about = b"1 0 Example\nURL IP-address Archive-date Content-type Archive-length\n"
    version = b"filedesc://x.arc 0.0.0.0 20050501000000 text/plain %d\n" % len(about) + about + b"\n"
    parts = [version, *map(arc, range(3))]
    path = tmp_path / "x.arc"
    path.write_bytes(packed(*parts) if gz else b"".join(parts))
    _, *records = scan(path)
    assert [(r.url, r.date.isoformat(), r.type) for r in records if isinstance(r, Record)] == [
        (f"{_HOST}/{n}", f"2005-05-0{n + 1}T10:00:00+00:00", "response") for n in range(3)
    ]


def test_wacz(tmp_path: Path) -> None:
    path = tmp_path / "x.wacz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/a.warc.gz", packed(*FIVE[:2]))
        archive.writestr("archive/b.warc.gz", packed(*FIVE[2:])[:-9])
        archive.writestr("pages/pages.jsonl", "{}")
    found = list(scan(path))
    assert [r.url for r in found if isinstance(r, Record)] == [f"{_HOST}/{n}" for n in range(4)]
    assert [d.torn for d in found if isinstance(d, Damage)] == [True]
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(WarcError, match="torn or damaged"):
        list(scan(path))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("notes.txt", "nothing")
    with pytest.raises(WarcError, match="expected a WACZ"):
        list(scan(path))


def test_a_zstd_file_with_a_dictionary(tmp_path: Path) -> None:
    from fastwarc.stream_io import ZstdWriter, zstd_train_dictionary_from_samples

    many = [warc(n % 20, b"<p>the tide fell at Fernwick harbour</p>" * n) for n in range(200)]
    dictionary = bytes(zstd_train_dictionary_from_samples(many, 2048))
    out = io.BytesIO()
    writer = ZstdWriter(out, dictionary=dictionary)
    for record in FIVE:
        writer.write(record)
        writer.finish()
    writer.close()
    assert read(tmp_path, out.getvalue()) == (list("01234"), [])


def test_what_is_not_wanted_is_not_looked_at(tmp_path: Path) -> None:
    data = packed(FIVE[0], warc(8, bytes(3_000_000)), warc(9, date="noon"), FIVE[1])
    assert read(tmp_path, data, lambda head: head.url in {f"{_HOST}/0", f"{_HOST}/1"}) == (["0", "1"], [])


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, 4), place=st.integers(0, 10_000), flip=st.integers(1, 255), gz=st.booleans())
def test_a_flipped_byte_costs_at_most_its_record_and_the_next(
    tmp_path_factory: pytest.TempPathFactory, at: int, place: int, flip: int, gz: bool
) -> None:
    parts = [bytearray(gzip.compress(record, mtime=0) if gz else record) for record in FIVE]
    parts[at][place % len(parts[at])] ^= flip
    found, _ = read(tmp_path_factory.mktemp("flip"), b"".join(parts))
    whole = {str(n) for n in range(5) if n != at}
    assert len(whole - set(found)) <= (0 if gz else 1)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.binary(max_size=80) | st.sampled_from([*FIVE, b"WARC/1.0\r\n", b"\x1f\x8b\x08", b"\0"]), max_size=6),
    st.booleans(),
)
def test_no_bytes_stop_the_reader(tmp_path_factory: pytest.TempPathFactory, parts: list[bytes], gz: bool) -> None:
    path = tmp_path_factory.mktemp("any") / "recording"
    path.write_bytes(b"".join(gzip.compress(part) if gz else part for part in parts))
    with contextlib.suppress(WarcError):
        list(scan(path))


def within(inner: bytes) -> bytes:
    """A gzip member that never ends: the beginning of a record, then `inner` as it is, in blocks that are stored."""
    told, made = warc(9)[:40] + inner, gzip.compress(b"", mtime=0)[:10]
    for at in range(0, len(told), 65535):
        block = told[at : at + 65535]
        made += b"\0" + len(block).to_bytes(2, "little") + (65535 - len(block)).to_bytes(2, "little") + block
    return made


def test_torn_members_that_run_over_each_other_are_not_all_read_to_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nested = b""
    for _ in range(200):
        nested = within(nested)
    data = packed(*FIVE[:2]) + nested + packed(*FIVE[2:])
    numbers, damage = read(tmp_path, data)
    assert "".join(numbers) == "01234"
    assert len(damage) > 100

    monkeypatch.setattr(members, "_READ_AGAIN", len(nested))
    numbers, damage = read(tmp_path, data)
    assert "".join(numbers)[:2] == "01"
    assert len(damage) < 20
    assert "bytes that it runs over" in damage[-1].reason

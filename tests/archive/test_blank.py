from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import fastwarc
from archive_samples import BODY, DATE, URL, note, one_segment, respond, writer
from warcio.archiveiterator import ArchiveIterator as WarcioIterator

from broadtape.archive.warc import read_record, read_segment
from broadtape.archive.warc.blank import blanked


def test_a_blanked_record_says_nothing_and_all_others_stay_where_they_were(tmp_path: Path) -> None:
    path = one_segment(tmp_path, 4)
    before = list(read_segment(path))
    result = blanked(path, lambda record: record.url == f"{URL}1" and record.type == "response")
    assert result is not None
    data, count = result
    assert count == 2
    assert len(data) == path.stat().st_size
    path.write_bytes(data)
    after = list(read_segment(path))
    assert [(r.offset, r.length) for r in after] == [(r.offset, r.length) for r in before]
    assert [old == new for old, new in zip(before, after, strict=True)] == [n not in (3, 4) for n in range(9)]
    for old, new in zip(before[3:5], after[3:5], strict=True):
        assert (new.type, new.url, new.note, new.block) == ("metadata", None, None, b"forgotten: yes\r\n")
        assert (new.record_id, new.date) == (old.record_id, old.date)
        assert read_record(data[new.offset : new.offset + new.length], new.offset, path.name) == new
    assert f"{URL}1".encode() not in b"".join(record.block for record in after)


def test_other_readers_pass_over_what_is_blank(tmp_path: Path) -> None:
    path = one_segment(tmp_path, 3)
    result = blanked(path, lambda record: record.url == f"{URL}1")
    assert result is not None
    path.write_bytes(result[0])
    check = subprocess.run([sys.executable, "-m", "warcio.cli", "check", str(path)], capture_output=True, check=False)
    assert (check.returncode, check.stdout) == (0, b"")
    with path.open("rb") as stream:
        assert len(list(WarcioIterator(stream, check_digests="raise"))) == 7
    assert len(list(fastwarc.ArchiveIterator(str(path), verify_digests=True))) == 7


def test_blanking_is_the_same_each_time_and_done_once(tmp_path: Path) -> None:
    path = one_segment(tmp_path, 3)
    ids = {record.record_id for record in read_segment(path) if record.url == f"{URL}2"}
    first = blanked(path, lambda record: record.record_id in ids)
    assert first is not None
    assert blanked(path, lambda record: record.record_id in ids) == first
    path.write_bytes(first[0])
    assert blanked(path, lambda record: record.record_id in ids) is None
    assert blanked(path, lambda record: record.url == f"{URL}2") is None


def test_every_kind_of_record_can_be_blanked_however_short(tmp_path: Path) -> None:
    segment = writer(tmp_path)
    url = "http://a.example/"
    respond(segment, url=url, body=b"", headers=[])
    respond(segment, url=url, body=BODY * 3000)
    segment.revisit(url=url, status=304, headers=[], date=DATE, note=note(url=url))
    segment.note(note(event="skip", url=url), date=DATE)
    segment.close()
    path = next(tmp_path.rglob("*.warc.gz"))
    result = blanked(path, lambda _record: True)
    assert result is not None
    assert result[1] == 7
    path.write_bytes(result[0])
    assert [record.type for record in read_segment(path)] == ["warcinfo", *["metadata"] * 7]
    assert not any(record.url for record in read_segment(path))

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from archive_samples import DATE, URL, article, capture, note, respond, writer

from broadtape.archive import Archive
from broadtape.archive.lifecycle.compaction import maintain
from broadtape.archive.lifecycle.takedown import forget
from broadtape.archive.lifecycle.verification import segments, verify
from broadtape.archive.segment_key import SegmentKey
from broadtape.archive.warc import read_segment
from broadtape.work import Work

R = TypeVar("R")


def fill(archive: Archive, spool: Path) -> str:
    """One segment with everything in both tables; its key."""
    segment = writer(spool)
    for number in range(3):
        respond(segment, url=f"{URL}{number}")
    segment.note(note(event="skip", url=f"{URL}7", outcome="skipped", reason="robots"), date=DATE)
    segment.close()
    (path,) = spool.rglob("*.warc.gz")
    key = path.relative_to(spool).as_posix()
    archive.put_segment(path, SegmentKey.parse(key))
    articles, captures = [], []
    for record in read_segment(path):
        place = {"warc_file": key, "warc_offset": record.offset, "warc_length": record.length}
        if record.http:
            values = {**place, "payload_sha256": record.http.payload_sha256}
            articles.append(article(int((record.url or "")[-1]), **values))
            captures.append(capture(int((record.url or "")[-1]), **values))
        elif record.note and record.note.event == "skip":
            captures.append(capture(7, outcome="skipped", **place))
    with archive.lease("wire", run="r1") as lease:
        archive.commit(articles=articles, captures=captures, leases=[lease])
    return key


@pytest.fixture
def key(archive: Archive, spool: Path) -> str:
    return fill(archive, spool)


@pytest.fixture
def local(tmp_path: Path) -> Archive:
    return Archive.open(str(tmp_path / "archive"), create=True)


def findings(archive: Archive, **options: Any) -> set[tuple[str, str]]:
    found = list(verify(archive, **options))
    assert all(finding.message.endswith(".") for finding in found)
    return {(finding.kind, finding.where) for finding in found}


def test_a_sound_archive_gives_nothing(archive: Archive, key: str) -> None:
    counts: list[tuple[int, int]] = []
    assert list(verify(archive, progress=lambda done, total, _day: counts.append((done, total)))) == []
    assert counts == [(1, 1)]
    maintain(archive, run="m1")
    assert list(verify(archive)) == []
    forget(archive, urls=[f"{URL}1"], run="f1")
    assert list(verify(archive)) == []


def test_an_empty_archive_is_sound(archive: Archive) -> None:
    assert list(verify(archive)) == []


def test_segments_of_earlier_days_are_only_looked_for(local: Archive, spool: Path) -> None:
    key = fill(local, spool)
    local.objects.put(key, local.objects.get(key)[:-20])
    assert {kind for kind, _ in findings(local, since=DATE.date())} == {"segment_torn", "record_missing"}
    days: list[date] = []
    later = DATE.date() + timedelta(days=1)
    assert list(verify(local, since=later, progress=lambda _done, _total, day: days.append(day))) == []
    assert days == [DATE.date()]
    local.objects.delete([key])
    assert findings(local, since=later) == {("segment_missing", key)}


def test_a_missing_and_an_unknown_segment(archive: Archive, key: str) -> None:
    data = archive.objects.get(key)
    stray = key.replace("r1-0001", "r2-0001")
    archive.objects.put(stray, data)
    archive.objects.delete([key])
    assert findings(archive) == {("segment_missing", key), ("segment_unknown", stray)}
    assert findings(archive, digests=False) == {("segment_missing", key), ("segment_unknown", stray)}


def test_a_torn_segment_and_the_records_behind(local: Archive, spool: Path) -> None:
    key = fill(local, spool)
    records = list(read_segment(Path(local.uri, key)))
    local.objects.put(key, local.objects.get(key)[: records[5].offset + 20])
    where = {f"{key}:{records[n].offset}" for n in (5, 7)}
    assert findings(local) == {("segment_torn", key), *(("record_missing", place) for place in where)}
    assert findings(local, digests=False) == set()


def test_other_bytes_at_the_place_of_a_record(local: Archive, spool: Path, tmp_path: Path) -> None:
    key = fill(local, spool)
    other = tmp_path / "other"
    segment = writer(other)
    for number in range(3):
        respond(segment, url=f"{URL}{number}", body=b"<p>Another story, as long as a page may be.</p>")
    segment.close()
    (path,) = other.rglob("*.warc.gz")
    local.objects.put(key, path.read_bytes())
    kinds = {kind for kind, _ in findings(local)}
    assert kinds <= {"record_missing", "digest_differs"}
    assert kinds


def test_a_row_whose_payload_differs(local: Archive, spool: Path) -> None:
    key = fill(local, spool)
    record = next(r for r in read_segment(Path(local.uri, key)) if r.http)
    wrong = {"payload_sha256": "0" * 64, "warc_file": key, "warc_offset": record.offset, "warc_length": record.length}
    with local.lease("wire", run="r1") as lease:
        local.commit(articles=[], captures=[capture(0, **wrong)], leases=[lease])
    assert findings(local) == {("digest_differs", f"{key}:{record.offset}")}


def test_a_text_that_differs_from_its_digest(local: Archive, spool: Path) -> None:
    fill(local, spool)
    with local.lease("wire", run="r1") as lease:
        wrong = dataclasses.replace(article(1), text_sha256="0" * 64, warc_file=None, warc_offset=None)
        local.commit(articles=[wrong], captures=[], leases=[lease])
    assert {kind for kind, _ in findings(local)} == {"text_differs"}


@pytest.mark.parametrize(
    ("damage", "kind"),
    [
        (lambda path: path.unlink(), "file_missing"),
        (lambda path: path.write_bytes(path.read_bytes()[:-30]), "file_unreadable"),
        (lambda path: path.write_bytes(path.read_bytes()[::-1]), "file_unreadable"),
    ],
)
def test_a_damaged_data_file(local: Archive, spool: Path, damage: Callable[[Path], object], kind: str) -> None:
    fill(local, spool)
    (path,) = Path(local.uri, "articles").rglob("part-*.parquet")
    damage(path)
    assert findings(local) == {(kind, path.relative_to(local.uri).as_posix())}


def test_a_damaged_log(local: Archive, spool: Path) -> None:
    fill(local, spool)
    Path(local.uri, "decisions", "_delta_log", f"{0:020d}.json").write_bytes(b"{garbage")
    assert findings(Archive.open(local.uri)) == {
        ("table_unreadable", f"{local.uri}/decisions"),
        ("object_differs", f"decisions/_delta_log/{0:020d}.json"),
    }


def test_a_dead_runs_lease_is_spoken_of(tmp_path: Path, spool: Path) -> None:
    now = [DATE]
    archive = Archive.open(str(tmp_path / "archive"), create=True, clock=lambda: now[0])
    fill(archive, spool)
    lease = archive.lease("post", run="r7", seconds=60)
    assert findings(archive) == set()
    now[0] += timedelta(minutes=5)
    assert findings(archive) == {("lease_dead", "leases/post/000000000001.json")}
    lease.release()


def test_a_file_that_is_not_named_as_a_segment_is_told_and_read_by_nobody(local: Archive, spool: Path) -> None:
    key = fill(local, spool)
    stray = "raw/site=wire/copied-by-hand.warc.gz"
    local.objects.put(stray, local.objects.get(key))
    assert [str(segment) for segment in local.segments()] == [key]
    assert findings(local) == {("segment_misnamed", stray)}


def test_segments_are_read_in_parts_and_one_that_ends_its_worker_is_told(
    local: Archive, spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = fill(local, spool)
    monkeypatch.setattr(segments, "_PART_SEGMENTS", 1)
    for number in range(2, 5):
        local.objects.put(key.replace("r1-0001", f"r{number}-0001"), (spool / key).read_bytes())
    done: list[int] = []

    def doing(parts: Iterable[Work[R]]) -> Iterator[R]:
        for number, part in enumerate(parts):
            done.append(number)
            yield part.joined([(piece.refused("it grew") if number == 1 else piece)() for piece in part.pieces()])

    found = sorted((each.kind, each.where) for each in verify(local, doing=doing))
    names = [key.replace("r1-0001", f"r{number}-0001") for number in (2, 3, 4)]
    assert found == [("segment_unchecked", names[0])] + [("segment_unknown", name) for name in names[1:]]
    assert done == [0, 1, 2, 3]

"""A stored segment read in parts: whatever these are, each thing in it is read once, with the note that is its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from broadtape.archive.recordings import Recording
from broadtape.archive.segment_key import SegmentKey
from broadtape.archive.warc import SegmentWriter
from broadtape.capture import Listing, Note
from broadtape.errors import WarcError
from broadtape.ingest import segment_part
from broadtape.ingest.page_job import PageJob, Refusal
from broadtape.ingest.segment_part import Found, SegmentPart
from broadtape.times import utcnow
from tests.jobs.conftest import BASE, SITE, page

_TITLES = tuple(f"Berth {number} is let" for number in range(6))


@pytest.fixture
def part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SegmentPart:
    """Six pages with their notes, and a note that stands alone behind the third."""
    monkeypatch.setattr(segment_part, "clean_page", cleaned)
    closed: list[Path] = []
    writer = SegmentWriter(tmp_path, site=SITE, run="r", info={}, on_closed=closed.append)
    for number, title in enumerate(_TITLES):
        url = f"{BASE}/{number}"
        note = Note("fetch", SITE, "r", url=url, final_url=f"{url}/final", status=200, listing=Listing(url))
        headers = [(b"Content-Type", b"text/html")]
        writer.response(url=url, status=200, reason="OK", headers=headers, body=page(title), date=utcnow(), note=note)
        if number == 2:
            writer.note(Note("skip", SITE, "r", url=f"{BASE}/left", outcome="skipped", reason="robots"), date=utcnow())
    writer.close()
    key = SegmentKey(SITE, utcnow().date(), "r", 1)
    return SegmentPart(Recording(str(closed[0]), closed[0].stat().st_size), key, 20.0)


def cleaned(job: PageJob) -> Refusal:
    """In place of cleaning, which bounds the process that it is done in: where the page lay."""
    return Refusal("not_article", job.url)


def told(found: Found) -> list[tuple[str | None, str | None]]:
    """Each sighting's address, and what came of it."""
    return [(sighting.url, made.reason if isinstance(made, Refusal) else None) for sighting, made in found]


def test_a_part_is_what_its_pieces_are(part: SegmentPart) -> None:
    whole = part()
    assert len(whole) == 7
    assert told(whole)[0] == (f"{BASE}/0", f"{BASE}/0/final")
    assert told(whole)[3] == (f"{BASE}/left", None)
    pieces = part.pieces()
    assert [len(piece()) for piece in pieces] == [1] * 7
    assert part.joined([piece() for piece in pieces]) == whole
    assert [piece.pieces() for piece in pieces] == [[piece] for piece in pieces]


def test_some_records_are_read_from_the_first_of_them_on(part: SegmentPart) -> None:
    offsets = [sighting.offset for sighting, _ in part()]
    wanted = frozenset({offsets[1], offsets[4]})
    some = replace(part, begin=offsets[1], only=wanted)
    assert told(some()) == [(f"{BASE}/1", f"{BASE}/1/final"), (f"{BASE}/3", f"{BASE}/3/final")]
    assert part.joined([piece() for piece in some.pieces()]) == some()
    assert told(replace(part, begin=offsets[1], end=offsets[2])()) == [(f"{BASE}/1", f"{BASE}/1/final")]


def test_what_ends_its_worker_is_read_and_not_cleaned(part: SegmentPart) -> None:
    page, *_ = part.pieces()
    assert told(page.refused("it grew")()) == told(page.lost("it grew")) == [(f"{BASE}/0", "it grew")]


def test_a_large_segment_may_take_longer(part: SegmentPart) -> None:
    large = replace(part, file=replace(part.file, size=64 * 2**20))
    assert large.seconds > 3600 > part.seconds
    assert replace(large, only=frozenset({7})).seconds < 60


def test_a_torn_segment_says_so_and_one_that_is_gone_raises(part: SegmentPart) -> None:
    path = Path(part.file.address)
    path.write_bytes(path.read_bytes()[:-30])
    torn = replace(part, file=Recording(str(path)))
    found = torn()
    (damaged,) = [sighting for sighting, _ in found if sighting.kind == "damaged"]
    assert damaged.note
    assert "torn" in (damaged.note.reason or "")
    assert sorted(told(torn.joined([piece() for piece in torn.pieces()])), key=str) == sorted(told(found), key=str)
    path.unlink()
    with pytest.raises(WarcError, match="cannot be read"):
        part()

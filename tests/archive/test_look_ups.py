"""What a commit asks of a store: as many requests for many outlets as for one."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import timedelta
from typing import Any, cast

import pytest
from archive_samples import DATE
from gateway import Gateway

from broadtape.archive import Archive
from broadtape.archive.delta import tables
from broadtape.archive.segment_key import SegmentKey
from broadtape.article import Article
from broadtape.capture import Note
from broadtape.ingest.drafts import CleanedSegment
from broadtape.ingest.look_ups import look_up
from broadtape.ingest.publish import Published, commit_segments
from broadtape.ingest.segment import Sighting

_OUTLETS = tuple(f"quay{number}" for number in range(6))


def cleaned(site: str, number: int, *, story: int | None = None) -> CleanedSegment:
    """A segment with one page, taken from a recording; the same `story` number is the same address."""
    url = f"https://{site}.example/news/{number if story is None else story}"
    note = Note("fetch", site, "r", url=url, status=200, source="backfill")
    date = DATE + timedelta(hours=number)
    sighting = Sighting(0, 100, date, url, "response", note, 200, f"{number:064}")
    made = Article(url=url, title=f"Berth {number}", text=f"Berth {number} is let.", extractor="broadtape-0/a")
    return CleanedSegment(SegmentKey(site, DATE.date(), "r", number), ((sighting, made),))


def commit(archive: Archive, segments: Sequence[CleanedSegment]) -> Published:
    with ExitStack() as stack:
        leases = [stack.enter_context(archive.lease(site, run="r")) for site in sorted({s.site for s in segments})]
        return commit_segments(archive, segments, sites={}, leases=leases, cleaners=cast(Any, None))


def test_look_ups_take_three_requests_a_segment_or_fewer(
    gateway: Gateway, moto_bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "GLANCE", 60.0)  # however slow this machine is
    archive = Archive.open(f"s3://{moto_bucket}/news", create=True)
    for number in (1, 2, 3):  # a data file of each table each time
        commit(archive, [cleaned(site, number) for site in _OUTLETS])
    counts = []
    for sites in (_OUTLETS[:1], _OUTLETS[:1], _OUTLETS):  # the first looks at what the last commit wrote, too
        segments = [cleaned(site, 4) for site in sites]
        for table in archive.tables.values():
            table.expire()
        gateway.requests.clear()
        assert archive.ledger.committed([segment.key for segment in segments]) == set()
        look_up(archive, [(segment, None) for segment in segments])
        counts.append(len(gateway.requests))
    assert counts[1] == counts[2] <= 3 * len(_OUTLETS)


def test_outlets_that_are_looked_up_together_are_told_apart(archive: Archive) -> None:
    """One has the story, one had it as something else, one never; and a segment is there already."""
    first, second, third = _OUTLETS[:3]
    assert commit(archive, [cleaned(first, 1), cleaned(second, 1)]).articles == 2
    published = commit(
        archive, [cleaned(first, 2, story=1), cleaned(second, 2), cleaned(third, 2, story=1), cleaned(first, 1)]
    )
    assert published.articles == 3
    assert {(row.site, row.outcome) for row in published.captures} == {(site, "archived") for site in _OUTLETS[:3]}
    assert len(published.revised) == 1, "the first outlet's story, which it has in other words now"
    rows = archive.texts.of_segments([cleaned(site, 2).key for site in _OUTLETS[:4]])
    assert {key.site: len(found) for key, found in rows.items()} == dict.fromkeys(_OUTLETS[:3], 1)

"""Closed segments into the archive: stored, cleaned, compared, committed, dropped from the spool.

Every step may be redone after a crash at any point: a segment that is stored is recognised by its digest, one that the
ledger names is done, and rows that were already written for it are not written again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from broadtape.archive import Archive, Lease
from broadtape.archive.segment_key import SegmentKey
from broadtape.archive.spool import RunSpool
from broadtape.article import Article
from broadtape.capture import Capture
from broadtape.errors import BroadtapeError
from broadtape.ingest.cleaning_pool import Cleaners
from broadtape.ingest.drafts import CleanedSegment
from broadtape.ingest.history import SameText, Seen
from broadtape.ingest.look_ups import LookUps, look_up
from broadtape.ingest.page_job import PageJob, Refusal
from broadtape.ingest.poison import commit_sound, settled_sound
from broadtape.ingest.reconcile import Text, settle
from broadtape.ingest.segment import Sighting, sightings
from broadtape.monitoring.page_drift import Deviation
from broadtape.site import Site

__all__ = ["Published", "clean_segment", "commit_segments", "same_text", "store_segment"]


@dataclass(slots=True)
class Published:
    """What one commit brought."""

    captures: list[Capture] = field(default_factory=list)
    articles: int = 0
    revised: set[Text] = field(default_factory=set)
    """Those of the texts that came after another of the same article."""
    findings: dict[str, list[Deviation]] = field(default_factory=dict)
    """Outlet → what is not as usual about its pages; an empty list where all is."""

    def add(self, captures: Iterable[Capture], articles: int, revised: Iterable[Text]) -> None:
        """Takes one commit into account."""
        self.captures.extend(captures)
        self.articles += articles
        self.revised.update(revised)


def store_segment(archive: Archive, spool: RunSpool, path: Path) -> SegmentKey:
    """Puts the segment into the archive, verified, and gives its key."""
    key = spool.key_of(path)
    archive.put_segment(path, key)
    return key


def clean_segment(
    path: Path, key: SegmentKey, cleaners: Cleaners, *, only: Collection[int | None] | None = None
) -> CleanedSegment:
    """Reads a segment and cleans its pages in the workers; pages that fail are in it as refusals.

    With `only`, what lies at these offsets and nothing else.
    """
    found: list[Sighting] = []
    pages: list[int] = []

    def jobs() -> Iterator[PageJob]:
        for sighting in sightings(path):
            if only is not None and sighting.offset not in only:
                continue
            found.append(sighting.of_outlet(key.site, key.run).without_body())
            if sighting.is_page and sighting.http:
                pages.append(len(found) - 1)
                yield PageJob(key.site, sighting.page_url, sighting.http, sighting.date)

    results = list(cleaners.clean(jobs()))
    made = dict(zip(pages, results, strict=True))
    return CleanedSegment(key, tuple((sighting, made.get(at)) for at, sighting in enumerate(found)))


def commit_segments(
    archive: Archive,
    segments: Sequence[CleanedSegment],
    *,
    sites: Mapping[str, Site],
    leases: Collection[Lease],
    cleaners: Cleaners,
) -> Published:
    """Settles segments against the archive and commits them; those the ledger names already are passed over.

    Outlets go into one commit, but an outlet's segments one after the other: a later one is compared with what the
    earlier one brought.
    """
    published = Published()
    done = archive.ledger.committed([segment.key for segment in segments])
    waiting = [segment for segment in segments if segment.key not in done]
    same = same_text(archive, cleaners)
    while waiting:
        together = {segment.site: segment for segment in reversed(waiting)}
        waiting = [segment for segment in waiting if segment is not together[segment.site]]
        held = _looked_up(archive, list(together.values()), sites)
        rows = [
            settled_sound(segment, lambda part, held=held: settle(archive, part, sites.get(part.site), same, held=held))  # type: ignore[misc]
            for segment in together.values()
        ]
        articles = [article for part in rows for article in part.articles]
        captures = [capture for part in rows for capture in part.captures]
        if captures:
            articles, captures = commit_sound(
                articles, captures, lambda a, c: archive.commit(articles=a, captures=c, leases=list(leases))
            )
        published.add(captures, len(articles), {text for part in rows for text in part.revised})
        for site, part in zip(together, rows, strict=True):
            if part.findings is not None:
                published.findings.setdefault(site, []).extend(part.findings)
    return published


def _looked_up(archive: Archive, segments: Sequence[CleanedSegment], sites: Mapping[str, Site]) -> LookUps | None:
    """What the archive holds about these segments' pages; None where one holds what cannot be settled: each asks for
    itself then, and is told of."""
    try:
        return look_up(archive, [(segment, sites.get(segment.site)) for segment in segments])
    except BroadtapeError:
        raise
    except Exception:  # whatever a segment from elsewhere holds
        return None


def same_text(archive: Archive, cleaners: Cleaners) -> SameText:
    """Compares a new page with an archived one, both by today's rules, so that ours are never a publisher's changes."""

    def same(article: Article, seen: Seen) -> bool:
        if article.payload_sha256 and article.payload_sha256 == seen.payload_sha256:
            return True
        if article.extractor == seen.extractor:
            return (article.title, article.text_sha256) == (seen.title, seen.text_sha256)
        again = _clean_again(archive, cleaners, seen)
        if again is None:
            return False
        # A page that states no title of its own had its listing's, then as now.
        return (article.title, article.text_sha256) == (again.title or seen.title, again.text_sha256)

    return same


def _clean_again(archive: Archive, cleaners: Cleaners, seen: Seen) -> Article | None:
    """The archived page cleaned by today's rules; None where its bytes are gone or give no article any more."""
    if seen.warc_file is None or seen.warc_offset is None or seen.warc_length is None:
        return None
    try:
        record = archive.read_record(seen.warc_file, seen.warc_offset, seen.warc_length)
    except BroadtapeError:
        return None
    if record.http is None:
        return None
    (result,) = cleaners.clean([PageJob(seen.site, seen.url, record.http, record.date)])
    return None if isinstance(result, Refusal) else result

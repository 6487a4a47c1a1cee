"""What cannot be kept is set aside, the rest of its segment is kept: whatever a record holds, it costs itself.

Each source's own reader refuses what it knows to be wrong. This is for what nobody foresaw: a value that no column
takes, or that breaks a comparison. Its row says `quarantined`, and its record stays in the WARC.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from broadtape.archive import Archive
from broadtape.archive.scratch import scratch
from broadtape.article import Article
from broadtape.capture import Capture, Note
from broadtape.errors import BroadtapeError
from broadtape.ingest.culprits import culprits
from broadtape.ingest.drafts import CleanedSegment
from broadtape.ingest.reconcile import Rows
from broadtape.ingest.segment import Sighting
from broadtape.times import plausible
from broadtape.urls import url_id

__all__ = ["commit_sound", "settled_sound"]

logger = logging.getLogger(__name__)

Settle = Callable[[CleanedSegment], Rows]
_LONGEST_REASON = 300


def settled_sound(segment: CleanedSegment, settle: Settle) -> Rows:
    """What `settle` makes of the segment; of a record over which it fails, a row that says so."""
    try:
        return settle(segment)
    except BroadtapeError:
        raise
    except Exception:
        logger.warning("%s holds what cannot be settled", segment.key, exc_info=True)
    bad = culprits(segment.found, lambda part: settle(replace(segment, found=tuple(part))))
    kept = tuple(pair for place, pair in enumerate(segment.found) if place not in bad)
    rows = settle(replace(segment, found=kept))
    rows.captures.extend(_row(segment, segment.found[place][0], error) for place, error in bad.items())
    return rows


def _row(segment: CleanedSegment, sighting: Sighting, error: Exception) -> Capture:
    note = sighting.note or Note("fetch", segment.site, segment.key.run)
    whole = Capture(
        site=segment.site,
        run=segment.key.run,
        outcome="quarantined",
        url=sighting.url,
        status=sighting.status,
        fetched_at=sighting.date,
        payload_sha256=sighting.payload_sha256,
        source=note.source,
        warc_file=str(segment.key),
        warc_offset=sighting.offset,
        warc_length=sighting.length,
    )
    return _quarantined(whole, error)


@dataclass(slots=True)
class _Kept:
    """A ledger row with the text that belongs to it."""

    capture: Capture
    articles: list[Article] = field(default_factory=list)


def commit_sound(
    articles: Sequence[Article],
    captures: Sequence[Capture],
    commit: Callable[[Sequence[Article], Sequence[Capture]], object],
) -> tuple[list[Article], list[Capture]]:
    """Commits rows, and gives what was: rows that no table takes are set aside, their ledger rows say so."""
    try:
        commit(articles, captures)
    except BroadtapeError:
        raise
    except Exception:
        logger.warning("A batch holds rows that cannot be committed", exc_info=True)
    else:
        return list(articles), list(captures)
    kept = _together(articles, captures)
    bad = culprits(kept, _tried)
    sound = [row for place, row in enumerate(kept) if place not in bad]
    rows = [row.capture for row in sound] + [_quarantined(kept[place].capture, error) for place, error in bad.items()]
    texts = [article for row in sound for article in row.articles]
    commit(texts, rows)
    return texts, rows


def _together(articles: Sequence[Article], captures: Sequence[Capture]) -> list[_Kept]:
    kept = [_Kept(capture) for capture in captures]
    places = {(row.capture.warc_file, row.capture.warc_offset): row for row in kept}
    for article in articles:
        places[article.warc_file, article.warc_offset].articles.append(article)
    return kept


def _tried(rows: Sequence[_Kept]) -> None:
    """Commits rows into an archive that nobody needs: what any part of a real commit refuses is refused here."""
    with scratch("trial") as folder:
        trial = Archive.open(str(folder), create=True)
        articles = [article for row in rows for article in row.articles]
        captures = [row.capture for row in rows]
        sites = {str(article.site) for article in articles} | {capture.site for capture in captures}
        leases = [trial.lease(site, run="trial") for site in sorted(sites)]
        trial.commit(articles=articles, captures=captures, leases=leases)


def _quarantined(capture: Capture, error: Exception) -> Capture:
    """The row without anything but what every table takes."""
    url = _valid(capture.url)
    why = f"cannot be kept: {type(error).__name__}: {error}"
    return Capture(
        site=capture.site,
        run=capture.run,
        outcome="quarantined",
        url=url,
        url_id=_number(url),
        reason=_valid(why.splitlines()[0][:_LONGEST_REASON]),
        status=capture.status,
        fetched_at=_time(capture.fetched_at),
        payload_sha256=capture.payload_sha256,
        source=capture.source,
        warc_file=capture.warc_file,
        warc_offset=capture.warc_offset,
        warc_length=capture.warc_length,
    )


def _valid(text: str | None) -> str | None:
    return text.encode("utf-8", "replace").decode() if text is not None else None


def _number(url: str | None) -> int | None:
    try:
        return url_id(url) if url else None
    except Exception:  # an address that nothing can be made of
        return None


def _time(moment: datetime | None) -> datetime | None:
    return moment if moment and plausible(moment) else None

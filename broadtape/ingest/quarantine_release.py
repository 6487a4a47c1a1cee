"""Ending a quarantine: pages that were held back are cleaned again and published, or kept out; the decision is kept.

Decisions are written first: killed behind them, the same command does the rest. They name each page by its place in the
WARC files, so that tables that are made anew follow them, too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from broadtape.archive import Archive, Decision, Lease
from broadtape.archive.segment_key import SegmentKey
from broadtape.capture import Capture
from broadtape.capture.detail import Acceptance, PagePlace
from broadtape.ingest.cleaning_pool import Cleaners
from broadtape.ingest.history import Histories
from broadtape.ingest.publish import clean_segment, same_text
from broadtape.ingest.reconcile import settle
from broadtape.monitoring.baseline import last_acceptance
from broadtape.monitoring.quarantine import REJECTED
from broadtape.outlet_state import OutletState
from broadtape.site import Site
from broadtape.urls.address_match import AddressMatch

__all__ = ["Released", "accept", "conclude", "held_pages", "reject", "release", "take_back_acceptance"]


@dataclass(slots=True)
class Released:
    """What came of the pages of one outlet."""

    published: int = 0
    unchanged: int = 0
    """Pages whose text the archive holds already."""
    refused: int = 0
    """Pages that cleaning makes no article of; the ledger says why."""


def held_pages(
    archive: Archive, sites: Sequence[str] = (), *, urls: Sequence[str] = (), run: str | None = None
) -> list[Capture]:
    """The ledger's rows of the pages that are held back: of these outlets, at these addresses, from this run."""
    wanted = [AddressMatch(url) for url in urls]
    return [
        row
        for row in archive.ledger.quarantined(sites)
        if run in (None, row.run) and row.warc_file
        if not urls or any(match.says(row.url, row.url_id) for match in wanted)
    ]


def accept(archive: Archive, site: str, pages: Sequence[Capture], reason: str | None) -> None:
    """Records that this is how the outlet looks now: what is usual is counted anew, from the released runs on."""
    runs = sorted({page.run for page in pages})
    since = runs[0] if runs else f"{archive.now():%Y%m%dT%H%M%SZ}"
    detail = Acceptance(since, tuple(runs)).to_json()
    archive.decisions.record([Decision(decision="release", site=site, reason=reason, detail=detail)])


def take_back_acceptance(archive: Archive, site: str, reason: str | None) -> Acceptance | None:
    """Takes back the last `accept`: what is usual is what it was before. Gives what it said; None if there is none."""
    accepted = last_acceptance(archive, site)
    if accepted is not None:
        archive.decisions.record([Decision(decision="undo", site=site, reason=reason, detail=accepted.to_json())])
    return accepted


def release(
    archive: Archive,
    pages: Sequence[Capture],
    *,
    sites: Mapping[str, Site],
    cleaners: Cleaners,
    lease: Lease,
    reason: str | None = None,
    progress: Callable[[int], None] = lambda _done: None,
) -> Released:
    """Cleans these pages of one outlet by today's rules and publishes them, segment by segment.

    Their `archived_at` is the moment of the release: before it, the archive did not answer with them.
    """
    done = Released()
    if not pages:
        return done
    archive.decisions.record([_decision("release", page, reason) for page in pages])
    ordered = sorted(pages, key=lambda page: (page.warc_file or "", page.warc_offset or 0))
    for name, rows in groupby(ordered, key=lambda page: page.warc_file or ""):
        key = SegmentKey.parse(name)
        offsets = {row.warc_offset for row in rows}
        with archive.local_segment(key) as path:
            segment = clean_segment(path, key, cleaners, only=offsets)
        made = settle(archive, segment, sites.get(segment.site), same_text(archive, cleaners), inspected=False)
        archive.commit(articles=made.articles, captures=made.captures, leases=[lease])
        done.published += len(made.articles)
        done.unchanged += sum(capture.outcome == "unchanged" for capture in made.captures)
        done.refused += sum(capture.outcome in {"not_article", "quarantined"} for capture in made.captures)
        progress(len(offsets))
    return done


def reject(archive: Archive, pages: Sequence[Capture], *, lease: Lease, reason: str | None = None) -> int:
    """Keeps these pages of one outlet out for good; their bytes stay in the WARC files. Gives their number."""
    if not pages:
        return 0
    archive.decisions.record([_decision("reject", page, reason) for page in pages])
    stories = {page.article_id for page in pages if page.article_id}
    held = Histories.load(archive, lease.site, stories)
    rows = [
        # A story of which the archive has an earlier text goes on being looked at.
        replace(page, outcome="unchanged" if held.rows.get(page.article_id or "") else "skipped", reason=REJECTED)
        for page in pages
    ]
    archive.commit(articles=[], captures=rows, leases=[lease])
    return len(rows)


def _decision(decision: str, page: Capture, reason: str | None) -> Decision:
    detail = PagePlace(page.warc_file or "", page.warc_offset or 0, page.run).to_json()
    return Decision(
        decision=decision,  # type: ignore[arg-type]
        url_id=page.url_id,
        article_id=page.article_id,
        site=page.site,
        reason=reason,
        detail=detail,
    )


def conclude(archive: Archive, site: str) -> None:
    """Lets the outlet's trouble end with its next run, unless that finds some of its own.

    To be called under the outlet's lease, when none of its pages waits any more.
    """
    state = OutletState.load(archive, site)
    if state.trouble is None or archive.ledger.quarantined([site]):
        return
    ended = replace(state.trouble, first=None, pages=False, listings=False)
    replace(state, trouble=ended).save(archive, site)

"""From what a segment says and what cleaning made of it to rows: new texts, and the ledger's view of each URL."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime

from broadtape.archive import Archive
from broadtape.article import Article
from broadtape.capture import Capture, Outcome
from broadtape.capture.detail import Failure
from broadtape.capture.passing_trouble import attempts, may_pass
from broadtape.ingest.drafts import CleanedSegment, Draft
from broadtape.ingest.history import Histories, SameText
from broadtape.ingest.look_ups import LookUps, Text, look_up
from broadtape.ingest.page_job import Refusal
from broadtape.monitoring.measures import Page
from broadtape.monitoring.page_drift import Deviation
from broadtape.monitoring.quarantine import Inspection, inspect
from broadtape.site import Site

__all__ = ["Rows", "Text", "settle"]

_GONE = {404, 410}


@dataclass(slots=True)
class Rows:
    """What is to be committed."""

    articles: list[Article] = field(default_factory=list)
    captures: list[Capture] = field(default_factory=list)
    revised: set[Text] = field(default_factory=set)
    """Those of the articles that had an earlier text."""
    findings: tuple[Deviation, ...] | None = None
    """What is not as usual about the segment's pages; None where there were none to look at."""


def settle(
    archive: Archive,
    segment: CleanedSegment,
    site: Site | None,
    same: SameText,
    *,
    inspected: bool = True,
    held: LookUps | None = None,
) -> Rows:
    """The rows of one segment, compared with what the archive holds at this moment, or `held` when that was looked up.

    `inspected`: texts are held back where the outlet's pages are not as they were; not when somebody released them.
    """
    held = held or look_up(archive, [(segment, site)])
    drafts = held.drafts_of(segment, site)
    histories = held.histories[segment.site].copy()
    seen = _pages(segment, drafts, histories) if inspected else []
    inspection = inspect(archive, segment.key, seen)
    rows = Rows(findings=inspection.findings if inspection.measured else None)
    for draft in drafts:
        _decide(draft, histories, held.written[segment.key], same, inspection, rows)
    if measured := inspection.row(segment.key):
        rows.captures.append(measured)
    return rows


def _pages(segment: CleanedSegment, drafts: Sequence[Draft], histories: Histories) -> list[tuple[Capture, Page]]:
    """The pages that were cleaned, as they were before their listings were consulted."""
    found = []
    for (sighting, made), draft in zip(segment.found, drafts, strict=True):
        if not sighting.is_page or made is None or (isinstance(made, Refusal) and made.outcome == "quarantined"):
            continue
        number = draft.article.article_id if draft.article else None
        article = replace(made, article_id=number) if isinstance(made, Article) else None
        first = not histories.rows.get(number or "")
        page = Page(sighting.url or "", article, draft.note.listing, sighting.date, first)
        found.append((draft.capture, page))
    return found


def _decide(
    draft: Draft,
    histories: Histories,
    written: Set[Text],
    same: SameText,
    inspection: Inspection,
    rows: Rows,
) -> None:
    article, capture = draft.article, draft.capture
    if article is None:
        rows.captures.append(_without_article(draft))
        return
    outcome: Outcome = "archived"
    reason = capture.reason
    if (article.article_id, article.fetched_at) not in written:
        new, revision = histories.accept(article, same)
        if new:
            outcome, reason = inspection.verdict(capture, held_before=revision)
        else:
            outcome = "unchanged"
        if outcome == "archived":
            rows.articles.append(article)
            if revision:
                rows.revised.add((article.article_id, article.fetched_at))
        elif new:
            histories.forget(article)
    rows.captures.append(
        replace(
            capture,
            outcome=outcome,
            reason=reason,
            article_id=article.article_id,
            published_at=_published(article, capture, draft.before, outcome),
        )
    )


def _published(article: Article, capture: Capture, before: Capture | None, outcome: Outcome) -> datetime | None:
    """When the archive's text says it was published: another time on an unchanged page changes nothing about it."""
    if outcome == "unchanged" and before and before.published_at:
        return before.published_at
    return article.published_at or capture.published_at


def _refused(capture: Capture, refusal: Refusal, before: Capture | None) -> Capture:
    """The row of a page that gave no article; how often in a row is counted where it may give one later."""
    capture = replace(capture, outcome=refusal.outcome, reason=refusal.reason)
    if not may_pass(capture):
        return capture
    return replace(capture, detail=Failure(attempts(before) + 1).to_json())


def _without_article(draft: Draft) -> Capture:
    """The ledger's row for a refusal, a 304, a failure or a note; what was known of the URL is carried on."""
    capture, before = draft.capture, draft.before
    if draft.refusal:
        capture = _refused(capture, draft.refusal, before)
    elif draft.note.outcome is None and draft.sighting.kind == "revisit":
        capture = replace(capture, outcome="unchanged")
    if before is None:
        return capture
    if capture.outcome == "failed" and capture.status in _GONE and before.article_id:
        capture = replace(capture, outcome="gone")
    if draft.refusal and before.article_id and may_pass(capture):
        # Something stood in for the story: what is compared with is what the story itself was served with.
        capture = replace(capture, etag=None, last_modified=None, payload_sha256=None)
    return replace(
        capture,
        article_id=before.article_id,
        first_listed_at=before.first_listed_at or capture.first_listed_at,
        published_at=before.published_at or capture.published_at,
        listed_modified_at=capture.listed_modified_at or before.listed_modified_at,
        etag=capture.etag or before.etag,
        last_modified=capture.last_modified or before.last_modified,
        payload_sha256=capture.payload_sha256 or before.payload_sha256,
    )

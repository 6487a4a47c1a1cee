"""A segment's pages looked at before they are published: is the outlet as it was, or are its texts to be held back?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from broadtape.archive import Archive
from broadtape.archive.segment_key import SegmentKey
from broadtape.capture import Capture, Outcome
from broadtape.monitoring.absolute_rules import find_absolute, find_repeated
from broadtape.monitoring.baseline import accepted_since, decided_pages, earlier_measures, recent_paragraphs
from broadtape.monitoring.measures import Measures, Page, measure
from broadtape.monitoring.page_drift import Deviation, enough, find

__all__ = ["DRIFT", "REJECTED", "Inspection", "inspect", "why_held"]

DRIFT = "drift"
"""How the reason of a text that was held back begins."""
REJECTED = "rejected"
"""The reason of a page that somebody looked at and did not want."""
_FEW = 5
"""Pages: fewer are compared with earlier stories' texts, too."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """What came of it; `measured` is None where there was no page of a crawl to look at."""

    measured: Measures | None = None
    findings: tuple[Deviation, ...] = ()
    decided: Mapping[tuple[str, int], str] = field(default_factory=dict)

    def row(self, key: SegmentKey) -> Capture | None:
        """The ledger's row about the segment's pages as a whole."""
        if self.measured is None:
            return None
        said = "; ".join(finding.said for finding in self.findings) or None
        return Capture(
            site=key.site,
            run=key.run,
            outcome="measured",
            reason=said,
            source="crawl",
            detail=self.measured.to_json(),
            warc_file=str(key),
        )

    def verdict(self, capture: Capture, *, held_before: bool) -> tuple[Outcome, str | None]:
        """What becomes of a new text: outcome and reason. `held_before`: the archive has an earlier one of the story.

        What is not of the outlet's present is taken as it is.
        """
        if not (self.measured and self.measured.held) or not _judged(capture):
            return "archived", None
        decided = self.decided.get((capture.warc_file or "", capture.warc_offset or 0))
        if decided == "release":
            return "archived", None
        if decided == "reject":
            return ("unchanged" if held_before else "skipped"), REJECTED
        reason = next((finding.said for finding in self.findings if finding.held(capture.url)), None)
        return ("quarantined", f"{DRIFT}: {reason}") if reason else ("archived", None)


def why_held(reason: str | None) -> str | None:
    """The reason of a page that is held back, as a person is told it."""
    return reason.removeprefix(f"{DRIFT}: ") if reason else None


def _judged(capture: Capture) -> bool:
    """Whether the page is of the outlet's present: not asked for by hand, not dug out of an archive sitemap."""
    present = capture.via not in {"hand", "archive_sitemap"}
    return capture.source == "crawl" and present and capture.access != "metadata"


def inspect(archive: Archive, key: SegmentKey, seen: Sequence[tuple[Capture, Page]]) -> Inspection:
    """Compares the pages of one segment with what the outlet's pages were like before, if that is known."""
    pages = [page for capture, page in seen if _judged(capture)]
    if not pages:
        return Inspection()
    before = earlier_measures(archive, key.site, key)
    others = recent_paragraphs(archive, key.site, pages[-1].fetched_at) if len(pages) < _FEW and before else {}
    measured, repeated = measure(key.run, pages, others)
    findings = tuple(_find(archive, key.site, measured, before, pages, repeated))
    held = any(finding.holds for finding in findings)
    measured = replace(measured, odd=bool(findings), held=held)
    return Inspection(measured, findings, decided_pages(archive, key.site) if held else {})


def _find(
    archive: Archive,
    site: str,
    measured: Measures,
    before: Sequence[Measures],
    pages: Sequence[Page],
    repeated: Sequence[str],
) -> list[Deviation]:
    """What is not as usual; where nobody can tell what is, and nobody has said so either, what is wrong by itself."""
    if enough(before):
        return find(measured, before, pages, repeated)
    if accepted_since(archive, site)[0]:
        return []
    return find_absolute(pages) or find_repeated(repeated, measured, before)

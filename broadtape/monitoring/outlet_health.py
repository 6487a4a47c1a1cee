"""Whether an outlet is in trouble after a run, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from broadtape.archive import Archive
from broadtape.monitoring.baseline import earlier_measures, earlier_polls
from broadtape.monitoring.listing_drift import Look, find_dead, find_dried_up, find_in_listings, fresh
from broadtape.monitoring.page_drift import Deviation
from broadtape.monitoring.quarantine import DRIFT
from broadtape.monitoring.run_report import OutletReport, plural, tally
from broadtape.outlet_state import OngoingTrouble
from broadtape.site import Site
from broadtape.times import utcnow

__all__ = ["Trouble", "changes", "goes_on", "held_for_drift", "of_file", "trouble_of", "unusable_file", "with_held"]

_DELIBERATE = ("robots", "rights", "pattern", "foreign host", "forgotten")
_EXAMPLES = 3
_UNUSABLE = "its file cannot be used"


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why an outlet failed, as a sentence without its full stop."""

    reason: str
    pages: bool = False
    """Whether its pages are not as they were: then only pages that are end the trouble, and a decision on those that
    were held back."""
    listings: bool = False
    """Whether its listings are not as they were: then only listings that are end the trouble."""


def unusable_file(why: str) -> Trouble:
    """The trouble of an outlet whose file is broken."""
    return Trouble(f"{_UNUSABLE}: {why.rstrip('.')}")


def of_file(reason: str) -> bool:
    """Whether this is the trouble of a file, which is over as soon as the file is mended."""
    return reason.startswith(_UNUSABLE)


def trouble_of(
    site: Site, report: OutletReport, archive: Archive, *, listings_read: int, unread: Mapping[str, str]
) -> Trouble | None:
    """Why the outlet failed in this run by the counts of this run alone; None where all is well.

    `unread` maps listings that could not be read to why.
    """
    if unread and not listings_read:
        told = "; ".join(f"{url}: {why}" for url, why in unread.items())
        return Trouble(f"none of its listings could be read: {told}")
    deliberate = sum(n for reason, n in report.skipped.items() if reason.startswith(_DELIBERATE))
    due = report.new - deliberate
    if due > 0 and not report.archived + report.revisions:
        failed = f" (failed: {tally(report.failed)})" if report.failed else ""
        listed = "a new story was listed" if due == 1 else f"{due:,} new stories were listed"
        return Trouble(f"nothing was archived although {listed}{failed}")
    below = _below_minimum(site, archive)
    return Trouble(below) if below else None


def changes(
    site: Site, archive: Archive, *, look: Look, pages: Sequence[Deviation], run: str, first: str
) -> Trouble | None:
    """What is not as it was in the outlet's own recent runs: its listings (`look`) and its `pages`.

    `run` is this run, and `first` the first one of the trouble that goes on, if any: what came since tells nothing of
    what is usual.
    """
    polls = earlier_polls(archive, site.name)
    own = {source.url for source in (*site.feeds, *site.news_sitemaps, *site.sections)}
    earlier = [each for each in polls if each["run"] < run]
    lasting = {source.url for source in (*site.feeds, *site.sections)}
    listed = [*find_dead(look, earlier, own), *find_dried_up(look, earlier, lasting)]
    if fresh(look):
        seen = [each for each in polls if each["run"] < first]
        listed += find_in_listings(look, seen, earlier_measures(archive, site.name))
    if not pages and not listed:
        return None
    return Trouble(_told([*pages, *listed]), pages=bool(pages), listings=bool(listed))


def goes_on(
    site: Site, archive: Archive, *, look: Look, inspected: bool, before: OngoingTrouble | None
) -> Trouble | None:
    """The trouble that the last run left (`before`), where this one saw nothing that ends it."""
    if before is None:
        return None
    pages = before.pages and (not inspected or bool(held_for_drift(archive, [site.name])))
    listings = before.listings and not fresh(look)
    return Trouble(before.reason, pages, listings) if pages or listings else None


def with_held(reason: str | None, site: str, held: int) -> str | None:
    """The trouble with what waits for a decision at this moment: a stored sentence would go on asking for it."""
    if not held:
        return reason
    pages = "1 page is" if held == 1 else f"{held:,} pages are"
    asked = f"{pages} held back: 'broadtape quarantine list {site}' shows them, 'approve' publishes, 'reject' keeps out"
    return f"{reason}; {asked}" if reason else asked


def held_for_drift(archive: Archive, sites: Collection[str]) -> Counter[str]:
    """How many pages of each of these outlets are held back, for they are not as they were."""
    return Counter(page.site for page in archive.ledger.quarantined(sites) if (page.reason or "").startswith(DRIFT))


def _told(found: Sequence[Deviation]) -> str:
    said = "; ".join(dict.fromkeys(finding.said for finding in found))
    urls = list(dict.fromkeys(url for finding in found for url in finding.examples))[:_EXAMPLES]
    head = "its pages look wrong" if all(finding.absolute for finding in found) else "it has changed"
    return f"{head}: {said}" + (f"; for instance {', '.join(urls)}" if urls else "")


def _below_minimum(site: Site, archive: Archive) -> str | None:
    if not site.alert_below_per_day:
        return None
    day_ago = utcnow() - timedelta(days=1)
    asked = pl.col("site") == site.name, pl.col("recorded_at") >= day_ago - timedelta(hours=6)
    rows = archive.tables["captures"].read(lambda rows: rows.filter(*asked).select("outcome", "recorded_at"))
    if rows.filter((pl.col("outcome") == "polled") & (pl.col("recorded_at") <= day_ago)).is_empty():
        return None  # not looked at for a whole day yet
    archived = rows.filter((pl.col("outcome") == "archived") & (pl.col("recorded_at") >= day_ago)).height
    if archived >= site.alert_below_per_day:
        return None
    return f"{plural(archived, 'article')} in a day is below the minimum of {site.alert_below_per_day} in its file"

"""Whether an outlet is in trouble after a run, and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import polars as pl

from broadtape.archive import Archive
from broadtape.ingest.report import OutletReport, plural, tally
from broadtape.site import Site
from broadtape.times import utcnow

__all__ = ["trouble_of"]

_DELIBERATE = ("robots", "rights", "pattern", "foreign host", "forgotten")


def trouble_of(
    site: Site, report: OutletReport, archive: Archive, *, listings_read: int, unread: Mapping[str, str]
) -> str | None:
    """Why the outlet failed in this run, as a sentence; None where all is well.

    `unread` maps listings that could not be read to why.
    """
    if unread and not listings_read:
        return "none of its listings could be read: " + "; ".join(f"{url}: {why}" for url, why in unread.items())
    deliberate = sum(n for reason, n in report.skipped.items() if reason.startswith(_DELIBERATE))
    due = report.new - deliberate
    if due > 0 and not report.archived + report.revisions:
        failed = f" (failed: {tally(report.failed)})" if report.failed else ""
        listed = "a new story was listed" if due == 1 else f"{due:,} new stories were listed"
        return f"nothing was archived although {listed}{failed}"
    return _below_minimum(site, archive)


def _below_minimum(site: Site, archive: Archive) -> str | None:
    if not site.minimum_per_day:
        return None
    day_ago = utcnow() - timedelta(days=1)
    rows = (
        archive.frame("captures")
        .filter(pl.col("site") == site.name, pl.col("recorded_at") >= day_ago - timedelta(hours=6))
        .select("outcome", "recorded_at")
        .collect()
    )
    if rows.filter((pl.col("outcome") == "polled") & (pl.col("recorded_at") <= day_ago)).is_empty():
        return None  # not looked at for a whole day yet
    archived = rows.filter((pl.col("outcome") == "archived") & (pl.col("recorded_at") >= day_ago)).height
    if archived >= site.minimum_per_day:
        return None
    return f"{plural(archived, 'article')} in a day is below the minimum of {site.minimum_per_day} in its file"

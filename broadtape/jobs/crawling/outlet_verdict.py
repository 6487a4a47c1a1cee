"""How one outlet fared in a run that crawls: in trouble, and why, or well."""

from __future__ import annotations

from broadtape.crawl.events import OutletEnd
from broadtape.jobs.crawling.crawl_run import CrawlRun
from broadtape.monitoring.outlet_health import Trouble, changes, goes_on, trouble_of
from broadtape.outlet_state import OngoingTrouble
from broadtape.site import Site

__all__ = ["judge", "judged"]


def judged(run: CrawlRun, site: Site) -> bool:
    """Whether the outlet was looked at as a schedule does it, and to the end: else its silence says nothing."""
    end = run.ends.get(site.name)
    return end is None or (end.finish_reason != "stopped" and run.order.as_scheduled)


def judge(run: CrawlRun, site: Site, before: OngoingTrouble | None) -> Trouble | None:
    """Why the outlet is in trouble; None where all is well. `before` is the trouble that its last run left."""
    end = run.ends.get(site.name)
    if site.name in run.failures:
        why = run.failures[site.name]
        return Trouble(f"what was fetched could not be archived and waits in the spool: {why}")
    if end is None:
        return Trouble(run.crawl_error or "its crawl was ended before it was done; what had come is kept")
    if end.trouble:
        return Trouble(end.trouble.rstrip("."))
    return _unlike_before(run, site, end, before) if judged(run, site) else None


def _unlike_before(run: CrawlRun, site: Site, end: OutletEnd, before: OngoingTrouble | None) -> Trouble | None:
    """What its pages, its listings and its counts say."""
    report, look, pages = run.report.outlet(site.name), end.poll(), run.findings.get(site.name)
    first = (before and before.first) or run.id
    changed = changes(site, run.archive, look=look, pages=pages or [], run=run.id, first=first)
    if changed:
        return changed
    unread = {listing.url: listing.status for listing in end.listings if listing.failed}
    read = sum(not listing.failed for listing in end.listings)
    by_counts = trouble_of(site, report, run.archive, listings_read=read, unread=unread)
    return by_counts or goes_on(site, run.archive, look=look, inspected=pages is not None, before=before)

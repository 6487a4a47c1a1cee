"""A run that crawls: which outlets, on whose order, and how each of them ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, Self

from broadtape.alerts.heartbeat import heartbeat
from broadtape.alerts.message import Alert, WaitingAlert
from broadtape.alerts.outbox import Outbox
from broadtape.capture import Capture
from broadtape.crawl.events import OutletEnd
from broadtape.crawl.job import Job
from broadtape.errors import LeaseHeld, UsageError
from broadtape.ingest.recorded_outlets import outlets_in
from broadtape.jobs.progress import ProgressListener
from broadtape.jobs.writing_run import WritingRun
from broadtape.monitoring.outlet_health import Trouble, changes, goes_on, trouble_of
from broadtape.outlet_state import OngoingTrouble, OutletState
from broadtape.site import Site, pick_sites
from broadtape.times import iso, parse_time, utcnow

__all__ = ["CrawlRun", "Order"]


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody asked for; `None` and empty mean the defaults of `broadtape run`."""

    sites: tuple[str, ...] = ()
    archive: str | None = None
    since: str | None = None
    limit: int | None = None
    replay: str | None = None
    urls: tuple[str, ...] = ()
    force: bool = False
    config: str | None = None

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """The order in a flow's parameters, where lists are lists and what is left out is None."""
        given: dict[str, Any] = {name: value for name, value in values.items() if value is not None}
        given |= {name: tuple(value) for name, value in given.items() if isinstance(value, list)}
        return cls(**given)


class CrawlRun(WritingRun):
    """A run over the outlets of an order. Making one checks the order; nothing is touched before `with`."""

    def __init__(self, order: Order, watch: ProgressListener | None = None) -> None:
        super().__init__(archive=order.archive, config=order.config, watch=watch)
        self.order = order
        self.outlets = self._chosen()
        self.ends: dict[str, OutletEnd] = {}
        self.crawl_error: str | None = None
        self.failures: dict[str, str] = {}
        """Outlet → why its pages could not be archived."""
        self._options: dict[str, Any] = {
            "since": parse_time(order.since) if order.since else None,
            "limit": order.limit,
            "replay": Path(order.replay).absolute() if order.replay else None,
            "urls": order.urls,
            "force": order.force,
        }
        self._job(Path(), self.outlets)  # refuses the live web without a contact, before anything is created

    def _chosen(self) -> Sequence[Site]:
        order, folder = self.order, self.settings.config / "sites"
        named = pick_sites(self.all_sites, order.sites)
        if order.replay:
            held = outlets_in(Path(order.replay), self.all_sites)
            return [site for site in named or held if site in held]
        for site in named:
            if not site.enabled:
                raise UsageError(
                    f"{site.name} is disabled: {(site.reason_disabled or 'no reason is given').rstrip('.')}. "
                    f"Set enabled: true in {folder / site.name}.yaml if that no longer holds."
                )
        enabled = named or [site for site in self.all_sites.values() if site.enabled]
        if not enabled:
            raise UsageError(f"No outlet is enabled in {folder}: see 'broadtape sites list'.")
        return enabled

    def _job(self, spool: Path, outlets: Sequence[Site]) -> Job:
        return Job.of(self.settings, run=self.id, spool=spool, sites=outlets, **self._options)

    def job(self, outlets: Sequence[Site]) -> Job:
        """The crawl of these outlets, into this run's spool."""
        return self._job(self.spool.folder, outlets)

    def lease_outlets(self) -> list[Site]:
        """Takes the lease of each outlet; those that another run is writing are reported busy and left out."""
        free = []
        for site in self.outlets:
            outlet = self.report.outlet(site.name)
            try:
                self.lease(site.name)
            except LeaseHeld as held:
                outlet.busy = str(held)
            else:
                free.append(site)
        return free

    def not_archived(self, path: Path, why: str) -> None:
        """Remembers that a segment could not be archived; it stays in the spool, and the next run tries again."""
        self.failures[self.spool.key_of(path).site] = why

    def leftovers(self) -> list[Path]:
        """Segments of this run that the crawl has not reported, closed now: the crawl was killed."""
        return self.spool.recover()

    def note_busy(self) -> None:
        """Says in the ledger which outlets were left out, so that silence is never read as no news."""
        rows = [
            Capture(site=name, run=self.id, outcome="busy", reason=outlet.busy, fetched_at=utcnow(), source="crawl")
            for name, outlet in self.report.outlets.items()
            if outlet.busy
        ]
        if rows:
            self.archive.commit(articles=[], captures=rows, leases=[])

    def conclude(self, site: Site) -> str | None:
        """Judges the outlet, keeps its state and gives its lease back; why it is in trouble, or None."""
        end = self.ends.get(site.name)
        report = self.report.outlet(site.name)
        if end:
            report.discovered, report.new = end.counts.discovered, end.counts.new
        before = OutletState() if self.order.replay else OutletState.load(self.archive, site.name)
        trouble = self._trouble(site, end, before.trouble)
        report.trouble = trouble.reason if trouble else None
        self._keep_state(site, end, trouble, before)
        self.release(site.name)
        return report.trouble

    def _keep_state(self, site: Site, end: OutletEnd | None, trouble: Trouble | None, before: OutletState) -> None:
        """What the next run needs, and what `status` tells; not of a replay, which says nothing of the live site."""
        if self.order.replay:
            return
        known = end.state if end and end.state is not None else before
        now = self._ongoing(trouble, before.trouble, judged=self._judged(end))
        alerts = self._tell(site, before, now)
        state = replace(known, trouble=now, alerts=alerts, unknown=before.unknown)
        if state != before:
            state.save(self.archive, site.name)

    def _ongoing(
        self, trouble: Trouble | None, before: OngoingTrouble | None, *, judged: bool
    ) -> OngoingTrouble | None:
        if trouble is None:
            return None if judged else before  # else this run saw too little to say that it is over
        since = (before and before.since) or utcnow()
        first = (before and before.first) or self.id
        return OngoingTrouble(trouble.reason, since, first, self.id, trouble.pages, trouble.listings)

    def _tell(self, site: Site, before: OutletState, now: OngoingTrouble | None) -> tuple[WaitingAlert, ...]:
        """Sends on that trouble began or ended; what could not be told waits for the next run."""
        outbox = Outbox(self.settings.alerts, before.alerts)
        said = now or before.trouble
        if said and bool(before.trouble) != bool(now):
            event: Literal["trouble", "recovered"] = "trouble" if now else "recovered"
            since = iso(said.since) if said.since else None
            outbox.add(Alert(event, iso(utcnow()), self.archive.uri, self.id, site.name, said.reason, since))
        outbox.send(lambda why: self.watch.step(f"{site.name}: an alert could not be sent: {why}; it is tried again"))
        return outbox.waiting

    def _judged(self, end: OutletEnd | None) -> bool:
        """Whether the outlet was looked at as a schedule does it, and to the end."""
        return end is None or not (end.finish_reason == "stopped" or self.order.replay or self.order.urls)

    def beat(self) -> None:
        """Tells that runs take place, by the settings' heartbeat; a run by somebody's wish for pages does not count."""
        if not (self.order.replay or self.order.urls):
            heartbeat(self.archive, self.settings.alerts, self.id, self.watch.step)

    def _trouble(self, site: Site, end: OutletEnd | None, before: OngoingTrouble | None) -> Trouble | None:
        if site.name in self.failures:
            why = self.failures[site.name]
            return Trouble(f"what was fetched could not be archived and waits in the spool: {why}")
        if end is None:
            return Trouble(self.crawl_error or "its crawl was ended before it was done; what had come is kept")
        if end.trouble:
            return Trouble(end.trouble.rstrip("."))
        if not self._judged(end):
            return None
        report, look, pages = self.report.outlet(site.name), end.poll(), self.findings.get(site.name)
        first = (before and before.first) or self.id
        changed = changes(site, report, self.archive, look=look, pages=pages or [], run=first)
        if changed:
            return changed
        unread = {listing.url: listing.status for listing in end.listings if listing.failed}
        read = sum(not listing.failed for listing in end.listings)
        by_counts = trouble_of(site, report, self.archive, listings_read=read, unread=unread)
        inspected = pages is not None
        return by_counts or goes_on(site, self.archive, look=look, inspected=inspected, before=before)

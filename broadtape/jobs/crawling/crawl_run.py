"""A run that crawls: which outlets, on whose order, and how each of them ended."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from broadtape.archive.warc import Damage
from broadtape.capture import Capture
from broadtape.crawl.events import OutletEnd
from broadtape.crawl.job import Job
from broadtape.errors import LeaseHeld, UsageError
from broadtape.ingest.recorded_outlets import held_in
from broadtape.jobs.crawling.order import Order
from broadtape.jobs.progress import ProgressListener
from broadtape.jobs.recordings.damage import broken_off, passed_over
from broadtape.jobs.steps import Step, Steps
from broadtape.jobs.writing_run import WritingRun
from broadtape.site import Site
from broadtape.site.outlets import BrokenFile, pick_sites
from broadtape.times import utcnow

__all__ = ["CrawlRun"]


class CrawlRun(WritingRun):
    """A run over the outlets of an order. Making one checks the order; nothing is touched before `with`."""

    def __init__(self, order: Order, watch: ProgressListener | None = None, steps: Steps | None = None) -> None:
        super().__init__(archive=order.archive, config=order.config, watch=watch, steps=steps)
        self.order = order
        self.outlets = self._chosen()
        self.ends: dict[str, OutletEnd] = {}
        self.crawl_error: str | None = None
        self.failures: dict[str, str] = {}
        """Outlet → why its pages could not be archived."""
        self._options = order.job_options()
        self.broken = self._broken()
        """Outlets that this run would look at, if their files could be used."""
        if self.outlets:
            self._job(Path(), self.outlets)  # refuses the live web without a contact, before anything is created

    def _chosen(self) -> Sequence[Site]:
        order, folder = self.order, self.settings.config / "sites"
        if order.scheduled or order.cron:
            return [site for site in self.all_sites.values() if site.enabled and self._asked(site.name, site.cron)]
        named = pick_sites(self.all_sites, order.sites or self._owners())
        if order.replay:
            held = held_in(Path(order.replay), self.all_sites)
            self._tell_damage(Path(order.replay).name, held.damage)
            return [site for site in named or held.outlets if site in held.outlets]
        for site in named:
            if not site.enabled:
                raise UsageError(
                    f"{site.name} is disabled: {(site.reason_disabled or 'no reason is given').rstrip('.')}. "
                    f"Set enabled: true in {folder / site.name}.yaml if that no longer holds."
                )
        enabled = named or [site for site in self.all_sites.values() if site.enabled]
        if not enabled and not self._broken():
            raise UsageError(f"No outlet is enabled in {folder}: see 'broadtape sites list'.")
        return enabled

    def _owners(self) -> list[str]:
        """The outlets of the addresses that are asked for; raises UsageError for one that is none's."""
        owners = []
        for url in self.order.urls if not self.order.replay else ():
            of = [site.name for site in self.all_sites.values() if site.owns(url)]
            if not of:
                raise UsageError(f"{url} is no configured outlet's: 'broadtape sites list' shows them all.")
            owners += of
        return owners

    def _asked(self, name: str, cron: str) -> bool:
        order = self.order
        return (not order.sites or name in order.sites) and order.cron in (None, cron)

    def _broken(self) -> dict[str, BrokenFile]:
        if self.order.replay or self.order.urls:
            return {}
        broken = self.all_sites.broken.items()
        return {name: file for name, file in broken if file.enabled and self._asked(name, file.cron)}

    def _tell_damage(self, name: str, damage: Sequence[Damage]) -> None:
        if not damage:
            return
        self.watch.step(f"{name}: {passed_over(self.report, name, damage, len(damage))}")
        if ended := broken_off(name, damage):
            self.report.unread[name] = ended

    def _job(self, spool: Path, outlets: Sequence[Site]) -> Job:
        return Job.of(self.settings, run=self.id, spool=spool, sites=outlets, **self._options)

    def job(self, outlets: Sequence[Site]) -> Job:
        """The crawl of these outlets, into this run's spool."""
        return self._job(self.spool.folder, outlets)

    def lease_outlets(self) -> list[Site]:
        """Takes the lease of each outlet; those that another run is writing are reported busy and left out."""
        return self.steps.do(Step("lease-outlets", self._lease_outlets))

    def _lease_outlets(self) -> list[Site]:
        free = []
        for site in self.outlets:
            outlet = self.report.outlet(site.name)
            outlet.busy = None  # it may have been, when this was tried before
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

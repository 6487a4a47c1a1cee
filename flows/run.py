"""One run's things, without Prefect: what was ordered, the archive, the outlets' leases, the spool, the workers."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from broadtape.archive import Archive, Lease, RunSpool, Spool
from broadtape.capture import Capture
from broadtape.errors import LeaseHeld, UsageError, WarcError
from broadtape.ingest.publish import clean_segment, commit_segments, store_segment
from broadtape.ingest.recording import outlets_in
from broadtape.ingest.report import RunReport
from broadtape.ingest.segment import site_of
from broadtape.ingest.settle import CleanedSegment
from broadtape.ingest.verdict import trouble_of
from broadtape.ingest.watch import Watch
from broadtape.ingest.workers import Cleaners
from broadtape.settings import Settings, load_settings
from broadtape.site import Site, pick_sites
from broadtape.times import parse_time, utcnow
from spiders.events import OutletEnd
from spiders.job import Job

__all__ = ["Order", "Run", "new_run_id"]


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
        given = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
        return cls(**{name: value for name, value in given.items() if value is not None})


def new_run_id(now: datetime | None = None) -> str:
    """A run's name: its start in UTC and six random hex digits, so that names sort by time and never meet."""
    return f"{now or utcnow():%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


class Run:
    """A run that has everything it needs, from `with` to its end. Raises a BroadtapeError that says what it lacks."""

    def __init__(self, order: Order, watch: Watch | None = None) -> None:
        self.order = order
        self.watch = watch or Watch()
        self.id = new_run_id()
        self.settings: Settings = load_settings(Path(order.config) if order.config else None).with_archive(
            order.archive
        )
        self.all_sites = self.settings.sites()
        self.since = parse_time(order.since) if order.since else None
        self.outlets: Sequence[Site] = self._chosen()
        self.job_options: dict[str, Any] = {
            "since": self.since,
            "limit": order.limit,
            "replay": Path(order.replay).absolute() if order.replay else None,
            "urls": order.urls,
            "force": order.force,
        }
        # The contact is asked for before anything is created.
        Job.of(self.settings, run=self.id, spool=Path(), sites=self.outlets, **self.job_options)
        self.report = RunReport(self.id, self.settings.archive)
        self.leases: dict[str, Lease] = {}
        self.ends: dict[str, OutletEnd] = {}
        self.cleaned: dict[Path, CleanedSegment] = {}
        self.crawl_error: str | None = None
        self._exit = ExitStack()

    def _chosen(self) -> Sequence[Site]:
        order = self.order
        if order.replay:
            held = outlets_in(Path(order.replay), self.all_sites)
            named = pick_sites(self.all_sites, order.sites) if order.sites else held
            return [site for site in named if site in held]
        if order.sites:
            picked = pick_sites(self.all_sites, order.sites)
            for site in picked:
                if not site.enabled:
                    raise UsageError(
                        f"{site.name} is disabled: {site.reason_disabled or 'no reason is given'}. "
                        f"Set enabled: true in {self.settings.config / 'sites' / site.name}.yaml if that no longer holds."
                    )
            return picked
        enabled = [site for site in self.all_sites.values() if site.enabled]
        if not enabled:
            raise UsageError(f"No outlet is enabled in {self.settings.config / 'sites'}: see 'broadtape sites list'.")
        return enabled

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self.archive = Archive.open(self.settings.archive, create=True)
            self.spools = Spool(self.settings.spool, self.archive.uri)
            self.spool: RunSpool = self.spools.begin(self.id)
            stack.callback(self.spool.finish)
            self.cleaners = stack.enter_context(Cleaners(self.all_sites, self.settings))
            stack.callback(self._release_all)
            self._exit = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._exit.__exit__(kind, error, trace)

    def job(self, outlets: Sequence[Site]) -> Job:
        """The crawl of these outlets."""
        return Job.of(self.settings, run=self.id, spool=self.spool.folder, sites=outlets, **self.job_options)

    # --- leases

    def lease_outlets(self) -> list[Site]:
        """Takes the lease of each outlet; those that another run is writing are reported busy and left out."""
        free = []
        for site in self.outlets:
            self.report.outlet(site.name)
            try:
                self.leases[site.name] = self._lease(site.name)
            except LeaseHeld as held:
                self.report.outlet(site.name).busy = str(held)
            else:
                free.append(site)
        return free

    def _lease(self, site: str) -> Lease:
        return self.archive.lease(site, run=self.id, seconds=self.settings.lease_seconds, spool=self.spools)

    def _release_all(self) -> None:
        for site in list(self.leases):
            self.release(site)

    def release(self, site: str) -> None:
        """Gives the outlet back, so that its next run need not wait for the slowest of this one."""
        lease = self.leases.pop(site, None)
        if lease:
            lease.release()

    # --- segments

    def prepare(self, path: Path, spool: RunSpool) -> CleanedSegment:
        """Stores one closed segment and cleans its pages."""
        key = store_segment(self.archive, spool, path)
        return clean_segment(path, key, self.cleaners)

    def commit(self, segments: Sequence[CleanedSegment]) -> None:
        """Commits prepared segments and counts what they brought."""
        leases = [self.leases[name] for name in {segment.site for segment in segments} if name in self.leases]
        published = commit_segments(self.archive, segments, sites=self.all_sites, leases=leases, cleaners=self.cleaners)
        self.report.count((c for c in published.captures if c.url), published.revised)
        self.watch.published(self.report)

    # --- a dead run's spool

    def recover(self) -> int:
        """Publishes what dead runs on this machine left in the spool; gives the number of segments.

        What belongs to an outlet that another run is writing stays for the next run.
        """
        published = 0
        for dead in self.spools.dead():
            try:
                published += self._recover_run(dead)
            finally:
                dead.finish()
        self.report.recovered = published
        return published

    def _recover_run(self, dead: RunSpool) -> int:
        published = 0
        for site, paths in _by_site(dead, dead.recover()).items():
            borrowed = site not in self.leases and not site.startswith("_")
            if borrowed:
                try:
                    self.leases[site] = self._lease(site)
                except LeaseHeld:
                    continue
            try:
                segments = [self.prepare(path, dead) for path in paths]
                self.commit(segments)
                for path in paths:
                    dead.drop(path)
                published += len(paths)
            finally:
                if borrowed:
                    self.release(site)
        return published

    # --- the end of an outlet

    def conclude(self, site: Site) -> str | None:
        """Keeps the outlet's state, judges it and gives its lease back; why it is in trouble, or None."""
        end = self.ends.get(site.name)
        report = self.report.outlet(site.name)
        if end:
            report.discovered, report.new = end.counts.discovered, end.counts.new
            if end.state is not None:
                self.archive.save_state(site.name, end.state)
        report.trouble = self._trouble(site, end)
        self.release(site.name)
        return report.trouble

    def _trouble(self, site: Site, end: OutletEnd | None) -> str | None:
        if end is None:
            return self.crawl_error or "its crawl was ended before it was done; what had come is kept"
        if end.trouble:
            return end.trouble
        if end.finish_reason == "stopped" or self.order.replay or self.order.urls:
            return None
        unread = {listing.url: listing.status for listing in end.listings if listing.failed}
        read = sum(not listing.failed for listing in end.listings)
        return trouble_of(site, self.report.outlet(site.name), self.archive, listings_read=read, unread=unread)

    def note_busy(self) -> None:
        """Says in the ledger which outlets were left out, so that silence is never read as no news."""
        rows = [
            Capture(site=name, run=self.id, outcome="busy", reason=outlet.busy, fetched_at=utcnow(), source="crawl")
            for name, outlet in self.report.outlets.items()
            if outlet.busy
        ]
        if rows:
            self.archive.commit(articles=[], captures=rows, leases=[])

    def leftovers(self) -> list[Path]:
        """Segments of this run that the crawl has not reported, closed now: it was killed."""
        with suppress(WarcError):
            return self.spool.recover()
        return self.spool.closed()


def _by_site(spool: RunSpool, paths: Iterable[Path]) -> dict[str, list[Path]]:
    grouped: dict[str, list[Path]] = {}
    for path in paths:
        grouped.setdefault(site_of(spool.key_of(path)), []).append(path)
    return grouped

"""What every run that writes needs: the archive, the outlets' leases, a spool, workers, and a report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from broadtape.archive import Lease
from broadtape.archive.claims import free_dead_run
from broadtape.archive.opening import open_patiently
from broadtape.archive.recordings import Recording
from broadtape.archive.scratch import sweep_scratch
from broadtape.archive.segment_key import SegmentKey
from broadtape.archive.spool import RunSpool, Spool
from broadtape.archive.spools_elsewhere import clear_note
from broadtape.errors import BroadtapeError, CleanersFailed, LeaseHeld, LeaseLost, SpoolError, StoreError
from broadtape.ingest.cleaning_pool import Cleaners
from broadtape.ingest.drafts import CleanedSegment
from broadtape.ingest.engines.choose import engine_of
from broadtape.ingest.engines.engine import Engine
from broadtape.ingest.publish import Published, clean_segment, commit_segments, store_segment
from broadtape.ingest.segment_part import SegmentPart
from broadtape.jobs.address_space import require_address_space
from broadtape.jobs.progress import ProgressListener
from broadtape.jobs.steps import Step, Steps, StepsHere
from broadtape.monitoring.page_drift import Deviation
from broadtape.monitoring.run_report import RunReport, plural
from broadtape.runs import new_run_id
from broadtape.settings import Settings, load_settings

__all__ = ["WritingRun"]

T = TypeVar("T")


class WritingRun:
    """A run has everything it needs from `with` to its end; a BroadtapeError says what it lacks.

    `steps` does its steps, in this process where nobody else is named. With `create`, an archive is made where there
    is none. `engine` is taken instead of the one that the settings name.
    """

    def __init__(
        self,
        *,
        archive: str | None = None,
        config: str | None = None,
        watch: ProgressListener | None = None,
        steps: Steps | None = None,
        create: bool = True,
        engine: str | None = None,
    ) -> None:
        self.id = new_run_id()
        self.watch = watch or ProgressListener()
        self.steps: Steps = steps or StepsHere(self.watch.step)
        self.settings: Settings = (
            load_settings(Path(config) if config else None).with_archive(archive).with_engine(engine)
        )
        self.all_sites = self.settings.sites()
        self._create = create
        self.report = RunReport(self.id, self.settings.archive)
        self.leases: dict[str, Lease] = {}
        self.cleaned: dict[Path, CleanedSegment] = {}
        """Segments that are stored and cleaned, and wait to be committed."""
        self.findings: dict[str, list[Deviation]] = {}
        """Outlet whose pages were looked at → what is not as usual about them."""
        self._lost_one = False
        self._exit = ExitStack()

    def __enter__(self) -> Self:
        require_address_space()
        with ExitStack() as stack:
            if swept := sweep_scratch():
                self.watch.step(f"removed {plural(swept, 'temporary folder')} of processes that were ended")
            self.archive = open_patiently(self.settings.archive, create=self._create, told=self.watch.step)
            self.spools = Spool(self.settings.spool, self.archive.uri)
            self.spool: RunSpool = self.spools.begin(self.id)
            stack.callback(self._clear_note)
            stack.callback(self.spool.finish)
            stack.callback(self._release_all)
            self.cleaners = stack.enter_context(Cleaners(self.all_sites, self.settings, self.archive.rules.in_force))
            self._exit = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._exit.__exit__(kind, error, trace)

    def patiently(self, step: Step[T]) -> T:
        """Does a part of a step that is not repeated as a whole: in this process, again where the store fails."""
        return (self.steps if isinstance(self.steps, StepsHere) else StepsHere(self.watch.step)).do(step)

    @cached_property
    def engine(self) -> Engine:
        """What does bulk work, as the settings or a call say; raises ConfigError where it is not to be had."""
        engine = engine_of(self.settings, self.cleaners, self.watch.step)
        self._exit.callback(engine.close)
        return engine

    def part_of(self, key: SegmentKey, size: int | None = None, **which: Any) -> SegmentPart:
        """The part of work that reads and cleans a stored segment of that many bytes, or some of it."""
        file = Recording(f"{self.archive.uri}/{key}", size)
        return SegmentPart(file, key, self.settings.page_timeout, self.cleaners.learnt(key.site), **which)

    # --- leases

    def lease(self, site: str) -> Lease:
        """Takes the outlet's lease and holds it to the end; raises LeaseHeld where another run is writing it."""
        if site not in self.leases:
            self.leases[site] = self.archive.lease(site, run=self.id, seconds=self.settings.lease_seconds)
        return self.leases[site]

    def release(self, site: str) -> None:
        """Gives the outlet back, so that its next run need not wait for the slowest of this one."""
        lease = self.leases.pop(site, None)
        if lease:
            lease.release()
            self._lost_one = self._lost_one or lease.lost

    @contextmanager
    def leased(self, site: str) -> Iterator[Lease]:
        """The outlet's lease while the context lasts, or the one that is held anyhow; raises LeaseHeld."""
        had = site in self.leases
        lease = self.lease(site)
        try:
            yield lease
        finally:
            if not had:
                self.release(site)

    def _release_all(self) -> None:
        for site in list(self.leases):
            self.release(site)

    def _clear_note(self) -> None:
        """Another machine took this run for dead; what it had fetched is archived all the same."""
        if self._lost_one and not self.spool.folder.exists():
            clear_note(self.archive.objects, self.id)

    # --- segments

    def prepare(self, path: Path, spool: RunSpool) -> CleanedSegment:
        """Stores one closed segment and cleans its pages."""
        key = store_segment(self.archive, spool, path)
        return clean_segment(path, key, self.cleaners)

    def commit(self, segments: Sequence[CleanedSegment]) -> None:
        """Commits prepared segments and counts what they brought."""
        held = [self.leases[site] for site in {segment.site for segment in segments} if site in self.leases]
        self.count(self.committed(segments, held))

    def committed(self, segments: Sequence[CleanedSegment], leases: Sequence[Lease]) -> Published:
        """Commits prepared segments under these leases."""
        return commit_segments(self.archive, segments, sites=self.all_sites, leases=leases, cleaners=self.cleaners)

    def count(self, published: Published) -> None:
        """Takes into account what a commit brought."""
        of_outlets = (row for row in published.captures if row.url and not row.site.startswith("_"))
        self.report.count(of_outlets, published.revised)
        self.report.measured(published.captures)
        for site, found in published.findings.items():
            self.findings.setdefault(site, []).extend(found)
        self.watch.published(self.report)

    # --- a dead run's spool

    def recover(self) -> int:
        """Publishes what dead runs on this machine left in the spool; gives the number of segments.

        What belongs to an outlet that another run is writing, or whose file is broken, stays for a later run.
        """
        recovered = self.steps.do(Step("recover-spool", self._recover))
        if recovered:
            self.watch.step(f"recovered {plural(recovered, 'segment')} of a run that was ended")
        return recovered

    def _recover(self) -> int:
        for dead in self.spools.dead():
            try:
                free_dead_run(self.archive.objects, dead.run)
                self.report.recovered += self._recover_run(dead)
            finally:
                dead.finish()
            if not dead.folder.exists():
                clear_note(self.archive.objects, dead.run)
        return self.report.recovered

    def _recover_run(self, dead: RunSpool) -> int:
        published = 0
        for site, paths in _by_site(dead, dead.recover()).items():
            if site in self.all_sites.broken:
                continue  # by no rules at all its pages would be cleaned otherwise
            had = site in self.leases or site.startswith("_")
            try:
                if not had:
                    self.lease(site)
            except LeaseHeld:
                continue
            try:
                published += sum(self._recovered(path, dead) for path in paths)
            finally:
                if not had:
                    self.release(site)
        return published

    def _recovered(self, path: Path, dead: RunSpool) -> bool:
        """Publishes one segment; one that cannot be is left aside, and told, so that no other waits for it."""
        try:
            self.commit([self.prepare(path, dead)])
        except (StoreError, LeaseLost, SpoolError, CleanersFailed):
            raise  # the archive's trouble or this machine's, not the segment's
        except Exception as error:  # whatever a segment from a dead run holds
            why = str(error) if isinstance(error, BroadtapeError) else f"{type(error).__name__}: {error}"
            dead.set_aside(path, why)
            self.watch.step(f"{dead.key_of(path)} of a dead run cannot be archived and is left aside: {why}")
            return False
        dead.drop(path)
        return True


def _by_site(spool: RunSpool, paths: Iterable[Path]) -> dict[str, list[Path]]:
    grouped: dict[str, list[Path]] = {}
    for path in paths:
        grouped.setdefault(spool.key_of(path).site, []).append(path)
    return grouped

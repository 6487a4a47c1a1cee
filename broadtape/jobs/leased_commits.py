"""Leases for a commit, not for a run: an outlet is held for the moments in which its rows are written.

Long runs over many outlets would lock them out of live crawling otherwise. An outlet that another run is writing is put
back: its segments wait, closed, in the spool, and are come back to. A run that ends before its turn came leaves them
there, for the next command on this machine to archive.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from broadtape.archive import Lease
from broadtape.archive.address_lookups import stopped_by
from broadtape.errors import LeaseHeld
from broadtape.ingest.drafts import CleanedSegment
from broadtape.ingest.publish import Published, clean_segment, store_segment
from broadtape.jobs.patience import LOOKS, Patience
from broadtape.jobs.steps import AT_ONCE, Step
from broadtape.jobs.writing_run import WritingRun
from broadtape.urls import GENERAL

__all__ = ["Closed", "LeasedCommits", "forgotten_in", "leased_outlets"]


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed segment in the run's spool and what it holds, cleaned; None where that must be done again."""

    path: Path
    site: str
    cleaned: CleanedSegment | None = None


@dataclass(slots=True)
class LeasedCommits:
    """Commits segments of many outlets together, each outlet leased for that alone. Not for two threads at once."""

    run: WritingRun
    done: Callable[[Published], object]
    waiting: list[Closed] = field(default_factory=list)
    """Segments of outlets that another run is writing; they are cleaned again when their turn comes, not kept."""
    busy: dict[str, str] = field(default_factory=dict)
    """Outlet → who is writing it."""
    _looked: float = 0.0

    def commit(self, segments: Sequence[Closed]) -> None:
        """Archives what can be; what cannot waits. What waits since earlier is tried again now and then."""
        if self.waiting and time.monotonic() - self._looked >= LOOKS:
            segments, self.waiting = [*self.waiting, *segments], []
        if segments:
            self.run.steps.do(Step("commit", lambda: self._commit(segments)))

    def wait(self, seconds: float) -> None:
        """Comes back to what waits until it is archived, or that much time has passed."""
        patience = Patience(seconds)
        if self.waiting:
            self.run.watch.step(f"waiting for {', '.join(sorted(self.busy))}: {next(iter(self.busy.values()))}")
        while self.waiting and not patience.over:
            patience.pause()
            again, self.waiting = self.waiting, []
            self.run.steps.do(Step("commit", lambda again=again: self._commit(again)))  # type: ignore[misc]

    def _commit(self, segments: Sequence[Closed]) -> None:
        self._looked = time.monotonic()
        outlets = {segment.site for segment in segments if not segment.site.startswith("_")}
        with leased_outlets(self.run, outlets, self.busy) as leases:
            free = [each for each in segments if each.site.startswith("_") or each.site in leases]
            if free:
                with ThreadPoolExecutor(AT_ONCE) as pool:
                    cleaned = list(pool.map(self._stored, free))
                self.done(self.run.committed(cleaned, list(leases.values())))
        for each in free:
            self.run.spool.drop(each.path)
            self.busy.pop(each.site, None)
        known = {each.path for each in self.waiting}
        left = [Closed(each.path, each.site) for each in segments if each not in free and each.path not in known]
        self.waiting += left

    def _stored(self, closed: Closed) -> CleanedSegment:
        run, cleaned = self.run, closed.cleaned
        if cleaned and forgotten_in(run, cleaned):
            cleaned = None  # it is blanked as it is stored
        key = store_segment(run.archive, run.spool, closed.path)
        return cleaned or clean_segment(closed.path, key, run.cleaners)


@contextmanager
def leased_outlets(run: WritingRun, sites: Collection[str], busy: dict[str, str]) -> Iterator[dict[str, Lease]]:
    """The leases of those of the outlets that nobody writes, while the context lasts; of the others `busy` says who
    does."""
    leases: dict[str, Lease] = {}
    with ExitStack() as stack:
        for site in sorted(sites):
            try:
                leases[site] = stack.enter_context(run.leased(site))
            except LeaseHeld as held:
                busy[site] = str(held)
        yield leases


def forgotten_in(run: WritingRun, cleaned: CleanedSegment) -> bool:
    """Whether something of a segment was forgotten; to be asked under its outlet's lease, for it may be since it was
    cleaned."""
    stones, site = run.archive.decisions.forgotten(), run.all_sites.get(cleaned.site)
    rules = site.address_rules if site else GENERAL
    urls = (sighting.url for sighting, _ in cleaned.found)
    return bool(stones) and any(url and stopped_by(stones, url, rules) for url in urls)

"""Rebuilding the tables from the WARC files: every stored segment that the ledger does not name.

Each segment is a part of work, read and cleaned by whoever does bulk work, some ahead of those that are being
committed. Those of one day come together, whatever their outlets: some hundred rows make a commit. An outlet is leased
for its commits alone.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from broadtape.archive.segment_key import SegmentKey
from broadtape.ingest.drafts import CleanedSegment
from broadtape.ingest.engines.over import done_over
from broadtape.ingest.segment_part import SegmentPart
from broadtape.jobs.bulk_work import told_of
from broadtape.jobs.leased_commits import forgotten_in, leased_outlets
from broadtape.jobs.patience import Patience
from broadtape.jobs.progress import ProgressListener
from broadtape.jobs.steps import Step, Steps
from broadtape.jobs.writing_run import WritingRun
from broadtape.monitoring.run_report import RunReport
from broadtape.times import utcnow

__all__ = ["rebuild"]

_ROWS, _SECONDS = 500, 30.0
"""Rows that are committed together, and how long fewer wait at the most."""


def rebuild(
    *,
    archive: str | None = None,
    config: str | None = None,
    watch: ProgressListener | None = None,
    steps: Steps | None = None,
    engine: str | None = None,
) -> RunReport:
    """Publishes each stored segment that is not in the ledger.

    An outlet that another run is writing is come back to, and left out where it is written for longer than anybody
    waits. Killed and run again, it goes on behind what is committed.
    """
    with WritingRun(archive=archive, config=config, watch=watch, steps=steps, engine=engine) as run:
        run.all_sites.require_all()
        run.recover()
        for site, why in _until_done(run, run.archive.segment_sizes()).items():
            run.report.outlet(site).busy = why
        run.report.ended_at = utcnow()
        run.watch.finished(run.report)
    return run.report


def _until_done(run: WritingRun, stored: Mapping[SegmentKey, int]) -> dict[str, str]:
    """Round after round, as long as outlets become free in time; gives those that are left, and who writes them.

    `stored` has the bytes of each segment.
    """
    patience = Patience(run.settings.work.patience)
    keys = sorted(stored, key=attrgetter("day", "site"))
    while True:
        this_round = _Round(run, stored)
        this_round.take(keys)
        if not this_round.left:
            return this_round.busy
        if len(this_round.left) < len(keys):
            patience.renew()
        elif patience.over:
            return this_round.busy
        keys = this_round.left
        run.watch.step(f"{', '.join(sorted(this_round.busy))}: come back to, for another run is writing there")
        patience.pause()


@dataclass(slots=True)
class _Round:
    """Once over segments: what was cleaned and waits to be committed, and what has to wait for a later round."""

    run: WritingRun
    stored: Mapping[SegmentKey, int]
    busy: dict[str, str] = field(default_factory=dict)
    """Outlet → who is writing it."""
    left: list[SegmentKey] = field(default_factory=list)
    _cleaned: list[CleanedSegment] = field(default_factory=list)
    _rows: int = 0
    _since: float = field(default_factory=time.monotonic)

    def take(self, keys: Sequence[SegmentKey]) -> None:
        """Cleans and commits those that the ledger does not name."""
        # Once: each look reads the ledger from the oldest of these on. A commit sees what others published meanwhile.
        done = self.run.patiently(Step("look-up", lambda: self.run.archive.ledger.committed(keys)))
        waiting = [key for key in keys if key not in done]
        begun: deque[SegmentKey] = deque()

        def parts() -> Iterator[SegmentPart]:
            for key in waiting:
                if key.site in self.busy:  # it was being written a moment ago, and may well be when it is cleaned
                    self.left.append(key)
                else:
                    begun.append(key)
                    yield self.run.part_of(key, self.stored[key])

        progress = told_of(self.run.watch, "segments")
        for number, found in enumerate(done_over(self.run.engine, parts()), 1):
            self._cleaned.append(CleanedSegment(begun.popleft(), tuple(found)))
            self._rows += len(found)
            if self._rows >= _ROWS or time.monotonic() - self._since >= _SECONDS:
                self._commit_all()
            progress(number, len(waiting))
        self._commit_all()

    def _commit_all(self) -> None:
        """Commits what is cleaned; what belongs to an outlet that is being written is left for a later round."""
        cleaned, self._cleaned = self._cleaned, []
        self._rows, self._since = 0, time.monotonic()
        if cleaned:
            self.left += self.run.steps.do(Step("rebuild-segments", lambda: self._commit(cleaned)))

    def _commit(self, cleaned: Sequence[CleanedSegment]) -> list[SegmentKey]:
        run = self.run
        with leased_outlets(run, {each.site for each in cleaned if not each.key.shared}, self.busy) as leases:
            free = [each for each in cleaned if each.key.shared or each.site in leases]
            sound = [self._again(each.key) if forgotten_in(run, each) else each for each in free]
            run.count(run.committed(sound, list(leases.values())))
        return [each.key for each in cleaned if each not in free]

    def _again(self, key: SegmentKey) -> CleanedSegment:
        """A segment of which something was forgotten since it was cleaned, and blanked."""
        return CleanedSegment(key, tuple(self.run.engine.submit(self.run.part_of(key, self.stored[key])).result()))

"""Rebuilding the tables from the WARC files: every stored segment that the ledger does not name."""

from __future__ import annotations

from functools import partial
from itertools import groupby
from operator import attrgetter

from broadtape.archive.segment_key import SegmentKey
from broadtape.errors import LeaseHeld
from broadtape.ingest.publish import clean_segment
from broadtape.jobs.in_turn import in_turn
from broadtape.jobs.leased_commits import forgotten_in
from broadtape.jobs.progress import ProgressListener
from broadtape.jobs.steps import Step, Steps
from broadtape.jobs.writing_run import WritingRun
from broadtape.monitoring.run_report import RunReport
from broadtape.times import utcnow

__all__ = ["rebuild"]

_TOLD = 20
"""Segments after which progress is told."""


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
    waits.
    """
    with WritingRun(archive=archive, config=config, watch=watch, steps=steps, engine=engine) as run:
        run.all_sites.require_all()
        run.recover()
        run.begin_bulk_work()
        outlets = {site: list(keys) for site, keys in groupby(run.archive.segments(), key=attrgetter("site"))}

        def rebuild_outlet(site: str) -> str | None:
            return run.steps.do(Step("rebuild-outlet", partial(_rebuild_outlet, run, site, outlets[site]), site))

        for site, why in in_turn(run, outlets, rebuild_outlet).items():
            run.report.outlet(site).busy = why
        run.report.ended_at = utcnow()
        run.watch.finished(run.report)
    return run.report


def _rebuild_outlet(run: WritingRun, site: str, keys: list[SegmentKey]) -> str | None:
    """One outlet's segments, in the order of their days and names; gives who is writing it, where another run is."""
    # Once: each look reads the ledger from the oldest of these on. What others publish meanwhile, `commit` finds out.
    done = run.archive.ledger.committed(keys)
    for number, key in enumerate(keys, 1):
        try:
            if key not in done:
                _publish(run, key)
        except LeaseHeld as held:
            return str(held)
        if number % _TOLD == 0 or number == len(keys):
            run.watch.step(f"{site}: {number:,} of {len(keys):,} segments")
    return None


def _publish(run: WritingRun, key: SegmentKey) -> None:
    """Cleans and commits one segment; its outlet is leased for the commit, unless it is nobody's."""
    if key.shared:
        with run.archive.local_segment(key) as path:
            run.commit([clean_segment(path, key, run.cleaners)])
        return
    with run.leased(key.site):
        pass  # who writes it now may well write it when the segment is cleaned
    with run.archive.local_segment(key) as path:
        cleaned = clean_segment(path, key, run.cleaners)
    with run.leased(key.site):
        if forgotten_in(run, cleaned):
            with run.archive.local_segment(key) as path:
                cleaned = clean_segment(path, key, run.cleaners)
        run.commit([cleaned])

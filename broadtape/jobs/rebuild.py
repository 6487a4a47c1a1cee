"""Rebuilding the tables from the WARC files: every stored segment that the ledger does not name."""

from __future__ import annotations

from functools import partial
from itertools import groupby
from operator import attrgetter

from broadtape.archive.segment_key import SegmentKey
from broadtape.errors import LeaseHeld
from broadtape.ingest.publish import clean_segment
from broadtape.jobs.progress import ProgressListener
from broadtape.jobs.steps import Step, Steps
from broadtape.jobs.writing_run import WritingRun
from broadtape.monitoring.run_report import RunReport
from broadtape.times import utcnow

__all__ = ["rebuild"]

_BATCH = 20
"""Segments asked after at once."""


def rebuild(
    *,
    archive: str | None = None,
    config: str | None = None,
    watch: ProgressListener | None = None,
    steps: Steps | None = None,
) -> RunReport:
    """Publishes each stored segment that is not in the ledger; an outlet that another run is writing is left out."""
    with WritingRun(archive=archive, config=config, watch=watch, steps=steps) as run:
        run.all_sites.require_all()
        run.recover()
        for site, keys in groupby(run.archive.segments(), key=attrgetter("site")):
            run.steps.do(Step("rebuild-outlet", partial(_rebuild_outlet, run, site, list(keys)), site))
        run.report.ended_at = utcnow()
        run.watch.finished(run.report)
    return run.report


def _rebuild_outlet(run: WritingRun, site: str, keys: list[SegmentKey]) -> None:
    """One outlet's segments, in the order of their days and names."""
    try:
        if not keys[0].shared:
            run.lease(site)
    except LeaseHeld as held:
        run.report.outlet(site).busy = str(held)
        return
    for start in range(0, len(keys), _BATCH):
        batch = keys[start : start + _BATCH]
        done = run.archive.ledger.committed(batch)
        for key in batch:
            if key not in done:
                with run.archive.local_segment(key) as path:
                    run.commit([clean_segment(path, key, run.cleaners)])
        run.watch.step(f"{site}: {min(start + _BATCH, len(keys)):,} of {len(keys):,} segments")
    run.release(site)

"""Rebuilding the tables from the WARC files: every stored segment that the ledger does not name."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import Any

from prefect import flow, task

from broadtape.archive.segment_key import SegmentKey
from broadtape.ingest.publish import clean_segment
from broadtape.jobs.writing_run import WritingRun
from broadtape.times import utcnow
from flows.here import listener
from flows.pages import ArchiveUri, ConfigFolder, leave_report
from flows.retrying import RETRIED

__all__ = ["rebuild"]

_BATCH = 20
"""Segments asked after at once."""


@flow(name="rebuild", description="Make the tables anew from the WARC files.", persist_result=False)
def rebuild(archive: ArchiveUri = None, config: ConfigFolder = None) -> dict[str, Any]:
    """Publishes each stored segment that is not in the ledger; gives the run's report as plain data."""
    with WritingRun(archive=archive, config=config, watch=listener()) as run:
        run.recover()
        for site, keys in groupby(run.archive.segments(), key=attrgetter("site")):
            rebuild_outlet.with_options(task_run_name=site)(run, site, list(keys))
        run.report.ended_at = utcnow()
        leave_report(run.report)
        run.watch.finished(run.report)
    return run.report.as_dict()


@task(name="rebuild-outlet", **RETRIED)
def rebuild_outlet(run: WritingRun, site: str, keys: list[SegmentKey]) -> None:
    """One outlet's segments, in the order of their days and names."""
    if not site.startswith("_"):
        run.lease(site)
    for start in range(0, len(keys), _BATCH):
        batch = keys[start : start + _BATCH]
        done = run.archive.done(batch)
        for key in batch:
            if key not in done:
                with run.archive.local_segment(key) as path:
                    run.commit([clean_segment(path, key, run.cleaners)])
        run.watch.step(f"{site}: {min(start + _BATCH, len(keys)):,} of {len(keys):,} segments")
    run.release(site)

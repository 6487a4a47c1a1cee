"""Backfill: other people's WARC files into the archive, by the same cleaning, without crawling."""

from __future__ import annotations

from collections.abc import Sequence

from broadtape.jobs.progress import ProgressListener
from broadtape.jobs.recordings.backfill_run import BackfillRun
from broadtape.jobs.steps import Steps
from broadtape.monitoring.run_report import RunReport
from broadtape.times import utcnow

__all__ = ["backfill"]


def backfill(
    files: Sequence[str],
    *,
    sites: Sequence[str] | None = None,
    archive: str | None = None,
    config: str | None = None,
    watch: ProgressListener | None = None,
    steps: Steps | None = None,
    engine: str | None = None,
) -> RunReport:
    """Archives the configured outlets' articles in these files, at their own times; done twice, it adds nothing.

    Raises RunFailed, once all files were read, for those that could not be read to their ends, and OutletsBusy for
    outlets that other runs were writing for longer than anybody waits: what belongs to them stays in this machine's
    spool, for its next run.
    """
    with BackfillRun(
        files, sites=sites, archive=archive, config=config, watch=watch, steps=steps, engine=engine
    ) as run:
        run.recover()
        run.take(run.engine)
        run.report.ended_at = utcnow()
        run.watch.finished(run.report)
    run.report.raise_for_trouble()
    run.report.raise_for_busy()
    return run.report

"""Backfill: other people's WARC files into the archive, by the same cleaning, without crawling."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from broadtape.jobs.progress import ProgressListener
from broadtape.jobs.recordings.backfill_run import BackfillRun
from broadtape.jobs.steps import Step, Steps
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
) -> RunReport:
    """Archives the configured outlets' articles in these files, at their own times; done twice, it adds nothing.

    Raises RunFailed, once all files were read, for those that could not be read to their ends.
    """
    with BackfillRun(files, sites=sites, archive=archive, config=config, watch=watch, steps=steps) as run:
        run.recover()
        for file in run.files:
            run.steps.do(Step("backfill-file", partial(run.take, file), file.name))
        run.report.ended_at = utcnow()
        run.watch.finished(run.report)
    run.report.raise_for_trouble()
    return run.report

"""Backfill: other people's WARC files into the archive, by the same cleaning, without crawling."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from broadtape.jobs.progress import ProgressListener
from broadtape.jobs.recordings.backfill_run import BackfillRun
from broadtape.jobs.recordings.files import COMMON_CRAWL, Origin
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
    endpoint: str | None = None,
    anonymous: bool = False,
    since: datetime | None = None,
    until: datetime | None = None,
    root: str = COMMON_CRAWL,
    again: bool = False,
) -> RunReport:
    """Archives the configured outlets' articles in these files, at their own times; done twice, it adds nothing.

    `files` names files and folders, `s3://…` and web addresses, or `cc-news`; for what the rest says of where these
    lie see `Origin` and `Access`. Raises RunFailed, once all files were read, for those that could not be read to their
    ends, and OutletsBusy for outlets that other runs were writing for longer than anybody waits: what belongs to them
    stays in this machine's spool, for its next run.
    """
    origin = Origin.of(endpoint=endpoint, anonymous=anonymous, since=since, until=until, root=root, again=again)
    with BackfillRun(
        files, sites=sites, archive=archive, config=config, watch=watch, steps=steps, engine=engine, origin=origin
    ) as run:
        run.recover()
        run.take(run.engine)
        run.report.ended_at = utcnow()
        run.watch.finished(run.report)
    run.report.raise_for_trouble()
    run.report.raise_for_busy()
    return run.report

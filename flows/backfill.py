"""Backfill: other people's WARC files into the archive, by the same cleaning, without crawling."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from prefect import flow, task
from pydantic import Field

from broadtape.jobs.backfill_run import BackfillRun
from broadtape.times import utcnow
from flows.here import listener
from flows.pages import ArchiveUri, ConfigFolder, leave_report
from flows.retrying import RETRIED

__all__ = ["backfill"]

_Files = Annotated[list[str], Field(min_length=1, description="WARC files, compressed or not.")]
_Sites = Annotated[list[str] | None, Field(description="Outlets to take; every configured one where none is named.")]


@flow(name="backfill", description="Archive the articles in WARC files, at their own times.", persist_result=False)
def backfill(
    files: _Files, archive: ArchiveUri = None, sites: _Sites = None, config: ConfigFolder = None
) -> dict[str, Any]:
    """Archives the configured outlets' articles in these files; gives the run's report as plain data."""
    with BackfillRun(files, sites=sites, archive=archive, config=config, watch=listener()) as run:
        run.recover()
        for file in run.files:
            backfill_file.with_options(task_run_name=file.name)(run, file)
        run.report.ended_at = utcnow()
        leave_report(run.report)
        run.watch.finished(run.report)
    return run.report.as_dict()


@task(name="backfill-file", **RETRIED)
def backfill_file(run: BackfillRun, file: Path) -> None:
    """Archives one file; redone, it adds nothing twice."""
    run.take(file)

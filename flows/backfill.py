"""Backfill as a flow: other people's WARC files into the archive."""

from __future__ import annotations

from typing import Annotated, Any

from prefect import flow
from pydantic import Field

from broadtape.jobs import backfill as job
from flows.dead_runs import live
from flows.here import listener
from flows.pages import ArchiveUri, ConfigFolder, leave_report
from flows.steps import TaskSteps

__all__ = ["backfill"]

_Files = Annotated[list[str], Field(min_length=1, description="WARC files, compressed or not.")]
_Sites = Annotated[list[str] | None, Field(description="Outlets to take; every configured one where none is named.")]


@flow(
    name="backfill",
    description="Archive the articles in WARC files, at their own times.",
    persist_result=False,
    on_running=[live],
)
def backfill(
    files: _Files, archive: ArchiveUri = None, sites: _Sites = None, config: ConfigFolder = None
) -> dict[str, Any]:
    """Archives the configured outlets' articles in these files; gives the run's report as plain data."""
    report = job.backfill(files, sites=sites, archive=archive, config=config, watch=listener(), steps=TaskSteps())
    leave_report(report)
    return report.as_dict()

"""Backfill as a flow: other people's WARC files into the archive."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from prefect import flow
from pydantic import Field

from broadtape.jobs import backfill as job
from flows.dead_runs import live
from flows.here import listener
from flows.pages import leave_report
from flows.steps import TaskSteps

__all__ = ["backfill"]

_Files = Annotated[list[str], Field(min_length=1)]


@flow(
    name="backfill",
    description="Archive the articles in WARC files, at their own times.",
    persist_result=False,
    on_running=[live],
)
def backfill(
    files: _Files,
    archive: str | None = None,
    sites: list[str] | None = None,
    config: str | None = None,
    engine: Literal["local", "dask"] | None = None,
) -> dict[str, Any]:
    """Archives the configured outlets' articles in these files; gives the run's report as plain data.

    Args:
        files: WARC files, compressed or not, where the process that takes the run can read them.
        archive: Where the archive lies, if not where the settings say.
        sites: Outlets to take; every configured one where none is named.
        config: Folder that holds broadtape.toml and sites/.
        engine: Who does the work, `local` or `dask`, if not whom the settings name.
    """
    report = job.backfill(
        files, sites=sites, archive=archive, config=config, watch=listener(), steps=TaskSteps(), engine=engine
    )
    leave_report(report)
    return report.as_dict()

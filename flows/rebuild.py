"""Rebuilding the tables from the WARC files, as a flow."""

from __future__ import annotations

from typing import Any, Literal

from prefect import flow

from broadtape.jobs import rebuild as job
from flows.dead_runs import live
from flows.here import listener
from flows.pages import leave_report
from flows.steps import TaskSteps

__all__ = ["rebuild"]


@flow(
    name="rebuild",
    description="Make the tables anew from the WARC files.",
    persist_result=False,
    on_running=[live],
)
def rebuild(
    archive: str | None = None, config: str | None = None, engine: Literal["local", "dask"] | None = None
) -> dict[str, Any]:
    """Publishes each stored segment that is not in the ledger; gives the run's report as plain data.

    Args:
        archive: Where the archive lies, if not where the settings say.
        config: Folder that holds broadtape.toml and sites/.
        engine: Who does the work, `local` or `dask`, if not whom the settings name.
    """
    report = job.rebuild(archive=archive, config=config, watch=listener(), steps=TaskSteps(), engine=engine)
    leave_report(report)
    return report.as_dict()

"""The main job as a flow: what its form asks, and what its pages show of a run."""

from __future__ import annotations

from typing import Annotated, Any

from prefect import flow
from prefect.client.schemas.objects import State
from pydantic import Field

from broadtape.jobs import archive_news as job
from broadtape.jobs.crawling.order import Order
from flows.dead_runs import live
from flows.here import listener
from flows.missed import cron_of, missed_run, scheduled
from flows.pages import leave_report
from flows.run_names import run_name
from flows.steps import RUNNER, TaskSteps

__all__ = ["archive_news"]

_Limit = Annotated[int | None, Field(ge=1)]


@flow(
    name="archive-news",
    description="Crawl outlets, clean what came and archive it: every revision, with its raw page.",
    task_runner=RUNNER,
    validate_parameters=True,
    persist_result=False,
    flow_run_name=run_name,
    on_running=[live],
)
def archive_news(
    sites: list[str] | None = None,
    since: str | None = None,
    limit: _Limit = None,
    archive: str | None = None,
    replay: str | None = None,
    urls: list[str] | None = None,
    force: bool = False,
    config: str | None = None,
    cron: str | None = None,
) -> dict[str, Any] | State[Any]:
    """Crawls, cleans and archives; gives the run's report as plain data. Raises RunFailed naming each failed outlet.

    Args:
        sites: Outlets by name; every enabled one where none is named.
        since: Only stories listed as newer. ISO 8601, or a span back such as 3d.
        limit: Pages fetched from one outlet at the most.
        archive: Where the archive lies, if not where the settings say.
        replay: A WARC file that answers instead of the network.
        urls: Fetch these addresses and nothing else.
        force: Look at feeds even though they asked not to be looked at so soon.
        config: Folder that holds broadtape.toml and sites/.
        cron: Only outlets that have this cron in their files.
    """
    if missed := missed_run(cron or cron_of(sites, config)):
        return missed
    asked = {"sites": sites, "since": since, "limit": limit, "archive": archive, "replay": replay, "urls": urls}
    order = Order.of({**asked, "force": force, "config": config, "cron": cron, "scheduled": scheduled()})
    report = job.archive_news(order, watch=listener(), steps=TaskSteps())
    leave_report(report)
    report.raise_for_trouble()
    return report.as_dict()

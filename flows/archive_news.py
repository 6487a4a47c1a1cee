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
from flows.missed import cron_of, missed_run
from flows.pages import ArchiveUri, ConfigFolder, leave_report
from flows.steps import RUNNER, TaskSteps

__all__ = ["archive_news"]

_Sites = Annotated[list[str] | None, Field(description="Outlets by name; every enabled one where none is named.")]
_Since = Annotated[str | None, Field(description="Only stories listed as newer: ISO 8601, or a span back such as 3d.")]
_Limit = Annotated[int | None, Field(ge=1, description="Pages fetched from one outlet at the most.")]
_Replay = Annotated[str | None, Field(description="A WARC file that answers instead of the network.")]
_Urls = Annotated[list[str] | None, Field(description="Fetch these addresses and nothing else.")]
_Force = Annotated[bool, Field(description="Look at feeds even though they asked not to be looked at so soon.")]


@flow(
    name="archive-news",
    description="Crawl outlets, clean what came and archive it: every revision, with its raw page.",
    task_runner=RUNNER,
    validate_parameters=True,
    persist_result=False,
    on_running=[live],
)
def archive_news(
    sites: _Sites = None,
    since: _Since = None,
    limit: _Limit = None,
    archive: ArchiveUri = None,
    replay: _Replay = None,
    urls: _Urls = None,
    force: _Force = False,
    config: ConfigFolder = None,
) -> dict[str, Any] | State[Any]:
    """Crawls, cleans and archives; gives the run's report as plain data. Raises RunFailed naming each failed outlet."""
    if missed := missed_run(cron_of(sites, config)):
        return missed
    asked = {"sites": sites, "since": since, "limit": limit, "archive": archive, "replay": replay, "urls": urls}
    order = Order.of({**asked, "force": force, "config": config})
    report = job.archive_news(order, watch=listener(), steps=TaskSteps())
    leave_report(report)
    report.raise_for_trouble()
    return report.as_dict()

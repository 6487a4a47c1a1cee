"""What a work pool runs: every flow as one deployment, with a schedule for each cron that an enabled outlet has."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from prefect import Flow
from prefect.client.schemas.actions import DeploymentScheduleCreate
from prefect.client.schemas.schedules import CronSchedule

from broadtape.site.outlets import Outlets
from flows.archive_news import archive_news
from flows.backfill import backfill
from flows.deployments import grouped_by_cron
from flows.learn import learn
from flows.maintain import maintain
from flows.missed import MAINTAIN_CRON
from flows.rebuild import rebuild
from flows.reextract import reextract
from flows.unlearn import unlearn

__all__ = ["NAME", "UPKEEP", "PoolDeployment", "pool_deployments"]

NAME = "broadtape"
"""What each flow's deployment on a pool is called."""
UPKEEP = "upkeep"
"""The queue of what may take long and is not to wait for crawls, nor they for it."""


@dataclass(frozen=True, slots=True)
class PoolDeployment:
    """A flow on a pool."""

    flow: Flow[..., Any]
    schedules: list[DeploymentScheduleCreate] = field(default_factory=list)
    queue: str | None = None
    """The pool's queue; its default one where none is named."""

    @property
    def entrypoint(self) -> str:
        """The flow by its module: a worker may be started in any folder."""
        return f"{self.flow.fn.__module__}.{self.flow.fn.__name__}"

    @property
    def full_name(self) -> str:
        """As Prefect writes it: `archive-news/broadtape`."""
        return f"{self.flow.name}/{NAME}"


def pool_deployments(outlets: Outlets) -> list[PoolDeployment]:
    """Every flow; a crawl for each cron of the enabled outlets, upkeep once a day, the others to be started by hand.

    A crawl looks at what has its cron in its file then, so that a file which changes meanwhile is no run's trouble.
    """
    crawls = [_schedule(cron, _slug(cron), {"cron": cron}) for cron in sorted(grouped_by_cron(outlets))]
    by_hand = (backfill, learn, rebuild, reextract, unlearn)
    return [
        PoolDeployment(archive_news, crawls),
        PoolDeployment(maintain, [_schedule(MAINTAIN_CRON, "daily", {})], UPKEEP),
        *(PoolDeployment(flow) for flow in by_hand),
    ]


def _schedule(cron: str, slug: str, parameters: dict[str, Any]) -> DeploymentScheduleCreate:
    schedule = CronSchedule(cron=cron, timezone="UTC")
    return DeploymentScheduleCreate(schedule=schedule, active=True, slug=slug, parameters=parameters)


def _slug(cron: str) -> str:
    """A name that Prefect takes: `17 * * * *` is `cron-17-x-x-x-x`."""
    return "cron-" + "-".join(part.replace("*", "x").replace("/", "by").replace(",", "and") for part in cron.split())

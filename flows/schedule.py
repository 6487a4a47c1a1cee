"""Every outlet on the cron of its file, and upkeep once a day, on a Prefect server that is found or started."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from prefect import Flow, serve
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from broadtape.errors import UsageError
from broadtape.settings import Settings
from broadtape.site import Site
from flows.archive_news import archive_news
from flows.dead_runs import bury_dead_runs
from flows.maintain import maintain
from flows.missed import MAINTAIN_CRON

__all__ = ["MAINTAIN_CRON", "deployments", "grouped_by_cron", "serve_schedule"]

_RUNS_AT_ONCE = 4


def grouped_by_cron(sites: Sequence[Site]) -> dict[str, list[Site]]:
    """Outlets that share a cron share a run: starting one costs seconds, an outlet in it milliseconds."""
    groups: dict[str, list[Site]] = {}
    for site in sites:
        groups.setdefault(site.cron, []).append(site)
    return groups


def deployments(settings: Settings, sites: Sequence[Site]) -> list[RunnerDeployment]:
    """One deployment for each cron, one to be started by hand, and upkeep."""
    common = {"archive": _absolute(settings.archive), "config": str(settings.config.absolute())}
    made = [
        _deploy(
            archive_news,
            name=_slug(cron),
            schedule=Cron(cron, timezone="UTC"),
            parameters={**common, "sites": [site.name for site in group]},
            tags=[site.name for site in group],
            description=f"Outlets polled at '{cron}' UTC: {', '.join(site.name for site in group)}.",
        )
        for cron, group in grouped_by_cron(sites).items()
    ]
    by_hand = _deploy(
        archive_news,
        name="by-hand",
        parameters=common,
        description="Start it with the parameters you want: which outlets, since when, how many pages.",
    )
    upkeep = _deploy(
        maintain,
        name="daily",
        schedule=Cron(MAINTAIN_CRON, timezone="UTC"),
        parameters=common,
        description="Compact the tables, clear what nobody needs, learn each outlet's boilerplate.",
    )
    return [*made, by_hand, upkeep]


def _deploy(flow: Flow[..., Any], **options: Any) -> RunnerDeployment:
    # By module, not by path: the scheduler may be started in any folder.
    made = flow.to_deployment(**options, entrypoint_type=EntrypointType.MODULE_PATH)
    assert isinstance(made, RunnerDeployment)  # a coroutine only inside an event loop
    return made


def _absolute(archive: str) -> str:
    return archive if "://" in archive else str(Path(archive).absolute())


def _slug(cron: str) -> str:
    """A name Prefect takes: `17 * * * *` is `cron-17-x-x-x-x`."""
    return "cron-" + "-".join(field.replace("*", "x").replace("/", "by").replace(",", "+") for field in cron.split())


def serve_schedule(settings: Settings, sites: Sequence[Site]) -> None:
    """Puts the outlets on their schedules and runs what is due, until interrupted."""
    if not sites:
        raise UsageError(f"No outlet is enabled in {settings.config / 'sites'}: there is nothing to schedule.")
    bury_dead_runs()
    serve(*deployments(settings, sites), limit=_RUNS_AT_ONCE, print_starting_message=False)

"""What `broadtape schedule` puts on a Prefect server: a deployment for each cron, one to be started by hand, upkeep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from prefect import Flow
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from broadtape.alerts.failed_runs import UPKEEP
from broadtape.settings import Settings
from broadtape.site.outlets import Outlets
from flows.archive_news import archive_news
from flows.maintain import maintain
from flows.missed import MAINTAIN_CRON
from flows.run_names import cron_in_words

__all__ = ["deployments", "grouped_by_cron"]


def grouped_by_cron(sites: Outlets, only: Sequence[str] = ()) -> dict[str, list[str]]:
    """Enabled outlets by cron, of `only` these where some are named: those that share one share a run.

    Starting a run costs seconds, an outlet in it milliseconds. One whose file is broken is among them: its run tells.
    """
    enabled = {site.name: site.cron for site in sites.values() if site.enabled}
    enabled |= {name: file.cron for name, file in sites.broken.items() if file.enabled}
    groups: dict[str, list[str]] = {}
    for name in sorted(enabled):
        if not only or name in only:
            groups.setdefault(enabled[name], []).append(name)
    return groups


def deployments(settings: Settings, sites: Outlets, only: Sequence[str] = ()) -> list[RunnerDeployment]:
    """One deployment for each cron, one to be started by hand, and upkeep.

    A cron's runs look at what has it in its file then, so a file that changes meanwhile is no run's trouble.
    """
    common = {"archive": _absolute(settings.archive), "config": str(settings.config.absolute())}
    chosen = {"sites": list(only)} if only else {}
    groups = grouped_by_cron(sites, only)
    made = [
        _deploy(
            archive_news,
            name=name,
            schedule=Cron(cron, timezone="UTC"),
            parameters={**common, **chosen, "cron": cron},
            tags=groups[cron],
            description=f"Outlets polled at '{cron}' UTC, at present: {', '.join(groups[cron])}.",
        )
        for cron, name in _named(groups).items()
    ]
    by_hand = _deploy(
        archive_news,
        name="by-hand",
        parameters=common,
        description="Start it with the parameters you want: which outlets, since when, how many pages.",
    )
    _offer(by_hand, sorted(sites))
    upkeep = _deploy(
        maintain,
        name="daily",
        tags=[UPKEEP],
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


def _offer(deployment: RunnerDeployment, names: Sequence[str]) -> None:
    """Lets the form offer the outlets there are; written as Prefect's own command writes a deployment's schema."""
    for way in deployment._parameter_openapi_schema.properties["sites"]["anyOf"]:
        if way.get("type") == "array":
            way["items"] = {**way["items"], "enum": list(names)}


def _absolute(archive: str) -> str:
    return archive if "://" in archive else str(Path(archive).absolute())


def _named(groups: Mapping[str, object]) -> dict[str, str]:
    """A name for each cron, in words; two crons that say the same are told apart by how they are written."""
    words = {cron: cron_in_words(cron) for cron in groups}
    said = list(words.values())
    return {cron: told if said.count(told) == 1 else f"{told} ({_slug(cron)})" for cron, told in words.items()}


def _slug(cron: str) -> str:
    """`*/15 * * * *` as `xby15 x x x x`."""
    return cron.replace("*", "x").replace("/", "by")

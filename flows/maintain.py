"""Upkeep as a flow, once a day."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from broadtape.alerts.failed_runs import UPKEEP, watched
from broadtape.jobs import maintain as job
from broadtape.jobs.maintain import Upkeep
from flows.dead_runs import live
from flows.here import listener
from flows.learn import markdown as lessons_markdown
from flows.missed import MAINTAIN_CRON, missed_run
from flows.pages import leave_artifact
from flows.steps import TaskSteps

__all__ = ["maintain"]


@flow(
    name="maintain",
    description="Compact the tables, index what is new, clear what nobody needs, learn.",
    persist_result=False,
    on_running=[live],
)
def maintain(archive: str | None = None, config: str | None = None) -> dict[str, Any] | State[Any]:
    """Keeps the archive quick to open and its texts clean; gives files and bytes before and after, and what was learnt,
    as plain data.

    Args:
        archive: Where the archive lies, if not where the settings say.
        config: Folder that holds broadtape.toml and sites/.
    """
    if missed := missed_run(MAINTAIN_CRON):
        return missed
    watch = listener()
    with watched(Path(config) if config else None, archive, UPKEEP, watch.step):
        done = job.maintain(archive=archive, config=config, watch=watch, steps=TaskSteps())
        leave_artifact("maintain", "Upkeep", _markdown(done))
        done.raise_for_backup()
    return done.as_dict()


def _markdown(done: Upkeep) -> str:
    told = {name: value for name, value in done.as_dict().items() if name not in {"learnt", "left_out"}}
    lines = [f"- {name.replace('_', ' ')}: {value}" for name, value in told.items()]
    return "\n".join([*lines, "", lessons_markdown(done.lessons)])

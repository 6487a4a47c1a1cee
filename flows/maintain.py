"""Upkeep as a flow, once a day."""

from __future__ import annotations

from typing import Any

from prefect import flow

from broadtape.jobs import maintain as job
from broadtape.jobs.maintain import Upkeep
from flows.here import listener
from flows.learn import markdown as lessons_markdown
from flows.pages import ArchiveUri, ConfigFolder, leave_artifact
from flows.steps import TaskSteps

__all__ = ["maintain"]


@flow(
    name="maintain",
    description="Compact the tables, index what is new, clear what nobody needs, learn.",
    persist_result=False,
)
def maintain(archive: ArchiveUri = None, config: ConfigFolder = None) -> dict[str, Any]:
    """Keeps the archive quick to open and its texts clean; gives files and bytes before and after, and what was learnt,
    as plain data."""
    done = job.maintain(archive=archive, config=config, watch=listener(), steps=TaskSteps())
    leave_artifact("maintain", "Upkeep", _markdown(done))
    return done.as_dict()


def _markdown(done: Upkeep) -> str:
    told = {name: value for name, value in done.as_dict().items() if name not in {"learnt", "left_out"}}
    lines = [f"- {name.replace('_', ' ')}: {value}" for name, value in told.items()]
    return "\n".join([*lines, "", lessons_markdown(done.lessons)])

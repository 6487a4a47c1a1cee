"""Taking learnt rules back, as a flow."""

from __future__ import annotations

from typing import Any

from prefect import flow

from broadtape.jobs import unlearn as job
from flows.dead_runs import live
from flows.here import listener
from flows.steps import TaskSteps

__all__ = ["unlearn"]


@flow(
    name="unlearn",
    description="Take learnt rules back and clean again what they touched.",
    persist_result=False,
    on_running=[live],
)
def unlearn(
    site: str,
    rules: list[str] | None = None,
    reason: str | None = None,
    archive: str | None = None,
    config: str | None = None,
) -> dict[str, Any]:
    """Takes rules back and writes new editions of the texts they touched; run again after a crash, it does the rest.

    Args:
        site: The outlet.
        rules: Rules by name, as in `removed`; all of the outlet's else.
        reason: Why, to be kept with the decision.
        archive: Where the archive lies, if not where the settings say.
        config: Folder that holds broadtape.toml and sites/.
    """
    done = job.unlearn(
        site, rules or (), reason=reason, archive=archive, config=config, watch=listener(), steps=TaskSteps()
    )
    return done.as_dict()

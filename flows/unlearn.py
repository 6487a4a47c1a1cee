"""Taking learnt rules back, as a flow."""

from __future__ import annotations

from typing import Annotated, Any

from prefect import flow
from pydantic import Field

from broadtape.jobs import unlearn as job
from flows.dead_runs import live
from flows.here import listener
from flows.pages import ArchiveUri, ConfigFolder
from flows.steps import TaskSteps

__all__ = ["unlearn"]

_Site = Annotated[str, Field(description="The outlet.")]
_Rules = Annotated[list[str] | None, Field(description="Rules by name, as in `removed`; all of the outlet's else.")]
_Reason = Annotated[str | None, Field(description="Why, to be kept with the decision.")]


@flow(
    name="unlearn",
    description="Take learnt rules back and clean again what they touched.",
    persist_result=False,
    on_running=[live],
)
def unlearn(
    site: _Site,
    rules: _Rules = None,
    reason: _Reason = None,
    archive: ArchiveUri = None,
    config: ConfigFolder = None,
) -> dict[str, Any]:
    """Takes rules back and writes new editions of the texts they touched; run again after a crash, it does the rest."""
    done = job.unlearn(
        site, rules or (), reason=reason, archive=archive, config=config, watch=listener(), steps=TaskSteps()
    )
    return done.as_dict()

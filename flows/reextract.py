"""Re-extraction as a flow: better rules over what is archived."""

from __future__ import annotations

from typing import Annotated, Any

from prefect import flow
from pydantic import Field

from broadtape.jobs import reextract as job
from flows.dead_runs import live
from flows.here import listener
from flows.pages import ArchiveUri, ConfigFolder, moment
from flows.steps import TaskSteps

__all__ = ["reextract"]

_Sites = Annotated[list[str] | None, Field(description="Outlets; every configured one where none is named.")]
_Since = Annotated[str | None, Field(description="Only what was fetched since: ISO 8601, or a span back such as 3d.")]
_Sample = Annotated[int | None, Field(ge=1, description="Only report what would change in the newest N texts.")]


@flow(
    name="reextract",
    description="Clean archived pages again by today's rules.",
    persist_result=False,
    on_running=[live],
)
def reextract(
    sites: _Sites = None,
    since: _Since = None,
    sample: _Sample = None,
    archive: ArchiveUri = None,
    config: ConfigFolder = None,
) -> dict[str, Any]:
    """Writes new editions, or with `sample` only tells what would change; gives counts by rule with examples."""
    changes = job.reextract(
        sites, since=moment(since), sample=sample, archive=archive, config=config, watch=listener(), steps=TaskSteps()
    )
    return changes.as_dict()

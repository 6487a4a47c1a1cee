"""Re-extraction as a flow: better rules over what is archived."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from prefect import flow
from pydantic import Field

from broadtape.jobs import reextract as job
from flows.dead_runs import live
from flows.here import listener
from flows.pages import moment
from flows.steps import TaskSteps

__all__ = ["reextract"]

_Sample = Annotated[int | None, Field(ge=1)]


@flow(
    name="reextract",
    description="Clean archived pages again by today's rules.",
    persist_result=False,
    on_running=[live],
)
def reextract(
    sites: list[str] | None = None,
    since: str | None = None,
    sample: _Sample = None,
    archive: str | None = None,
    config: str | None = None,
    engine: Literal["local", "dask"] | None = None,
) -> dict[str, Any]:
    """Writes new editions, or with `sample` only tells what would change; gives counts by rule with examples.

    Args:
        sites: Outlets; every configured one where none is named.
        since: Only what was fetched since. ISO 8601, or a span back such as 3d.
        sample: Only report what would change in the newest texts, this many.
        archive: Where the archive lies, if not where the settings say.
        config: Folder that holds broadtape.toml and sites/.
        engine: Who does the work, `local` or `dask`, if not whom the settings name.
    """
    changes = job.reextract(
        sites,
        since=moment(since),
        sample=sample,
        archive=archive,
        config=config,
        watch=listener(),
        steps=TaskSteps(),
        engine=engine,
    )
    return changes.as_dict()

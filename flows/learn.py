"""Learning boilerplate as a flow; the daily upkeep does it, too."""

from __future__ import annotations

from typing import Annotated, Any

from prefect import flow
from pydantic import Field

from broadtape.jobs import learn as job
from broadtape.jobs.learn import Lessons
from flows.dead_runs import live
from flows.here import listener
from flows.pages import ArchiveUri, ConfigFolder, leave_artifact, moment
from flows.steps import TaskSteps

__all__ = ["learn", "markdown"]

_Sites = Annotated[list[str] | None, Field(description="Outlets; every configured one where none is named.")]
_Since = Annotated[str | None, Field(description="Look at what was fetched since; 90 days back where not given.")]
_Dry = Annotated[bool, Field(description="Only tell what would be learnt.")]


@flow(
    name="learn",
    description="Learn which lines are no part of any story.",
    persist_result=False,
    on_running=[live],
)
def learn(
    sites: _Sites = None,
    since: _Since = None,
    dry_run: _Dry = False,
    archive: ArchiveUri = None,
    config: ConfigFolder = None,
) -> list[dict[str, Any]]:
    """Learns outlet by outlet, in force from the next run on; gives what each outlet taught as plain data."""
    lessons = job.learn(
        sites, since=moment(since), dry_run=dry_run, archive=archive, config=config, watch=listener(), steps=TaskSteps()
    )
    leave_artifact("learn", "Learnt boilerplate", markdown(lessons))
    return [lesson.as_dict() for lesson in lessons.taught]


def markdown(lessons: Lessons) -> str:
    """What was learnt, outlet by outlet, and who was left out."""
    lines = [f"- **{name}** was left out: {why}" for name, why in lessons.left_out.items()]
    for lesson in lessons.taught:
        lines.append(f"## {lesson.site}: {len(lesson.after.rules)} rules from {lesson.looked_at:,} texts")
        lines += [f"- `{rule.name}`, {rule.count} stories: `{rule.pattern[:200]}`" for rule in lesson.fresh]
    return "\n".join(lines) or "No outlet has any text."

"""Learning boilerplate as a flow; the daily upkeep does it, too."""

from __future__ import annotations

from typing import Any

from prefect import flow

from broadtape.jobs import learn as job
from broadtape.jobs.learn import Lessons
from flows.dead_runs import live
from flows.here import listener
from flows.pages import leave_artifact, moment
from flows.steps import TaskSteps

__all__ = ["learn", "markdown"]


@flow(
    name="learn",
    description="Learn which lines are no part of any story.",
    persist_result=False,
    on_running=[live],
)
def learn(
    sites: list[str] | None = None,
    since: str | None = None,
    dry_run: bool = False,
    archive: str | None = None,
    config: str | None = None,
) -> list[dict[str, Any]]:
    """Learns outlet by outlet, in force from the next run on; gives what each outlet taught as plain data.

    Args:
        sites: Outlets; every configured one where none is named.
        since: Look at what was fetched since; 90 days back where not given.
        dry_run: Only tell what would be learnt.
        archive: Where the archive lies, if not where the settings say.
        config: Folder that holds broadtape.toml and sites/.
    """
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

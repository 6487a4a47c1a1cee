"""Learning each outlet's boilerplate from its own archive; part of the daily upkeep."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.context import FlowRunContext
from pydantic import Field

from broadtape.archive import Archive
from broadtape.errors import LeaseHeld
from broadtape.learning import learn as learning
from broadtape.settings import load_settings
from broadtape.site import Site, pick_sites
from broadtape.times import parse_time
from flows.here import listener
from flows.pages import ArchiveUri, ConfigFolder
from flows.retrying import RETRIED

__all__ = ["learn", "lessons"]

_Sites = Annotated[list[str] | None, Field(description="Outlets; every configured one where none is named.")]
_Since = Annotated[str | None, Field(description="Look at what was fetched since; 90 days back where not given.")]
_Dry = Annotated[bool, Field(description="Only tell what would be learnt.")]


@flow(name="learn", description="Learn which lines are no part of any story.", persist_result=False)
def learn(
    sites: _Sites = None,
    since: _Since = None,
    dry_run: _Dry = False,
    archive: ArchiveUri = None,
    config: ConfigFolder = None,
) -> list[dict[str, Any]]:
    """Learns outlet by outlet, in force from the next run on; gives what each outlet taught as plain data."""
    settings = load_settings(Path(config) if config else None).with_archive(archive)
    chosen = pick_sites(settings.sites(), sites) if sites else list(settings.sites().values())
    return lessons(settings.archive, chosen, since, dry_run=dry_run)


def lessons(
    archive: str, sites: list[Site], since: str | None = None, *, dry_run: bool = False
) -> list[dict[str, Any]]:
    """What each of these outlets taught, those without any text left out; kept as an artifact of the flow run."""
    opened = Archive.open(archive)
    taught = [
        lesson
        for site in learning.outlets_in(opened, sites)
        if (lesson := learn_outlet.with_options(task_run_name=site.name)(opened, site, since, dry_run=dry_run))
    ]
    if FlowRunContext.get():
        create_markdown_artifact(_markdown(taught), key="learn", description="Learnt boilerplate")
    return taught


@task(name="learn-outlet", **RETRIED)
def learn_outlet(archive: Archive, site: Site, since: str | None, *, dry_run: bool) -> dict[str, Any] | None:
    """What one outlet taught; None for one that another run is writing."""
    moment = parse_time(since) if since else None
    if dry_run:
        return learning.study(archive, site, since=moment).as_dict()
    try:
        lesson = learning.learn(archive, site, since=moment)
    except LeaseHeld as held:
        listener().step(f"{site.name} was left out: {held}")
        return None
    if lesson.fresh:
        listener().step(f"{site.name}: {len(lesson.fresh)} new rules from {lesson.looked_at:,} texts")
    return lesson.as_dict()


def _markdown(taught: list[dict[str, Any]]) -> str:
    lines = []
    for lesson in taught:
        lines.append(f"## {lesson['site']}: {len(lesson['rules'])} rules from {lesson['looked_at']:,} texts")
        fresh = [rule for rule in lesson["rules"] if rule["name"] in lesson["fresh"]]
        lines += [f"- `{rule['name']}`, {rule['count']} stories: `{rule['pattern'][:200]}`" for rule in fresh]
    return "\n".join(lines) or "No outlet has any text."

"""Learning each outlet's boilerplate from its own archive; part of the daily upkeep."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from broadtape.archive import Archive
from broadtape.archive.opening import open_patiently
from broadtape.errors import LeaseHeld
from broadtape.jobs.progress import ProgressListener
from broadtape.jobs.steps import Step, Steps, StepsHere
from broadtape.learning import learn as learning
from broadtape.learning.learn import Lesson
from broadtape.settings import load_settings
from broadtape.site import Site
from broadtape.site.outlets import pick_sites

__all__ = ["Lessons", "learn", "learn_outlets"]


@dataclass(slots=True)
class Lessons:
    """What outlets taught; those without any text are in neither."""

    taught: list[Lesson] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)
    """Outlet → why: another run is writing it."""


def learn(
    sites: Sequence[str] | None = None,
    *,
    since: datetime | None = None,
    dry_run: bool = False,
    archive: str | None = None,
    config: str | None = None,
    watch: ProgressListener | None = None,
    steps: Steps | None = None,
) -> Lessons:
    """Learns outlet by outlet, of all or of these, from what was fetched `since`; in force from the next run on.

    With `dry_run` it only tells.
    """
    settings = load_settings(Path(config) if config else None).with_archive(archive)
    chosen = pick_sites(settings.sites(), sites) if sites else list(settings.sites().values())
    told = (watch or ProgressListener()).step
    opened = open_patiently(settings.archive, told=told)
    return learn_outlets(opened, chosen, since, dry_run=dry_run, steps=steps or StepsHere(told))


def learn_outlets(
    archive: Archive, sites: Iterable[Site], since: datetime | None = None, *, dry_run: bool = False, steps: Steps
) -> Lessons:
    """What these outlets teach, each in a step of its own."""
    lessons = Lessons()
    for site in learning.outlets_in(archive, sites):
        study = partial(_study, archive, site, since, dry_run=dry_run)
        outcome = steps.do(Step("learn-outlet", study, site.name))
        if isinstance(outcome, Lesson):
            lessons.taught.append(outcome)
        else:
            lessons.left_out[site.name] = outcome
    return lessons


def _study(archive: Archive, site: Site, since: datetime | None, *, dry_run: bool) -> Lesson | str:
    """What one outlet teaches, or why it is left out, which fails no step."""
    if dry_run:
        return learning.study(archive, site, since=since)
    try:
        return learning.learn(archive, site, since=since)
    except LeaseHeld as held:
        return str(held)

"""Decisions on pages that were held back: published, or kept out; and on an outlet's looks: usual from now on, or not.

Pages are published by the very cleaners that a crawl's pages are cleaned by, learnt rules included.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from broadtape.archive import Archive
from broadtape.capture import Capture
from broadtape.errors import LeaseHeld, UsageError
from broadtape.ingest import quarantine_release
from broadtape.ingest.quarantine_release import Released, held_pages
from broadtape.jobs.progress import ProgressListener
from broadtape.jobs.steps import Step, Steps
from broadtape.jobs.writing_run import WritingRun
from broadtape.urls import url_id

__all__ = ["Choice", "Decided", "approve", "find_held", "reject", "undo"]


@dataclass(frozen=True, slots=True)
class Choice:
    """Which of the pages that are held back: of these outlets, or at these addresses; only what a `run` held back."""

    sites: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    run: str | None = None


@dataclass(slots=True)
class Decided:
    """What came of a decision, outlet by outlet."""

    published: dict[str, Released] = field(default_factory=dict)
    rejected: dict[str, int] = field(default_factory=dict)
    """Outlet → pages."""
    left_out: dict[str, str] = field(default_factory=dict)
    """Outlet → why nothing was decided on it: a run is writing it."""


def find_held(archive: Archive, choice: Choice) -> dict[str, list[Capture]]:
    """The ledger's rows of the chosen pages by outlet; named outlets of which nothing is held back are there, too.

    Raises UsageError for an address that is not held back.
    """
    pages = held_pages(archive, choice.sites, urls=choice.urls, run=choice.run)
    held = {page.url_id for page in pages}
    if strange := next((url for url in choice.urls if url_id(url) not in held), None):
        raise UsageError(f"{strange} is not held back: 'broadtape quarantine list' shows what is.")
    found: dict[str, list[Capture]] = {site: [] for site in choice.sites}
    for page in pages:
        found.setdefault(page.site, []).append(page)
    return found


def _on_each(
    run: WritingRun, kind: str, choice: Choice, decide: Callable[[str, list[Capture]], None]
) -> dict[str, str]:
    """Decides on each outlet under its lease; gives those left out, with why."""
    left_out = {}
    for site, pages in find_held(run.archive, choice).items():
        run.all_sites.require(site)
        try:
            run.lease(site)
        except LeaseHeld as held:
            left_out[site] = str(held)
            continue
        run.steps.do(Step(kind, partial(decide, site, pages), site))
        quarantine_release.conclude(run.archive, site)
        run.release(site)
    return left_out


def approve(
    choice: Choice,
    *,
    as_usual: bool,
    reason: str | None = None,
    archive: str | None = None,
    config: str | None = None,
    watch: ProgressListener | None = None,
    steps: Steps | None = None,
) -> Decided:
    """Cleans the chosen pages by today's rules and publishes them, as of now.

    With `as_usual`, this is also how each named outlet looks from now on: pages like these are not held back any more.
    """
    decided = Decided()
    with WritingRun(archive=archive, config=config, watch=watch, steps=steps, create=False) as run:

        def publish(site: str, pages: list[Capture]) -> None:
            if as_usual:
                quarantine_release.accept(run.archive, site, pages, reason)
            decided.published[site] = quarantine_release.release(
                run.archive, pages, sites=run.all_sites, cleaners=run.cleaners, lease=run.lease(site), reason=reason
            )

        decided.left_out = _on_each(run, "approve-outlet", choice, publish)
    return decided


def reject(
    choice: Choice,
    *,
    reason: str | None = None,
    archive: str | None = None,
    config: str | None = None,
    watch: ProgressListener | None = None,
    steps: Steps | None = None,
) -> Decided:
    """Keeps the chosen pages out for good; their bytes stay in the WARC files."""
    decided = Decided()
    with WritingRun(archive=archive, config=config, watch=watch, steps=steps, create=False) as run:

        def keep_out(site: str, pages: list[Capture]) -> None:
            decided.rejected[site] = quarantine_release.reject(run.archive, pages, lease=run.lease(site), reason=reason)

        decided.left_out = _on_each(run, "reject-outlet", choice, keep_out)
    return decided


def undo(
    site: str,
    *,
    reason: str | None = None,
    archive: str | None = None,
    config: str | None = None,
    watch: ProgressListener | None = None,
    steps: Steps | None = None,
) -> list[str]:
    """Takes back that an outlet's looks were said to be usual, the last time it was; what was published stays.

    Gives the runs that the decision rested on. Raises LeaseHeld, or UsageError where no such decision stands.
    """
    with WritingRun(archive=archive, config=config, watch=watch, steps=steps, create=False) as run:
        run.lease(site)
        take_back = partial(quarantine_release.take_back_acceptance, run.archive, site, reason)
        accepted = run.steps.do(Step("take-back-acceptance", take_back, site))
    if accepted is None:
        raise UsageError(f"Nobody said that {site} looks as usual, or it was taken back: there is nothing to undo.")
    return list(accepted.runs)

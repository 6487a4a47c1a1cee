"""What a crawl of the newsroom must come to: the stories to archive, and the addresses that must not be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from broadtape.capture import Outcome
from examples.newsroom.edition import Presses
from examples.newsroom.story import Refusal, Story

__all__ = ["Expected", "Skipped", "expect", "skips"]


@dataclass(frozen=True, slots=True)
class Expected:
    """A story that must be archived, as it should read. Times are UTC."""

    outlet: str
    url: str
    """Where it is served, without parameters, redirects followed."""
    listed_urls: tuple[str, ...]
    title: str
    paragraphs: tuple[str, ...]
    """Paragraphs, subheadings, quotations and list items, in order; tables are apart."""
    tables: tuple[tuple[tuple[str, ...], ...], ...]
    """Cells by row of each data table, the header first."""
    lines: tuple[str, ...]
    """Paragraphs and, where they stand, table rows with ` | ` between the cells."""
    authors: tuple[str, ...]
    published: datetime
    modified: datetime | None
    language: str
    section: str
    tags: tuple[str, ...]
    tickers: tuple[str, ...]
    """As printed: `NASDAQ: FRRY`."""
    summary: str
    update_note: str | None
    disclosure: str | None
    machine_generated: bool
    canonical_url: str | None
    """Another outlet's address, where the page names that as its origin."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A listed address that must not be archived."""

    outlet: str
    url: str
    """As listed."""
    reason: str
    """robots, rights, pattern, host, scheme, status, size, timeout, redirect, type, challenge, empty or deep."""
    outcomes: tuple[Outcome, ...]
    """What the ledger may say of it; empty where no row is expected."""
    fetched: bool
    """False where the crawler must never ask for it."""


def expect(presses: Presses, story: Story) -> Expected:
    """What must be archived of a story."""
    return Expected(
        outlet=story.outlet,
        url=presses.base + story.path,
        listed_urls=tuple(presses.base + link for link in story.links),
        title=story.title,
        paragraphs=tuple(story.paragraphs),
        tables=tuple(table.table for table in story.tables),
        lines=tuple(story.lines),
        authors=story.authors,
        published=story.published,
        modified=story.modified,
        language=presses.outlet.language,
        section=story.section,
        tags=story.tags,
        tickers=story.tickers,
        summary=story.summary,
        update_note=story.note,
        disclosure=story.disclosure,
        machine_generated=story.machine_generated,
        canonical_url=story.canonical,
    )


def skips(presses: Presses) -> Iterator[Skipped]:
    """What an outlet lists that must not be archived."""
    name = presses.outlet.name
    for story in presses.stories():
        if story.refused:
            for link in story.links:
                yield _skip(name, presses.base + link, story.refused)
    for trap in presses.outlet.traps if presses.faults else ():
        url = presses.base + trap.url if trap.path else trap.url.format(**presses.bases)
        yield _skip(name, url, trap.refused)


def _skip(outlet: str, url: str, refusal: Refusal) -> Skipped:
    return Skipped(outlet, url, refusal.reason, refusal.outcomes, refusal.fetched)

"""What lies at each path of one outlet at a given moment: the edition on sale, and what tests have changed since."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache, partial
from urllib.parse import unquote
from zlib import crc32

from examples.newsroom.faults import ANSWERS, hurdle, redirect
from examples.newsroom.listings import entries, listing_pages, robots_txt
from examples.newsroom.outlet import Outlet, Trap
from examples.newsroom.page import Page
from examples.newsroom.pages import front_page, story_page
from examples.newsroom.server import Answer
from examples.newsroom.story import Story, read_stories

__all__ = ["Presses"]

Maker = Callable[[], Page | Answer | None]


@dataclass
class Presses:
    """One outlet as it prints now. After a change of any field, call `print_anew`."""

    outlet: Outlet
    bases: Mapping[str, str]
    """Base address of every listener, by name."""
    edition: int = 1
    faults: bool = True
    crawl_delay: bool = True
    redesigned: bool = False
    feed_empty: bool = False
    ttl: int | None = None
    """Minutes for which its RSS feed asks not to be read again."""
    shift: timedelta = timedelta()
    promotions: Mapping[str, int] = field(default_factory=dict)
    """Lines that pages carry besides their story, each with on how many pages it stands: 3 is every third."""
    generated: list[Story] = field(default_factory=list)
    _met: set[str] = field(default_factory=set)
    _paths: dict[str, Maker] = field(default_factory=dict)

    @property
    def base(self) -> str:
        """The outlet's address without a trailing slash."""
        return self.bases[self.outlet.name]

    def stories(self) -> list[Story]:
        """The stories on sale, newest first."""
        return self.stories_of(self.edition)

    def stories_of(self, edition: int) -> list[Story]:
        """The stories that an edition has on sale, newest first."""
        written = read_stories(self.outlet.name, edition)
        wanted = [*self.generated, *(self._plain(s) for s in written if self.faults or s.refused is None)]
        return sorted((s.shifted(self.shift) for s in wanted), key=lambda s: (s.published, s.path), reverse=True)

    def _plain(self, story: Story) -> Story:
        named = {"canonical": story.canonical.format(**self.bases)} if story.canonical else {}
        return story.model_copy(update=named if self.faults else named | {"hurdle": None})

    def find(self, path: str) -> Page | Answer | None:
        """What lies at `path`; None for nothing."""
        made = self._paths.get(unquote(path))
        return made() if made else None

    def paths(self) -> list[str]:
        """Every path at which something lies."""
        return list(self._paths)

    def print_anew(self) -> None:
        """Makes the paths afresh; pages are rendered when they are first asked for."""
        stories = self.stories()
        paths = self._front_paths(stories) | self._listing_paths(stories)
        for story in stories:
            paths.update(self._story_paths(story))
        for trap in self.outlet.traps if self.faults else ():
            paths.update(self._trap_paths(trap))
        self._paths = paths

    def _front_paths(self, stories: list[Story]) -> dict[str, Maker]:
        front = partial(front_page, self.outlet, stories, base=self.base)
        sections = {f"/section/{name.lower()}": cache(partial(front, section=name)) for name in self.outlet.sections}
        return {"/": cache(front), **sections}

    def _listing_paths(self, stories: list[Story]) -> dict[str, Maker]:
        listed = [] if self.feed_empty else entries(self.outlet, stories, bases=self.bases, traps=self.faults)
        pages = listing_pages(self.outlet, listed, base=self.base, bomb=self.faults, ttl=self.ttl)
        pages["/robots.txt"] = robots_txt(self.outlet, self.base, crawl_delay=self.crawl_delay)
        if self.outlet.tdmrep:
            pages["/.well-known/tdmrep.json"] = Page(json.dumps(self.outlet.tdmrep).encode(), "application/json")
        return {path: _always(page) for path, page in pages.items()}

    def _story_paths(self, story: Story) -> dict[str, Maker]:
        printed: Maker = cache(partial(self._page_of, story))
        if story.hurdle:
            printed = partial(self._after_hurdle, story, printed)
        moved = {story.moved_from: _always(redirect(self.base + story.path))} if story.moved_from else {}
        return {story.path: printed, **moved}

    def _page_of(self, story: Story) -> Page:
        others = self._beside(story)
        page = partial(story_page, base=self.base, others=others, redesigned=self.redesigned)
        return page(self.outlet, self._with_promotions(story))

    def _with_promotions(self, story: Story) -> Story:
        """Every other line stands among the paragraphs, the rest below the last."""
        body = list(story.body)
        for place, (line, every) in enumerate(self.promotions.items()):
            if crc32(f"{place} {story.path}".encode()) % every == 0:
                body.insert(len(body) if place % 2 else min(2, len(body)), line)
        return story.model_copy(update={"body": tuple(body)})

    def _beside(self, story: Story) -> list[Story]:
        # Only older stories, so that a new one changes no page but its own; the oldest make do with what there is.
        first = [s for s in read_stories(self.outlet.name, 1) if s.refused is None and s.path != story.path]
        older = [other for other in first if other.published < story.published]
        return [*older, *(other for other in first if other not in older)][:5]

    def _after_hurdle(self, story: Story, printed: Maker) -> Page | Answer | None:
        if story.hurdle is None or story.path in self._met:
            return printed()
        self._met.add(story.path)
        return hurdle(story.hurdle)

    def _trap_paths(self, trap: Trap) -> dict[str, Maker]:
        if trap.path and trap.to:
            return {trap.path: _always(redirect(trap.to.format(**self.bases)))}
        if trap.path and trap.answer:
            return {trap.path: _always(ANSWERS[trap.answer])}
        return {}


def _always(answer: Page | Answer) -> Maker:
    return lambda: answer

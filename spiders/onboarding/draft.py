"""The file of an outlet that was looked at for the first time: what was found, with comments on what was not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import yaml

from spiders.onboarding.url_patterns import Shapes

__all__ = ["Draft", "Found"]


@dataclass(frozen=True, slots=True)
class Found:
    """A listing that answered: how much it lists, and of that, how much is dated."""

    url: str
    listed: int
    note: str = ""


@dataclass(slots=True)
class Draft:
    """What is known of an outlet; `text` writes it as its file."""

    name: str
    title: str
    homepage: str
    hosts: Sequence[str]
    language: str | None = None
    private: bool = False
    feeds: Sequence[Found] = ()
    news_sitemaps: Sequence[Found] = ()
    archive_sitemaps: Sequence[Found] = ()
    silent: Sequence[tuple[str, str]] = ()
    """Listings that were tried and gave nothing, each with why."""
    shapes: Shapes = field(default_factory=lambda: Shapes((), None, 0))
    stories: Sequence[str] = ()
    """Addresses that were listed."""
    robots: Sequence[str] = ()
    """What robots.txt and reservations say to us, a sentence each."""
    forbidden: str | None = None
    """Why nothing may be fetched, where that is so."""
    at: str = ""
    notes: list[str] = field(default_factory=list)

    def text(self) -> str:
        """The file: YAML in the order of `config/sites/README.md`."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        yield f"# Drafted by 'broadtape sites add' from what {self.homepage} said on {self.at}. Look at each line, and"
        yield "# say here what the facts rest on."
        yield from (f"# robots.txt: {_comment(said)}" for said in self.robots)
        yield f"title: {_quoted(self.title)}"
        yield f"homepage: {self.homepage}"
        yield f"hosts: [{', '.join(_quoted(host) for host in self.hosts)}]  # nothing else is fetched"
        yield "country:                   # ISO 3166, such as GB, or EU"
        yield f"language: {self.language or 'en'}{'' if self.language else '  # a guess: the page does not say'}"
        yield ""
        yield "evidence: lists-only       # partial or saved-pages once you have looked at its pages"
        yield "enabled: false"
        reason = self.forbidden or "Drafted and not looked at yet"
        yield f"reason_disabled: {_quoted(reason.rstrip('.') + '.')}"
        yield "access: full               # metadata where its publisher asks for a licence"
        if self.private:
            yield "network: private"
        yield "paywall: none              # metered, partial or hard, if there is one"
        yield ""
        yield from self._sources()
        yield from self._patterns()
        yield "cron: '12 * * * *'         # one that is in use: outlets that share one share a run"
        yield "max_pages_per_run: 60"
        yield "alert_below_per_day: 0     # fewer in a day is trouble: think of a Sunday in August"
        yield "delay: 1.0"
        yield ""
        yield "# Only for what 'broadtape sites try' shows to be wrong; most outlets need few."
        yield "selectors: {}"
        yield "boilerplate: []"
        if self.notes:
            yield "notes:"
            yield from (f"  - {_quoted(note)}" for note in self.notes)

    def _sources(self) -> Iterator[str]:
        for key in ("feeds", "news_sitemaps", "archive_sitemaps"):
            found: Sequence[Found] = getattr(self, key)
            if found:
                yield f"{key}:"
                yield from (f"  - {each.url}  # {each.listed} listed{each.note}" for each in found)
        if not self.feeds and not self.news_sitemaps:
            yield "# No feed and no news sitemap answered: look for one, or name section pages, the last resort."
            yield "# feeds: []"
        yield from (f"# tried: {_comment(url)}: {_comment(why)}" for url, why in self.silent)
        yield ""

    def _patterns(self) -> Iterator[str]:
        if self.shapes.patterns:
            total = len(set(self.stories))
            yield f"article_patterns:          # match {self.shapes.matched} of the {total} addresses listed, such as"
            yield from (f"  # {_comment(url)}" for url in list(dict.fromkeys(self.stories))[:3])
            yield from (f"  - {_single(pattern)}" for pattern in self.shapes.patterns)
        else:
            yield "article_patterns: []       # nothing was listed: what do its stories' addresses look like?"
        yield "exclude_patterns: ['/video/', '/live/', '/podcasts?/']"
        if self.shapes.number:
            yield f"article_number_pattern: {_single(self.shapes.number)}  # each listed story had one of its own"
        yield ""


def _quoted(text: str) -> str:
    """As a YAML scalar, whatever the page called itself."""
    plain = " ".join(text.split())
    simple = re.fullmatch(r"[^\W\d_][\w .&'-]*[\w.]", plain) and yaml.safe_load(plain) == plain
    return plain if simple else json.dumps(plain, ensure_ascii=False)


def _single(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _comment(text: str) -> str:
    """Text from the web within a comment: in one line, and nothing in it that could end the line."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[:200]

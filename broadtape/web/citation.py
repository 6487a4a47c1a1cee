"""A story as a citation: BibTeX, CSL JSON and Markdown, of the very text that is shown."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date, datetime

from broadtape.article import Article
from broadtape.times import iso
from broadtape.web.safe_text import plain

__all__ = ["Citation"]

_TEX = {"\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
_TEX |= {each: f"\\{each}" for each in "&%$#_"}
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+!|~])")


@dataclass(frozen=True, slots=True)
class Citation:
    """What is cited. Names of authors are given whole: which part is the family's is not known."""

    article: Article
    outlet: str
    link: str
    """The permanent address of this text in the reading room: story, revision, and as of when."""
    read_on: date

    @property
    def title(self) -> str:
        """The headline on one line."""
        return plain(self.article.title or "(no title)")

    @property
    def published(self) -> datetime | None:
        """When the publisher says."""
        return self.article.published_at

    @property
    def key(self) -> str:
        """A name for it in a bibliography: outlet, day and the headline's first word."""
        words = re.findall(r"[a-z0-9]+", self.title.lower())
        day = f"{self.published:%Y%m%d}" if self.published else "undated"
        return "-".join([re.sub(r"[^a-z0-9]+", "", (self.article.site or "outlet").lower()), day, *words[:1]])

    @property
    def note(self) -> str:
        """Which text of the story it is."""
        fetched = f", fetched {iso(self.article.fetched_at)}" if self.article.fetched_at else ""
        return f"revision {self.article.revision or 1}{fetched}"

    def bibtex(self) -> str:
        """As an `@online` entry of BibLaTeX, which BibTeX reads as `@misc`."""
        fields = {
            "title": f"{{{_tex(self.title)}}}",
            "author": " and ".join(f"{{{_tex(plain(name))}}}" for name in self.article.authors),
            "organization": _tex(plain(self.outlet)),
            "date": f"{self.published:%Y-%m-%d}" if self.published else "",
            "url": re.sub(r"[{}\\\s]", "", self.article.url),
            "urldate": self.read_on.isoformat(),
            "note": _tex(f"{self.note}; {self.link}"),
        }
        lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
        return "\n".join([f"@online{{{self.key},", *lines, "}"]) + "\n"

    def csl(self) -> str:
        """As CSL JSON, the form of Zotero, Pandoc and the like."""
        issued = self.published and [self.published.year, self.published.month, self.published.day]
        told = {
            "id": self.key,
            "type": "article-newspaper",
            "title": self.title,
            "author": [{"literal": plain(name)} for name in self.article.authors],
            "container-title": plain(self.outlet),
            "issued": {"date-parts": [issued]} if issued else None,
            "accessed": {"date-parts": [[self.read_on.year, self.read_on.month, self.read_on.day]]},
            "language": self.article.language,
            "URL": self.article.url,
            "archive_location": self.link,
            "note": self.note,
        }
        return json.dumps([{name: value for name, value in told.items() if value}], ensure_ascii=False, indent=2) + "\n"

    def markdown(self) -> str:
        """As a line of Markdown whose link is the permanent one."""
        by = f"{', '.join(plain(name) for name in self.article.authors)}: " if self.article.authors else ""
        when = f", {self.published:%Y-%m-%d}" if self.published else ""
        linked = f"[{_plainly(self.title)}](<{re.sub('[<>]', '', self.link)}>)"
        return f"{_plainly(by)}{linked}, {_plainly(plain(self.outlet))}{when} ({self.note})\n"


def _tex(text: str) -> str:
    return "".join(_TEX.get(character, character) for character in text)


def _plainly(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text)

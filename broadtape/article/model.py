"""What an article is: the one record that cleaning makes, the archive keeps and a reader gets.

The names of the fields are the archive's columns and part of its contract.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import cache
from typing import Any, Literal

from broadtape.article import card
from broadtape.article.time_to_go_by import DatedBy, time_to_go_by, told_time

__all__ = [
    "Article",
    "CleanText",
    "Column",
    "OutsideRegion",
    "PublishedPrecision",
    "PublishedSource",
    "RemovedLine",
    "Ticker",
    "column",
]

PublishedPrecision = Literal["day", "minute", "second"]
PublishedSource = Literal["json-ld", "meta", "dom", "feed", "url", "trafilatura"]


@dataclass(frozen=True, slots=True)
class Ticker:
    """A security the page itself names; never guessed from a company's name.

    `evidence` says where it stood: `text` (NASDAQ: AAPL), `cashtag`, `link` (a quote page), `meta`.
    `exchange` is the page's own word for it, upper case, or None where it gave none.
    """

    symbol: str
    exchange: str | None
    evidence: str


@dataclass(frozen=True, slots=True)
class RemovedLine:
    """A line that cleaning took out, and the name of the rule that took it."""

    line: str
    rule: str


@dataclass(frozen=True, slots=True)
class OutsideRegion:
    """A part of a page that holds nothing of its story.

    `where` is an XPath into the page as it is cleaned, without scripts and the like; `words` is how many words stand
    there, and `opening` their first 80 characters.
    """

    where: str
    words: int
    opening: str


@dataclass(frozen=True, slots=True)
class CleanText:
    """Already scraped plain text without its boilerplate: paragraphs parted by one blank line."""

    text: str
    removed: tuple[RemovedLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """What a field of Article is beside its type, from which the table's column is made: said here and nowhere else."""

    fact: bool = False
    """The page states it: compared where a page is cleaned again, shown, expected of a recorded page."""
    carried: bool = False
    """Only the archive knows it: another edition of a text has it from the one before."""
    listed: bool = False
    """Shown where stories stand in a list."""
    stored: bool = True
    """False for what is made anew on reading, or is no column."""
    read: bool = True
    """Whether a reader gets it without asking for it by name."""
    small: bool = False
    """A number of 32 bits."""


def column(**told: bool) -> Mapping[str, Column]:
    """What a field of Article is as a column, as the field's metadata."""
    return {"column": Column(**told)}


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Article:
    """One text of one article. All times are aware and UTC; what is unknown is None or empty, never guessed.

    `extract` fills what the page says. The archive adds what only it knows (from `article_id` on); on an article
    that was never archived those fields are None.
    """

    url: str = field(metadata=column(carried=True, listed=True))
    """Canonical address: the one the page was served at, without tracking parameters."""
    title: str | None = field(default=None, metadata=column(fact=True, listed=True))
    text: str | None = None
    """Paragraphs parted by one blank line; None where only metadata may be kept."""
    summary: str | None = field(default=None, metadata=column(fact=True, listed=True))
    authors: tuple[str, ...] = field(default=(), metadata=column(fact=True, listed=True))
    published_at: datetime | None = field(default=None, metadata=column(fact=True, listed=True))
    published_raw: str | None = None
    """The publication time as the page wrote it."""
    published_precision: PublishedPrecision | None = field(default=None, metadata=column(fact=True, listed=True))
    """`day` where the page gave no time of day: `published_at` is then midnight UTC of that day."""
    published_source: PublishedSource | None = field(default=None, metadata=column(fact=True))
    modified_at: datetime | None = field(default=None, metadata=column(fact=True))
    update_note: str | None = field(default=None, metadata=column(fact=True))
    """The publisher's own correction or update note."""
    language: str | None = field(default=None, metadata=column(fact=True, listed=True))
    """ISO 639-1, of the text."""
    section: str | None = field(default=None, metadata=column(fact=True, listed=True))
    tags: tuple[str, ...] = field(default=(), metadata=column(fact=True))
    tickers: tuple[Ticker, ...] = field(default=(), metadata=column(fact=True, listed=True))
    word_count: int = field(default=0, metadata=column(listed=True, small=True))
    paywalled: bool | None = field(default=None, metadata=column(fact=True))
    """True where the page gave only part of the story."""
    syndicated_from: str | None = field(default=None, metadata=column(fact=True))
    """Host or name of the outlet that ran it first, as the page says."""
    machine_generated: bool = field(default=False, metadata=column(fact=True))
    disclosure: str | None = field(default=None, metadata=column(fact=True))
    removed: tuple[RemovedLine, ...] = ()
    outside: tuple[OutsideRegion, ...] = field(default=(), metadata=column(stored=False, read=False))
    """The parts of the page that hold nothing of the story. Not a column: the archived page gives them again."""
    canonical_url: str | None = field(default=None, metadata=column(stored=False, read=False))
    """What `rel=canonical` (or JSON-LD) says, absolute; may name another outlet. Not a column: identity is made of
    it."""
    text_sha256: str | None = None
    """Hex digest of `text` in UTF-8."""
    extractor: str | None = None
    """Code and rules that made this text, such as `broadtape-0.2.0/3fa9c2d1`."""

    article_id: str | None = field(default=None, metadata=column(carried=True, listed=True))
    site: str | None = field(default=None, metadata=column(carried=True, listed=True))
    first_listed_at: datetime | None = field(default=None, metadata=column(carried=True))
    fetched_at: datetime | None = field(default=None, metadata=column(carried=True, listed=True))
    """When the bytes came: the WARC-Date."""
    archived_at: datetime | None = field(default=None, metadata=column(listed=True))
    """When this row was committed."""
    access: str | None = field(default=None, metadata=column(carried=True))
    rights: str | None = field(default=None, metadata=column(carried=True))
    rights_checked_at: datetime | None = field(default=None, metadata=column(carried=True))
    payload_sha256: str | None = field(default=None, metadata=column(carried=True))
    """Hex digest of the HTTP payload as received, content encoding kept."""
    minhash: bytes | None = field(default=None, metadata=column(read=False), repr=False)
    source: str | None = field(default=None, metadata=column(carried=True))
    """`crawl`, `replay` or `backfill`."""
    warc_file: str | None = field(default=None, metadata=column(carried=True))
    """Name of the WARC file within the archive."""
    warc_offset: int | None = field(default=None, metadata=column(carried=True))
    """Bytes from the start of the file to the response's gzip member."""
    warc_length: int | None = field(default=None, metadata=column(carried=True))
    """Bytes of that gzip member."""
    revision: int | None = field(default=None, metadata=column(stored=False, listed=True))
    """1 for the first text the publisher gave, counted in the order of `fetched_at`; derived on reading."""

    def __repr__(self) -> str:
        return card.line("Article", self.title or self.url, self._about())

    def _repr_html_(self) -> str:
        """A card, for notebooks."""
        return card.card(self.title or "(no title)", self.url, self._about(), self.text or self.summary or "")

    def _about(self) -> list[str]:
        """What is shown of it beside its headline."""
        facts = [
            self.site,
            told_time(self.dated_at, self.dated_by, self.published_precision),
            ", ".join(self.authors),
            " ".join(":".join(filter(None, (each.exchange, each.symbol))) for each in self.tickers),
            f"revision {self.revision}" if self.revision else None,
            f"{self.word_count:,} words" if self.word_count else None,
        ]
        return [fact for fact in facts if fact]

    @property
    def dated_at(self) -> datetime | None:
        """The time that the text goes by: its publication, else when it was first listed, or fetched."""
        known = time_to_go_by(self.published_at, self.first_listed_at, self.fetched_at)
        return known and known[0]

    @property
    def dated_by(self) -> DatedBy | None:
        """What that rests on."""
        known = time_to_go_by(self.published_at, self.first_listed_at, self.fetched_at)
        return known and known[1]

    @classmethod
    @cache
    def columns(cls) -> tuple[str, ...]:
        """The names of the columns a reader sees, in order."""
        return tuple(f.name for f in fields(cls) if _of(f).read)

    @classmethod
    def facts(cls) -> tuple[str, ...]:
        """The names of the columns that say what the page states of its story."""
        return tuple(f.name for f in fields(cls) if _of(f).fact)

    @classmethod
    def listed(cls) -> tuple[str, ...]:
        """The names of the columns that lists of stories show."""
        return tuple(f.name for f in fields(cls) if _of(f).listed)

    @classmethod
    def carried(cls) -> tuple[str, ...]:
        """The names of the columns that another edition has from the one before."""
        return tuple(f.name for f in fields(cls) if _of(f).carried)

    @property
    def paragraphs(self) -> list[str]:
        """The text as a list of paragraphs; empty where there is none."""
        return self.text.split("\n\n") if self.text else []

    def as_dict(self) -> dict[str, Any]:
        """The columns a reader sees, with tickers and removed lines as dictionaries and times as datetimes."""
        return {name: _plain(getattr(self, name)) for name in self.columns()}


def _of(told: Any) -> Column:
    found: Column = told.metadata.get("column", Column())
    return found


def _plain(value: Any) -> Any:
    return [_plain_part(each) for each in value] if isinstance(value, tuple) else value


def _plain_part(part: Any) -> Any:
    """A ticker or a line that was taken out as a dictionary: theirs are plain values, which `asdict` would copy."""
    if isinstance(part, Ticker | RemovedLine):
        return {name: getattr(part, name) for name in type(part).__slots__}
    return part

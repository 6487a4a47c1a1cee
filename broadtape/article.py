"""What an article is: the one record that cleaning makes, the archive keeps and a reader gets.

The names of the fields are the archive's columns and part of its contract.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Literal

__all__ = ["Article", "CleanText", "OutsideRegion", "PublishedPrecision", "PublishedSource", "RemovedLine", "Ticker"]

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One text of one article. All times are aware and UTC; what is unknown is None or empty, never guessed.

    `extract` fills what the page says. The archive adds what only it knows (from `article_id` on); on an article
    that was never archived those fields are None.
    """

    url: str
    """Canonical address: the one the page was served at, without tracking parameters."""
    title: str | None = None
    text: str | None = None
    """Paragraphs parted by one blank line; None where only metadata may be kept."""
    summary: str | None = None
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    published_raw: str | None = None
    """The publication time as the page wrote it."""
    published_precision: PublishedPrecision | None = None
    """`day` where the page gave no time of day: `published_at` is then midnight UTC of that day."""
    published_source: PublishedSource | None = None
    modified_at: datetime | None = None
    update_note: str | None = None
    """The publisher's own correction or update note."""
    language: str | None = None
    """ISO 639-1, of the text."""
    section: str | None = None
    tags: tuple[str, ...] = ()
    tickers: tuple[Ticker, ...] = ()
    word_count: int = 0
    paywalled: bool | None = None
    """True where the page gave only part of the story."""
    syndicated_from: str | None = None
    """Host or name of the outlet that ran it first, as the page says."""
    machine_generated: bool = False
    disclosure: str | None = None
    removed: tuple[RemovedLine, ...] = ()
    outside: tuple[OutsideRegion, ...] = ()
    """The parts of the page that hold nothing of the story. Not a column: the archived page gives them again."""
    canonical_url: str | None = None
    """What `rel=canonical` (or JSON-LD) says, absolute; may name another outlet. Not a column: identity is made of
    it."""
    text_sha256: str | None = None
    """Hex digest of `text` in UTF-8."""
    extractor: str | None = None
    """Code and rules that made this text, such as `broadtape-0.2.0/3fa9c2d1`."""

    article_id: str | None = None
    site: str | None = None
    first_listed_at: datetime | None = None
    fetched_at: datetime | None = None
    """When the bytes came: the WARC-Date."""
    archived_at: datetime | None = None
    """When this row was committed."""
    access: str | None = None
    rights: str | None = None
    rights_checked_at: datetime | None = None
    payload_sha256: str | None = None
    """Hex digest of the HTTP payload as received, content encoding kept."""
    minhash: bytes | None = field(default=None, repr=False)
    source: str | None = None
    """`crawl`, `replay` or `backfill`."""
    warc_file: str | None = None
    """Name of the WARC file within the archive."""
    warc_offset: int | None = None
    """Bytes from the start of the file to the response's gzip member."""
    warc_length: int | None = None
    """Bytes of that gzip member."""
    revision: int | None = None
    """1 for the first text the publisher gave, counted in the order of `fetched_at`; derived on reading."""

    @classmethod
    def columns(cls) -> tuple[str, ...]:
        """The names of the columns a reader sees, in order."""
        return tuple(f.name for f in fields(cls) if f.name not in {"canonical_url", "minhash", "outside"})

    @property
    def paragraphs(self) -> list[str]:
        """The text as a list of paragraphs; empty where there is none."""
        return self.text.split("\n\n") if self.text else []

    def as_dict(self) -> dict[str, Any]:
        """The columns a reader sees, with tickers and removed lines as dictionaries and times as datetimes."""
        row: dict[str, Any] = {name: getattr(self, name) for name in self.columns()}
        row["authors"], row["tags"] = list(self.authors), list(self.tags)
        row["tickers"] = [{"symbol": t.symbol, "exchange": t.exchange, "evidence": t.evidence} for t in self.tickers]
        row["removed"] = [{"line": r.line, "rule": r.rule} for r in self.removed]
        return row

"""What the ledger knows: one `Capture` for each change in the state of a URL, and one for each poll of an outlet.

A crawl writes the same facts into its WARC as `Note`s (WARC `metadata` records), so that the table `captures` can be
rebuilt from the WARC files alone.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Literal, Self

from broadtape.article import PublishedPrecision
from broadtape.errors import InvalidTime
from broadtape.times import iso, parse_time

__all__ = ["Capture", "Listing", "Note", "Outcome", "Via"]

Outcome = Literal[
    "archived",  # a new article or a new revision of one
    "unchanged",  # fetched again, same content (or 304)
    "skipped",  # listed and deliberately not fetched, or fetched and not kept: robots, rights, pattern, over budget, …
    "not_article",  # fetched, and the page carries no story
    "failed",  # fetching it failed: an HTTP status, a time-out, too large
    "quarantined",  # the page crashed or hung the cleaner, or its text looks wrong
    "gone",  # an archived story answered 404 or 410 on a later look
    "polled",  # of an outlet, not of a URL: its feeds were looked at
    "busy",  # of an outlet: another run held its lease
    "measured",  # of an outlet: what one segment's pages were like, and what was not as usual
]
Via = Literal["feed", "news_sitemap", "archive_sitemap", "section", "recheck", "hand", "replay", "backfill"]
"""What led to an address; `hand`: somebody asked for it."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a feed or sitemap said of a story. All times UTC; absent facts are None."""

    url: str
    listed_in: str | None = None
    """Address of the feed, sitemap or page that listed it."""
    via: Via = "feed"
    first_listed_at: datetime | None = None
    """When we first saw it listed."""
    title: str | None = None
    summary: str | None = None
    published_at: datetime | None = None
    published_raw: str | None = None
    """The time as the listing states it, kept also where it could not be read."""
    published_precision: PublishedPrecision | None = None
    modified_at: datetime | None = None
    """The listing's own `updated` or `lastmod`; a story whose value changes is fetched again."""
    authors: tuple[str, ...] = ()
    language: str | None = None
    tags: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As plain data, absent facts left out."""
        values = {k: v for k, v in _values(self).items() if v not in (None, ())}
        return values | {k: iso(values[k]) for k in _LISTING_TIMES if k in values}

    @classmethod
    def from_json(cls, values: Any) -> Self:
        """Reads what `to_json` wrote; unknown keys are passed over. Raises ValueError for anything else."""
        if not isinstance(values, dict) or not isinstance(values.get("url"), str):
            raise ValueError("not a listing: it names no address")  # noqa: TRY004 - one kind of error for all of these
        try:
            known = {k: v for k, v in values.items() if k in cls.__slots__}
            known |= {k: parse_time(known[k]) for k in _LISTING_TIMES if k in known}
            known |= {k: tuple(known[k]) for k in ("authors", "tags") if k in known}
            return cls(**known)
        except (AttributeError, InvalidTime, TypeError) as error:
            raise ValueError(f"not a listing: {error}") from None


def _values(row: Listing | Note) -> dict[str, Any]:
    """Its fields as they are: `asdict` copies what they hold, which costs a page more than writing its note."""
    return {name: getattr(row, name) for name in type(row).__slots__}


_LISTING_TIMES = ("first_listed_at", "published_at", "modified_at")


@dataclass(frozen=True, slots=True)
class Note:
    """The content of a WARC `metadata` record: what became of one listed URL, or of one poll.

    After a response record its note refers to it (`WARC-Refers-To`) and `outcome` is None: cleaning will tell. A note
    that stands alone carries the outcome itself. `event` is `fetch`, `skip`, `poll` or `busy`.
    """

    event: Literal["fetch", "skip", "poll", "busy"]
    site: str
    run: str
    url: str | None = None
    """The address asked for; None for a poll."""
    outcome: Outcome | None = None
    reason: str | None = None
    status: int | None = None
    final_url: str | None = None
    """Where redirects led, when elsewhere."""
    listing: Listing | None = None
    etag: str | None = None
    last_modified: str | None = None
    access: str = "full"
    rights: str = "unknown"
    """`allowed`, `reserved` (TDM or noarchive signals) or `unknown`."""
    rights_checked_at: datetime | None = None
    source: Literal["crawl", "replay", "backfill"] = "crawl"
    detail: dict[str, Any] = field(default_factory=dict)
    """For a poll: `listings` (url, status, listed, new, and what was left unread), `discovered`, `fetched`,
    `skipped` by reason, `failed`, `finish_reason`."""

    def to_json(self) -> bytes:
        """The record's block, UTF-8, keys sorted, absent facts left out."""
        values = {k: v for k, v in _values(self).items() if v not in (None, (), {}, [])}
        if self.rights_checked_at:
            values["rights_checked_at"] = iso(self.rights_checked_at)
        if self.listing:
            values["listing"] = self.listing.to_json()
        return json.dumps(values, ensure_ascii=False, sort_keys=True).encode()

    @classmethod
    def from_json(cls, block: bytes) -> Self:
        """Reads what `to_json` wrote; unknown keys of a later release are passed over. Raises ValueError otherwise."""
        values = json.loads(block)
        if not isinstance(values, dict):
            raise ValueError("a note must be a JSON object")  # noqa: TRY004 - one kind of error for every malformed block
        known = {k: v for k, v in values.items() if k in cls.__slots__}
        if "rights_checked_at" in known:
            known["rights_checked_at"] = parse_time(known["rights_checked_at"])
        if "listing" in known:
            known["listing"] = Listing.from_json(known["listing"])
        try:
            return cls(**known)
        except TypeError as error:
            raise ValueError(f"not a note: {error}") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One row of the ledger: `url`'s state from `recorded_at` on. The names are the table's columns."""

    site: str
    run: str
    outcome: Outcome
    recorded_at: datetime | None = None
    """Stamped as the row commits."""
    url: str | None = None
    """As listed; None for a row about the outlet itself."""
    url_id: int | None = None
    final_url: str | None = None
    article_id: str | None = None
    reason: str | None = None
    status: int | None = None
    via: str | None = None
    listed_in: str | None = None
    first_listed_at: datetime | None = None
    listed_modified_at: datetime | None = None
    published_at: datetime | None = None
    """Of the article, or of its listing where the page was not read: what the recheck schedule counts from."""
    fetched_at: datetime | None = None
    etag: str | None = None
    last_modified: str | None = None
    payload_sha256: str | None = None
    access: str | None = None
    rights: str | None = None
    rights_checked_at: datetime | None = None
    source: str | None = None
    detail: str | None = None
    """JSON: a poll's counts, a failure's particulars."""
    warc_file: str | None = None
    warc_offset: int | None = None
    warc_length: int | None = None

    @classmethod
    def columns(cls) -> tuple[str, ...]:
        """The names of the table's columns, in order."""
        return tuple(f.name for f in fields(cls))

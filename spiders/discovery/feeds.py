"""RSS and Atom feeds."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import feedparser

from broadtape.capture import Listing
from spiders.discovery.text import absolute, from_struct, plain

__all__ = ["Feed", "parse_feed"]

_MOST_ENTRIES = 5_000
_LONGEST_TTL = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed lists, in its own order, and how long it asks to be left alone."""

    listings: tuple[Listing, ...]
    ttl: timedelta | None = None


def parse_feed(body: bytes, url: str, *, content_type: str | None = None) -> Feed:
    """The stories in a feed; raises ValueError where the bytes are no feed.

    feedparser drops the DOCTYPE and all but plain-text entities, so nothing in it can expand.
    """
    parsed: Any = feedparser.parse(
        io.BytesIO(body),
        response_headers={"content-type": content_type or "application/xml", "content-location": url},
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    if not parsed.get("version"):
        raise ValueError("no feed")
    language = plain(parsed.feed.get("language"), 20)
    listings = (_listing(entry, url, language) for entry in parsed.entries[:_MOST_ENTRIES])
    return Feed(tuple(listing for listing in listings if listing), _ttl(parsed.feed.get("ttl")))


def _listing(entry: Any, feed: str, language: str | None) -> Listing | None:
    url = absolute(feed, entry.get("feedburner_origlink") or entry.get("link") or entry.get("id"))
    if url is None:
        return None
    return Listing(
        url=url,
        listed_in=feed,
        via="feed",
        title=plain(entry.get("title"), 1000),
        summary=plain(entry.get("summary")),
        # Plain `get` would answer a missing `updated` with `published`.
        published_at=from_struct(dict.get(entry, "published_parsed")),
        modified_at=from_struct(dict.get(entry, "updated_parsed")),
        authors=_names(entry.get("authors"), "name"),
        language=language[:2].lower() if language else None,
        tags=_names(entry.get("tags"), "term"),
    )


def _names(values: Any, key: str) -> tuple[str, ...]:
    found = (plain(value.get(key), 200) for value in (values or [])[:50])
    return tuple(dict.fromkeys(name for name in found if name))


def _ttl(value: Any) -> timedelta | None:
    try:
        return min(timedelta(minutes=float(value)), _LONGEST_TTL) if float(value) > 0 else None
    except (TypeError, ValueError, OverflowError):
        return None

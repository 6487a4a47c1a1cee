"""JSON Feed (https://jsonfeed.org/version/1.1), and items of other JSON that say the same under other names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from broadtape.capture import Listing
from spiders.discovery.documents.json_items import (
    HEADLINES,
    TIMES_OF_CHANGE,
    TIMES_OF_PUBLICATION,
    address_of,
    by_plain_name,
    first,
    text_of,
)
from spiders.discovery.text import Home, Stated, absolute, plain, stated

__all__ = ["json_listing"]

_SUMMARIES = ("summary", "excerpt", "description", "standfirst", "dek", "contenttext")
_LONGEST_TIME = 200
_WITHOUT_ZONE = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?")


def json_listing(item: Any, feed: str, language: str | None, home: Home) -> Listing | None:
    """What an item says of a story; None where it names no address of one."""
    if isinstance(item, str):
        url = absolute(feed, item) if item.strip().lower().startswith(("http://", "https://")) else None
        return Listing(url, feed, "feed") if url else None
    if not isinstance(item, dict):
        return None
    told = by_plain_name(item)
    url = absolute(feed, address_of(told))
    if url is None:
        return None
    published, modified = _time(told, TIMES_OF_PUBLICATION, home), _time(told, TIMES_OF_CHANGE, home)
    return Listing(
        url=url,
        listed_in=feed,
        via="feed",
        title=plain(first(told, HEADLINES), 1000),
        summary=next((text for name in _SUMMARIES if (text := plain(text_of(told.get(name))))), None),
        published_at=published.moment,
        published_raw=published.raw,
        published_precision=published.precision,
        modified_at=modified.moment,
        authors=tuple(dict.fromkeys(_names(told))),
        language=(text_of(told.get("language")) or language or "").strip()[:2].lower() or None,
        tags=tuple(dict.fromkeys(word for tag in _list(told.get("tags")) if (word := _word(tag)))),
    )


def _time(told: Mapping[str, Any], names: tuple[str, ...], home: Home) -> Stated:
    """The first of these times that can be read; what is called `…_gmt` is in UTC, as WordPress has it."""
    found = []
    for name in names:
        if text := text_of(told.get(name)):
            utc = name.endswith("gmt") and _WITHOUT_ZONE.fullmatch(text.strip()[:_LONGEST_TIME])
            found.append(replace(stated(f"{text.strip()}Z", home), raw=text.strip()) if utc else stated(text, home))
    return next((each for each in found if each.moment), found[0] if found else Stated())


def _names(told: Mapping[str, Any]) -> Iterator[str]:
    for author in _list(told.get("authors")) or [told.get("author"), told.get("byline")]:
        if name := _word(author):
            yield name


def _word(value: Any) -> str | None:
    """A name or a term; a content system's number for one is none."""
    told = value.get("name") if isinstance(value, dict) else value
    return plain(told, 200)


def _list(value: Any) -> list[Any]:
    return value[:50] if isinstance(value, list) else []

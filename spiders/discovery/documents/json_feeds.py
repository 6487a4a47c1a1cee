"""JSON Feed (https://jsonfeed.org/version/1.1)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from broadtape.capture import Listing
from spiders.discovery.text import Home, absolute, plain, stated

__all__ = ["json_items", "json_listing"]


def json_items(text: str) -> tuple[list[Any], str | None]:
    """A JSON feed's items, and its language; raises ValueError for other JSON, and for none."""
    try:
        told = json.loads(text)
    except RecursionError:
        raise ValueError("no feed: its JSON is nested too deep") from None
    except ValueError:
        raise ValueError("no feed: it is no JSON") from None
    items = told.get("items") if isinstance(told, dict) else told
    if not isinstance(items, list):  # a listing that is none raises one kind of error, whatever form it has
        raise ValueError("no feed: its JSON has no list of items")  # noqa: TRY004
    language = told.get("language") if isinstance(told, dict) else None
    return items, language if isinstance(language, str) else None


def json_listing(item: Any, feed: str, language: str | None, home: Home) -> Listing | None:
    """What an item says of a story; None where it names no address of one."""
    if not isinstance(item, dict):
        return None
    told = (item.get(name) for name in ("url", "external_url", "id"))
    links = (each for each in told if isinstance(each, str) and (each.startswith(("http", "/")) or "www." in each))
    url = next((found for link in links if (found := absolute(feed, link))), None)
    if url is None:
        return None
    published = stated(_text(item.get("date_published")), home)
    own = _text(item.get("language")) or language or ""
    return Listing(
        url=url,
        listed_in=feed,
        via="feed",
        title=plain(item.get("title"), 1000),
        summary=plain(item.get("summary")) or plain(item.get("content_text")),
        published_at=published.moment,
        published_raw=published.raw,
        published_precision=published.precision,
        modified_at=stated(_text(item.get("date_modified")), home).moment,
        authors=tuple(dict.fromkeys(_names(item))),
        language=own.strip()[:2].lower() or None,
        tags=tuple(dict.fromkeys(word for tag in _list(item.get("tags")) if (word := plain(tag, 200)))),
    )


def _names(item: dict[str, Any]) -> Iterator[str]:
    for author in _list(item.get("authors")) or [item.get("author")]:
        if isinstance(author, dict) and (name := plain(author.get("name"), 200)):
            yield name


def _list(value: Any) -> list[Any]:
    return value[:50] if isinstance(value, list) else []


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None

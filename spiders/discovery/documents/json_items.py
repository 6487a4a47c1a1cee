"""Where a JSON document lists stories: JSON Feed's `items`, a content system's list of posts, whatever wraps them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

__all__ = [
    "HEADLINES", "TIMES_OF_CHANGE", "TIMES_OF_PUBLICATION", "address_of", "by_plain_name", "first", "json_items",
    "text_of",
]  # fmt: skip

_MOST_DEEP = 12
_MOST_NAMES = 200
_ADDRESSES = (
    "url", "link", "permalink", "canonicalurl", "weburl", "shareurl", "articleurl", "storyurl", "externalurl", "href",
    "uri", "loc", "path", "guid", "id",
)  # fmt: skip
"""Names of an item's address, the plainest first, in lower case and without what joins their words."""
HEADLINES = ("title", "headline", "webtitle", "name")
TIMES_OF_PUBLICATION = (
    "datepublished", "publishedat", "dategmt", "published", "publisheddate", "publishdate", "publicationdate",
    "pubdate", "firstpublished", "firstpublishedat", "displaydate", "webpublicationdate", "date", "timestamp",
)  # fmt: skip
TIMES_OF_CHANGE = (
    "datemodified",
    "modifiedgmt",
    "modified",
    "modifiedat",
    "updatedat",
    "updated",
    "lastmodified",
    "lastmod",
)
_WITHIN = ("rendered", "href", "url", "default", "plain", "text", "value", "name")
"""Where a value is an object, its text is under one of these: WordPress has `{"rendered": …}`."""


def json_items(text: str) -> tuple[list[Any], str | None, str]:
    """A document's items, its language, and where it goes on with older ones (JSON Feed's `next_url`).

    Raises ValueError for JSON that lists no stories, and for no JSON. Where no `items` say which they are, every object
    in a list is one that has an address beside a headline or a time.
    """
    try:
        told = json.loads(text)
    except RecursionError:
        raise ValueError("no feed: its JSON is nested too deep") from None
    except ValueError:
        raise ValueError("no feed: it is no JSON") from None
    items = told.get("items") if isinstance(told, dict) else told
    if not isinstance(items, list) or not any(_is_flat(item) for item in items):
        found = list(_found(told, _is_story)) or list(_found(told, has_address))
        items = found or (items if isinstance(items, list) else None)
    if items is None:
        raise ValueError("no feed: its JSON has no list of items")
    own = told if isinstance(told, dict) else {}
    return items, text_of(own.get("language")), text_of(own.get("next_url")) or ""


def _is_flat(item: Any) -> bool:
    return isinstance(item, str) or (isinstance(item, dict) and has_address(item))


def _found(value: Any, sign: Callable[[Mapping[str, Any]], bool], depth: int = 0) -> Iterator[Any]:
    """The items within, in their order, by what shows one; an item's own lists, of related stories, are none of the
    listing's, and what stands in a list beside items and is none is one without an address."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if depth > _MOST_DEEP:
        return
    items = [_item(each, sign) for each in inner] if isinstance(value, list) else []
    if any(item is not None for item in items):
        yield from (each if item is None else item for each, item in zip(inner, items, strict=True))
        return
    for each in inner:
        if isinstance(each, (dict, list)):
            yield from _found(each, sign, depth + 1)


def _item(value: Any, sign: Callable[[Mapping[str, Any]], bool]) -> Any | None:
    """The story in an element of a list: itself, or what it wraps (`node`, `attributes`, `_source`)."""
    if not isinstance(value, dict):
        return None
    inner = (each for each in value.values() if isinstance(each, dict))
    return next((each for each in (value, *inner) if sign(each)), None)


def _is_story(value: Mapping[str, Any]) -> bool:
    """Whether an object has an address, and a time or a headline; a section with its stories has those as well."""
    told = by_plain_name(value)
    if not address_of(told):
        return False
    if first(told, TIMES_OF_PUBLICATION):
        return True
    lists = (each for each in value.values() if isinstance(each, list))
    return bool(first(told, HEADLINES)) and not any(_item(each, has_address) for each in _heads(lists))


def _heads(lists: Iterable[list[Any]]) -> Iterator[Any]:
    return (each for listed in lists for each in listed[:3])


def has_address(value: Mapping[str, Any]) -> bool:
    """Whether an object names an address."""
    return bool(address_of(by_plain_name(value)))


def by_plain_name(value: Mapping[str, Any]) -> dict[str, Any]:
    """An object's values by their names in lower case, without what joins words: `date_published`, `datePublished`."""
    return {name.lower().replace("_", "").replace("-", ""): each for name, each in list(value.items())[:_MOST_NAMES]}


def first(told: Mapping[str, Any], names: Iterable[str]) -> str | None:
    """The first text among these values (by plain name); a number counts as its digits, a time as Unix has it."""
    return next((text for name in names if (text := text_of(told.get(name)))), None)


def text_of(value: Any) -> str | None:
    """A value as text, or the text within an object; None for what has none."""
    if isinstance(value, dict):
        value = next((value[name] for name in _WITHIN if isinstance(value.get(name), str)), None)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) and value.strip() else None


def address_of(told: Mapping[str, Any]) -> str | None:
    """The first value (by plain name) that can be an address."""
    texts = (text for name in _ADDRESSES if (text := text_of(told.get(name))))
    return next((text for text in texts if text.strip().startswith(("http", "/")) or "www." in text), None)

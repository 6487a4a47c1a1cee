"""Which of a page's JSON-LD nodes describes its story: not the one with most facts, but the one that speaks of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

from broadtape.cleaning.page.json_ld import Node, text_of

__all__ = ["story_among"]

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_]+")
_FACTS = ("headline", "datePublished", "author", "articleBody")
_TELLING = 3
"""Words from which on a headline that shares none with the page's is another story's."""
_SAME, _KIN = 0.6, 0.2
"""Shares of words in common from which on two headlines are one, and below which they have nothing to do with each
other: outlets word a headline differently for search engines, and some of its words stay."""


def story_among(nodes: Iterable[Node], titles: Sequence[str], url: str) -> Node:
    """The node of the story that stands at `url` under one of `titles`; empty where all speak of other stories.

    Facts it lacks come from others with the same headline.
    """
    told = [words for title in titles if (words := _words(title))]
    path = _path(url)
    ranked = sorted(
        ((_fitness(node, told, path), -place, node) for place, node in enumerate(nodes)),
        key=lambda entry: entry[:2],
        reverse=True,
    )
    if not ranked or ranked[0][0][0] < 0:
        return {}
    best = dict(ranked[0][2])
    for _, _, other in ranked[1:]:
        if text_of(other.get("headline")) == text_of(best.get("headline")):
            best = {**other, **{key: value for key, value in best.items() if value not in (None, "", [], {})}}
    return best


def _fitness(node: Node, told: list[set[str]], path: str) -> tuple[int, int]:
    """How well a node fits the page, negative where it is another story's; and how many facts it has."""
    facts = sum(bool(node.get(key)) for key in _FACTS)
    words = _words(text_of(node.get("headline")) or text_of(node.get("name")) or "")
    likeness = max((len(words & title) / len(words | title) for title in told), default=0.0) if words else None
    addresses = {_path(address) for address in _addresses(node)} - {""}
    at_home = bool(path) and path in addresses
    if at_home or (likeness is not None and likeness >= _SAME):
        return 2 + (at_home and (likeness or 0) >= _SAME), facts
    if likeness is None or not told:
        return (0 if addresses and path else 1), facts
    if len(words) >= _TELLING and likeness < _KIN and (addresses or not likeness):
        return -1, facts
    return 1, facts


def _addresses(node: Node) -> list[str]:
    found: list[Any] = [node.get("url"), node.get("@id"), node.get("mainEntityOfPage")]
    page = node.get("mainEntityOfPage")
    if isinstance(page, dict):
        found += [page.get("@id"), page.get("url")]
    return [value for value in found if isinstance(value, str)]


def _words(text: str) -> set[str]:
    """The words of a headline; of a script without spaces its characters."""
    return set(_WORD.findall(text.casefold()))


def _path(url: str) -> str:
    """The path of an address, which a page's own statements share whatever host, query or fragment they have."""
    try:
        return unquote(urlsplit(url.strip()).path).rstrip("/").lower()
    except ValueError:
        return ""

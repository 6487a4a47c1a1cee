"""What a page says of itself in JSON: schema.org nodes (JSON-LD), read tolerantly."""

from __future__ import annotations

import contextlib
import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml.etree import _Element

from broadtape.cleaning.page.characters import readable

__all__ = ["Node", "Structured", "as_list", "read_structured", "text_of"]

Node = dict[str, Any]

_MAX_BLOCK = 2_000_000
_MAX_NODES = 2_000
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)\s*$"
)
_STRING_OR_COMMENT = re.compile(r'"(?:[^"\\]|\\.)*"|/\*.*?\*/|(?<![:\w])//[^\n]*', re.DOTALL)
_TRAILING_COMMA = re.compile(r'("(?:[^"\\]|\\.)*")|,\s*(?=[}\]])', re.DOTALL)
_DECODER = json.JSONDecoder(strict=False)
_TAG = re.compile(r"<[^>]{1,300}>")
ARTICLE_TYPES = frozenset(
    [
        "Article",
        "NewsArticle",
        "ReportageNewsArticle",
        "AnalysisNewsArticle",
        "BackgroundNewsArticle",
        "OpinionNewsArticle",
        "ReviewNewsArticle",
        "AskPublicNewsArticle",
        "AdvertiserContentArticle",
        "SatiricalArticle",
        "BlogPosting",
        "LiveBlogPosting",
        "SocialMediaPosting",
        "Report",
        "TechArticle",
        "ScholarlyArticle",
    ]
)


@dataclass(frozen=True, slots=True)
class Structured:
    """All nodes of a page, those nested in `@graph` included, and the one that describes the story."""

    nodes: tuple[Node, ...] = ()
    story: Node = field(default_factory=dict)

    def resolve(self, value: object) -> object:
        """`value`, or the node it points at by `@id`."""
        if isinstance(value, dict) and set(value) <= {"@id", "@type"} and value.get("@id"):
            return next((n for n in self.nodes if n.get("@id") == value["@id"] and len(n) > len(value)), value)
        return value

    def of_type(self, *names: str) -> Iterator[Node]:
        """The nodes of any of these schema.org types."""
        return (node for node in self.nodes if _types(node) & set(names))


def read_structured(tree: _Element, url: str) -> Structured:
    """The JSON-LD of a page; what is broken beyond repair is left out."""
    nodes: list[Node] = []
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "").lower() and script.text and len(script.text) <= _MAX_BLOCK:
            for value in _values(script.text):
                nodes.extend(_walk(value, _MAX_NODES - len(nodes)))
    stories = [node for node in nodes if _types(node) & ARTICLE_TYPES]
    return Structured(tuple(nodes), _merged(stories, url))


def as_list(value: object) -> list[Any]:
    """`value` as a list: itself, empty for None, or its one element."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def text_of(value: object) -> str | None:
    """A JSON value as one line of plain text, tags and entities resolved; None where it has none."""
    if isinstance(value, list):
        value = next((v for v in value if v), None)
    if isinstance(value, dict):
        value = value.get("name") or value.get("@value") or value.get("text")
    if not isinstance(value, str):
        return None
    for _ in range(2):
        if "&" in value:
            value = html.unescape(value)
    return " ".join(readable(_TAG.sub(" ", value)).split()) or None


def _types(node: Node) -> set[str]:
    return {str(t).rsplit("/", 1)[-1] for t in as_list(node.get("@type"))}


def _values(text: str) -> Iterator[Any]:
    """The JSON values of a script: one, or several in a row, with the usual faults repaired."""
    text = _WRAPPING.sub("", text).strip().rstrip(";")
    with contextlib.suppress(ValueError, RecursionError):
        yield _DECODER.decode(text)
        return
    text = _TRAILING_COMMA.sub(lambda m: m[1] or "", _STRING_OR_COMMENT.sub(_keep_string, text))
    at = 0
    while 0 <= (at := _next_value(text, at)) < len(text):
        try:
            value, at = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            return
        yield value


def _keep_string(match: re.Match[str]) -> str:
    return match[0] if match[0].startswith('"') else ""


def _next_value(text: str, at: int) -> int:
    found = [i for i in (text.find("{", at), text.find("[", at)) if i >= 0]
    return min(found, default=-1)


def _walk(value: object, room: int) -> Iterator[Node]:
    """Every node from the outside in, without recursion: a hostile page may nest deeply."""
    waiting = [value]
    while waiting and room > 0:
        item = waiting.pop(0)
        if isinstance(item, list):
            waiting[:0] = item[:_MAX_NODES]
        elif isinstance(item, dict):
            room -= 1
            yield item
            waiting[:0] = [
                item[key]
                for key in ("@graph", "mainEntity", "mainEntityOfPage")
                if isinstance(item.get(key), (dict, list))
            ]


def _merged(stories: Iterable[Node], url: str) -> Node:
    """The story's node; facts it lacks come from others that describe the same headline or address."""
    ranked = sorted(stories, key=lambda node: -_fitness(node, url))
    if not ranked:
        return {}
    best = dict(ranked[0])
    for other in ranked[1:]:
        if text_of(other.get("headline")) == text_of(best.get("headline")):
            best = {**other, **{k: v for k, v in best.items() if v not in (None, "", [], {})}}
    return best


def _fitness(node: Node, url: str) -> int:
    tail = url.split("?")[0].rstrip("/").rsplit("/", 1)[-1]
    addresses = str(node.get("url")) + str(node.get("mainEntityOfPage")) + str(node.get("@id"))
    facts = sum(bool(node.get(key)) for key in ("headline", "datePublished", "author", "articleBody"))
    return facts + 4 * (len(tail) > 5 and tail in addresses)

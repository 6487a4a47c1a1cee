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

__all__ = ["Node", "Structured", "as_list", "read_nodes", "stories_of", "text_of", "types_of"]

Node = dict[str, Any]

_HOLDERS = ("@graph", "mainEntity", "mainEntityOfPage", "hasPart")
_MAX_BLOCK = 2_000_000
_MAX_NODES = 2_000
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)\s*$"
)
# What is never closed ends with the text: sought from each of many openings, its end would be read for as often.
_STRING_OR_COMMENT = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)|/\*.*?(?:\*/|\Z)|(?<![:\w])//[^\n]*', re.DOTALL)
_TRAILING_COMMA = re.compile(r'("(?:[^"\\]|\\.)*(?:"|\\?\Z))|,\s*(?=[}\]])', re.DOTALL)
_OPENING = re.compile(r"[{\[]")
_DECODER = json.JSONDecoder(strict=False)
_TAG = re.compile(
    r"</?(?:a|abbr|b|big|bdi|br|center|cite|code|div|em|font|h[1-6]|i|img|li|mark|ol|p|q|s|small|span|strike|strong|sub|"
    r"sup|time|u|ul|wbr)(?:\s[^<>]{0,300})?/?>|<!--[^>]{0,300}-->",
    re.IGNORECASE,
)
"""Markup that texts in JSON and meta tags carry; what else stands between < and > is the text's own."""
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_HALF_A_PAIR = re.compile(r"\\u[dD][89a-fA-F]")
_ARTICLE_TYPES = frozenset(
    "article newsarticle reportagenewsarticle analysisnewsarticle backgroundnewsarticle opinionnewsarticle "
    "reviewnewsarticle askpublicnewsarticle advertisercontentarticle satiricalarticle blogposting liveblogposting "
    "socialmediaposting discussionforumposting report techarticle scholarlyarticle medicalscholarlyarticle".split()
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
        return (node for node in self.nodes if types_of(node) & set(names))


def read_nodes(scripts: Iterable[_Element]) -> tuple[Node, ...]:
    """The nodes of a page's JSON-LD, those of `@graph` and of parts included; what is broken beyond repair is left
    out. All text in them is valid Unicode."""
    nodes: list[Node] = []
    for script in scripts:
        if "ld+json" in (script.get("type") or "").lower() and script.text and len(script.text) <= _MAX_BLOCK:
            for value in _values(script.text):
                nodes.extend(_walk(value, _MAX_NODES - len(nodes)))
    return tuple(nodes)


def stories_of(nodes: tuple[Node, ...]) -> Iterator[Node]:
    """The nodes that describe an article of any kind."""
    return (node for node in nodes if any(t.lower() in _ARTICLE_TYPES for t in types_of(node)))


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
    return " ".join(_CONTROL.sub("", readable(_TAG.sub(" ", value))).split()) or None


def types_of(node: Node) -> set[str]:
    """The schema.org types of a node, without the vocabulary's address or prefix."""
    return {re.split(r"[/:#]", str(t))[-1] for t in as_list(node.get("@type"))}


def _values(text: str) -> Iterator[Any]:
    """The JSON values of a script: one, or several in a row, with the usual faults repaired."""
    text = _WRAPPING.sub("", text).strip().rstrip(";")
    if '"' not in text and "&quot;" in text:
        text = html.unescape(text)  # written as if a script were markup
    with contextlib.suppress(ValueError, RecursionError):
        yield _whole(_DECODER.decode(text), text)
        return
    text = _TRAILING_COMMA.sub(lambda m: m[1] or "", _STRING_OR_COMMENT.sub(_keep_string, text))
    at = 0
    while begins := _OPENING.search(text, at):
        try:
            value, at = _DECODER.raw_decode(text, begins.start())
            value = _whole(value, text[begins.start() : at])
        except (ValueError, RecursionError):
            return
        yield value


def _whole(value: Any, text: str) -> Any:
    """A value decoded from `text`, without halves of surrogate pairs, which JSON allows and no encoding can hold."""
    if not _HALF_A_PAIR.search(text):
        return value
    return json.loads(readable(json.dumps(value, ensure_ascii=False)))


def _keep_string(match: re.Match[str]) -> str:
    return match[0] if match[0].startswith('"') else ""


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
            waiting[:0] = [item[key] for key in _HOLDERS if isinstance(item.get(key), (dict, list))]

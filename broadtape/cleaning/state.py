"""A story's body where the page keeps it in JSON: JSON-LD, or the state a script would render."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree
from lxml.etree import _Element

from broadtape.cleaning.blocks import Block
from broadtape.cleaning.head import Head
from broadtape.cleaning.walk import walk

__all__ = ["body_of", "stated_body"]

_MARKUP = re.compile(r"</?(?:p|br|div|h[1-6]|ul|ol|li|a|strong|em|blockquote)\b", re.IGNORECASE)
_SENTENCE_RUN = re.compile(r"\n\s*\n|\r\n|\n")
_MOST_NODES = 20_000
_TEXT_KEYS = ("content", "text", "value", "html", "body", "children", "blocks", "paragraphs", "content_elements")


def body_of(head: Head, tree: _Element, where: tuple[str, ...]) -> list[Block]:
    """The lines found at the first of these places that has any: `json-ld:articleBody`, `next-data:props.story`."""
    for place in where:
        kind, _, path = place.partition(":")
        if kind == "json-ld":
            found = _lines(_at(head.data.story, path or "articleBody"))
        else:
            found = _lines(_at(_script_state(tree, kind), path))
        if found:
            return found
    return []


def stated_body(head: Head) -> list[Block]:
    """The lines of JSON-LD's `articleBody`."""
    return _lines(head.data.story.get("articleBody"))


def _script_state(tree: _Element, kind: str) -> object:
    wanted = {"next-data": "__NEXT_DATA__", "nuxt": "__NUXT_DATA__"}.get(kind)
    for script in tree.iter("script"):
        if script.get("id") == wanted and script.text:
            try:
                return json.loads(script.text)
            except (ValueError, RecursionError):
                return None
    return None


def _at(value: object, path: str) -> object:
    for key in filter(None, path.split(".")):
        if isinstance(value, dict):
            value = value.get(key)
        elif isinstance(value, list) and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        else:
            return None
    return value


def _lines(value: object) -> list[Block]:
    return [block for text in _texts(value) for block in _split(text)]


def _texts(value: object) -> Iterator[str]:
    """The texts in a value, in order: a string, a list of them, or a tree of nodes that carry them by usual names."""
    waiting: list[Any] = [value]
    room = _MOST_NODES
    while waiting and room > 0:
        room -= 1
        item = waiting.pop(0)
        if isinstance(item, str):
            yield item
        elif isinstance(item, list):
            waiting[:0] = item
        elif isinstance(item, dict):
            waiting[:0] = [next((item[key] for key in _TEXT_KEYS if item.get(key)), None)]


def _split(text: str) -> Iterator[Block]:
    if _MARKUP.search(text):
        parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
        tree = etree.fromstring(f"<div>{text}</div>".encode("utf-8", "replace"), parser=parser)
        if tree is not None:
            yield from walk(tree)
        return
    for line in _SENTENCE_RUN.split(text):
        if folded := " ".join(line.split()):
            yield Block(folded)

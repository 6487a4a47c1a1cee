"""A story's text where a page has it in JSON: a string, a list of them, or a tree of nodes; escaped once or often."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from broadtape.cleaning.page.characters import readable
from broadtape.cleaning.page.elements import Elements
from broadtape.cleaning.rendering.blocks import Block
from broadtape.cleaning.rendering.inline_marks import write_out
from broadtape.cleaning.rendering.tree_to_lines import walk

__all__ = ["MOST_NODES", "at_path", "lines_of"]

MOST_NODES = 20_000
_MARKUP = re.compile(
    r"</?(?:p|br|div|h[1-6]|ul|ol|li|a|strong|em|blockquote|span|b|i|figure|table)\b[^<>]{0,2000}>", re.IGNORECASE
)
_MOST_ESCAPES = 4
_BREAKS = re.compile(r"\r\n|\n")
_TEXT_KEYS = ("content", "text", "value", "html", "body", "children", "blocks", "paragraphs", "content_elements")


def lines_of(value: object) -> list[Block]:
    """The lines of a JSON value: a string, a list of them, or a tree of nodes that carry them by usual names."""
    return [block for text in _texts(value) for block in _split(text)]


def at_path(value: object, path: str) -> object:
    """What stands at a dotted path such as `props.story.0.body`; None where nothing does."""
    for key in filter(None, path.split(".")):
        if isinstance(value, dict):
            value = value.get(key)
        elif isinstance(value, list) and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        else:
            return None
    return value


def _texts(value: object) -> Iterator[str]:
    waiting: list[Any] = [value]
    room = MOST_NODES
    while waiting and room > 0:
        room -= 1
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, list):
            waiting.extend(reversed(item))
        elif isinstance(item, dict):
            waiting.append(next((item[key] for key in _TEXT_KEYS if item.get(key)), None))


def _split(text: str) -> Iterator[Block]:
    text = _unescaped(readable(text))
    if _MARKUP.search(text):
        parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
        tree = etree.fromstring(f"<div>{text}</div>".encode("utf-8", "replace"), parser=parser)
        if tree is not None:
            etree.strip_elements(tree, "script", "style", "iframe", "figure", with_tail=False)
            write_out(Elements(tree))
            yield from walk(tree)
        return
    for line in _BREAKS.split(text):
        if folded := " ".join(line.split()):
            yield Block(folded)


def _unescaped(text: str) -> str:
    """`text` with its references resolved, as often as it was escaped; not those that a text with markup keeps."""
    for _ in range(_MOST_ESCAPES):
        if "&" not in text or _MARKUP.search(text):
            return text
        text = html.unescape(text)
    return text

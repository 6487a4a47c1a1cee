"""A story's body where the page keeps it in JSON: JSON-LD, or the state a script would render."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree
from lxml.etree import _Element

from broadtape.cleaning.body.blocks import Block
from broadtape.cleaning.body.tree_to_lines import walk
from broadtape.cleaning.page.head import Head

__all__ = ["body_of", "stated_body"]

_MARKUP = re.compile(r"</?(?:p|br|div|h[1-6]|ul|ol|li|a|strong|em|blockquote)\b", re.IGNORECASE)
_SENTENCE_RUN = re.compile(r"\n\s*\n|\r\n|\n")
_MOST_NODES = 20_000
_NUXT_CALL = re.compile(r"window\.__NUXT__\s*=")
_JS_ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{2}|.)", re.DOTALL)
_WRAPPERS = {"Ref", "Reactive", "ShallowRef", "ShallowReactive", "EmptyRef"}
_DEEPEST_WRAPPING = 8
_TEXT_KEYS = ("content", "text", "value", "html", "body", "children", "blocks", "paragraphs", "content_elements")


def body_of(head: Head, tree: _Element, where: tuple[str, ...]) -> list[Block]:
    """The lines found at the first of these places that has any: `json-ld:articleBody`, `next-data:props.story`."""
    for place in where:
        kind, _, path = place.partition(":")
        if kind == "json-ld":
            found = _lines(_at(head.data.story, path or "articleBody"))
        else:
            found = _lines(_script_state(tree, kind, path))
        if found:
            return found
    return []


def stated_body(head: Head) -> list[Block]:
    """The lines of JSON-LD's `articleBody`."""
    return _lines(head.data.story.get("articleBody"))


def _script_state(tree: _Element, kind: str, path: str) -> object:
    """What a page's script state holds at `path`."""
    for script in tree.iter("script"):
        text = script.text or ""
        if kind == "next-data" and script.get("id") == "__NEXT_DATA__":
            return _at(_loaded(text), path)
        if kind == "nuxt" and script.get("id") == "__NUXT_DATA__":
            return _in_payload(_loaded(text), path)
        if kind == "nuxt" and _NUXT_CALL.search(text[:200]):
            return _in_script(text, path)
    return None


def _loaded(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _in_payload(values: object, path: str) -> object:
    """Nuxt 3: a flat list in which objects and lists name their parts by place; the first object with these keys."""
    if not isinstance(values, list) or not path:
        return None
    first, *rest = path.split(".")
    for value in values[:_MOST_NODES]:
        if isinstance(value, dict) and first in value:
            found = _named(values, value[first])
            for key in rest:
                found = _named(values, found.get(key)) if isinstance(found, dict) else None
            if isinstance(found, str):
                return found
            if isinstance(found, list):
                return [text for place in found[:_MOST_NODES] if isinstance(text := _named(values, place), str)]
    return None


def _named(values: list[Any], place: object) -> object:
    for _ in range(_DEEPEST_WRAPPING):
        if not isinstance(place, int) or isinstance(place, bool) or not 0 <= place < len(values):
            return None
        found = values[place]
        # A value that is watched is wrapped: ["Ref", place].
        if isinstance(found, list) and len(found) == 2 and isinstance(found[0], str) and found[0] in _WRAPPERS:
            place = found[1]
            continue
        return found
    return None


def _in_script(text: str, path: str) -> object:
    """Nuxt 2: a call that would build the state. It is never run: the key's text is read where it stands in it."""
    key = path.rpartition(".")[2]
    match = re.search(rf'(?:\b|"){re.escape(key)}"?:"((?:[^"\\]|\\.)*)"', text) if key else None
    return _loaded(f'"{_JS_ESCAPE.sub(_as_json, match[1])}"') if match else None


def _as_json(escape: re.Match[str]) -> str:
    """An escape that JavaScript knows, as JSON has it."""
    written = escape[1]
    if written[0] == "x" and len(written) == 3:
        return f"\\u00{written[1:]}"
    return escape[0] if written[0] in '"\\/bfnrtu' else written


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

"""A story in the state that a page's script would render: at the place that an outlet's file names, or sought."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from lxml.etree import _Element

from broadtape.cleaning.boilerplate.line_kinds import is_paragraph
from broadtape.cleaning.embedded.json_text import MOST_NODES, at_path, lines_of
from broadtape.cleaning.page.head import Head, first_meta, fold
from broadtape.cleaning.page.json_ld import text_of
from broadtape.cleaning.rendering.blocks import Block

__all__ = ["sought", "state_at", "states_of"]

_NUXT_CALL = re.compile(r"window\.__NUXT__\s*=")
_JS_ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{2}|.)", re.DOTALL)
_WRAPPERS = {"Ref", "Reactive", "ShallowRef", "ShallowReactive", "EmptyRef"}
_DEEPEST_WRAPPING = 8
_ASSIGNED = re.compile(
    r"(?:window|self|globalThis)(?:\.|\[['\"])[\w$]{1,40}(?:['\"]\])?\s{0,9}=\s{0,9}(JSON\.parse\(\s{0,9})?(?=[{\[\"'])"
)
_MAX_STATE = 3_000_000
_MOST_STATES = 8
_BODIES = (
    "articleBody", "body", "content", "bodyHtml", "contentHtml", "bodyText", "html", "text", "fullText",
    "content_elements", "paragraphs", "blocks", "bodyBlocks", "contentBlocks", "components", "elements",
)  # fmt: skip
_TITLES = ("headline", "title", "headlines", "name", "seoTitle", "pageTitle", "heading")
_LEAST = 200
"""Characters of prose that make a value of the state a story."""
_DECODER = json.JSONDecoder(strict=False)


def state_at(tree: _Element, kind: str, path: str) -> object:
    """What a page's script state holds at `path`; `kind` is `next-data` or `nuxt`."""
    for script in tree.iter("script"):
        text = script.text or ""
        if kind == "next-data" and script.get("id") == "__NEXT_DATA__":
            return at_path(_loaded(text), path)
        if kind == "nuxt" and script.get("id") == "__NUXT_DATA__":
            return _in_payload(_loaded(text), path)
        if kind == "nuxt" and _NUXT_CALL.search(text[:200]):
            return _in_script(text, path)
    return None


def sought(states: list[object], head: Head) -> list[Block]:
    """The lines of the story in any of these states: a node with the page's headline, and the most prose it holds.

    Only what stands beside the headline is taken: a state holds other stories as well.
    """
    titles = {
        fold(t) for t in (text_of(head.data.story.get("headline")), first_meta(head, "og:title"), head.page_title) if t
    }
    titles |= {fold(t) for t in head.headings}
    best: list[Block] = []
    for node in (node for state in states for node in _nodes(state)):
        if not _has_title(node, titles):
            continue
        for key in _BODIES:
            if isinstance(value := node.get(key), (str, list, dict)) and value:
                lines = lines_of(value)
                if _prose(lines) > max(_LEAST, _prose(best)):
                    best = lines
    return best


def states_of(tree: _Element) -> list[object]:
    """The states that a page's scripts carry, as far as they are data: nothing is run."""
    found: list[object] = []
    for script in tree.iter("script"):
        text = script.text or ""
        if len(found) >= _MOST_STATES or not 2 * _LEAST < len(text) < _MAX_STATE:
            continue
        kind = (script.get("type") or "").lower()
        if kind in ("application/json", "text/json") or script.get("id") in ("__NEXT_DATA__", "__NUXT_DATA__"):
            value = _loaded(text)
            found.append(_revived(value) if script.get("id") == "__NUXT_DATA__" else value)
        elif kind in ("", "text/javascript", "application/javascript", "module"):
            found.extend(_assigned(text))
    return [value for value in found if isinstance(value, (dict, list))]


def _assigned(text: str) -> Iterator[object]:
    """What a script assigns to names of the window, where it is written as JSON, or as a string of it."""
    for match in list(_ASSIGNED.finditer(text))[:_MOST_STATES]:
        try:
            value, _end = _DECODER.raw_decode(text, match.end())
            yield _loaded(value) if isinstance(value, str) else value
        except (ValueError, RecursionError):
            continue


def _nodes(state: object) -> Iterator[dict[str, Any]]:
    waiting: list[Any] = [state]
    room = MOST_NODES
    while waiting and room > 0:
        room -= 1
        item = waiting.pop()
        if isinstance(item, dict):
            yield item
            waiting.extend(value for value in item.values() if isinstance(value, (dict, list)))
        elif isinstance(item, list):
            waiting.extend(value for value in item if isinstance(value, (dict, list)))


def _has_title(node: dict[str, Any], titles: set[str]) -> bool:
    for key in _TITLES:
        value = node.get(key)
        if isinstance(value, dict):
            value = next((v for v in value.values() if isinstance(v, str)), None)
        if isinstance(value, str) and len(value) < 400 and fold(value) and _is_one_of(fold(value), titles):
            return True
    return False


def _is_one_of(title: str, titles: set[str]) -> bool:
    return title in titles or (len(title) > 20 and any(other.startswith(title) for other in titles))


def _prose(lines: list[Block]) -> int:
    return sum(len(line.text) for line in lines if is_paragraph(line))


def _loaded(text: str) -> object:
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _revived(values: object) -> object:
    """A flat Nuxt 3 list as the objects it stands for, each with the strings and lists of strings it names."""
    if not isinstance(values, list):
        return None
    nodes = []
    for value in values[:MOST_NODES]:
        if isinstance(value, dict):
            node = {key: _named(values, place) for key, place in value.items()}
            nodes.append({key: _flat(values, item) for key, item in node.items() if isinstance(item, (str, list))})
    return nodes


def _flat(values: list[Any], item: object) -> object:
    if isinstance(item, list):
        return [text for place in item[:MOST_NODES] if isinstance(text := _named(values, place), str)]
    return item


def _in_payload(values: object, path: str) -> object:
    """Nuxt 3: a flat list in which objects and lists name their parts by place; the first object with these keys."""
    if not isinstance(values, list) or not path:
        return None
    first, *rest = path.split(".")
    for value in values[:MOST_NODES]:
        if isinstance(value, dict) and first in value:
            found = _named(values, value[first])
            for key in rest:
                found = _named(values, found.get(key)) if isinstance(found, dict) else None
            if isinstance(found, (str, list)):
                return _flat(values, found)
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

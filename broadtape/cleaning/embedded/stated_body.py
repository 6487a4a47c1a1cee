"""A story's body as the page states it: in JSON-LD, or where the outlet's file says that a script's state has it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml.etree import _Element

from broadtape.cleaning.embedded.json_text import MOST_NODES, at_path, lines_of
from broadtape.cleaning.embedded.script_state import state_at
from broadtape.cleaning.page.head import Head
from broadtape.cleaning.page.json_ld import as_list, text_of
from broadtape.cleaning.rendering.blocks import Block

__all__ = ["body_of", "stated_body"]

_PARTS = ("hasPart", "liveBlogUpdate")


def body_of(head: Head, tree: _Element, where: tuple[str, ...]) -> list[Block]:
    """The lines found at the first of these places that has any: `json-ld:articleBody`, `next-data:props.story`."""
    for place in where:
        kind, _, path = place.partition(":")
        if kind == "json-ld":
            found = lines_of(at_path(head.data.story, path or "articleBody"))
        else:
            found = lines_of(state_at(tree, kind, path))
        if found:
            return found
    return []


def stated_body(head: Head) -> list[Block]:
    """The lines of JSON-LD's `articleBody`, and of the parts or updates of which a story is made, in their order."""
    return list(_body(head.data.story, head, MOST_NODES))


def _body(node: dict[str, Any], head: Head, room: int) -> Iterator[Block]:
    yield from lines_of(node.get("articleBody"))
    for key in _PARTS:
        for stated in as_list(node.get(key))[:room]:
            part = head.data.resolve(stated)
            if not isinstance(part, dict):
                continue
            body = lines_of(part.get("articleBody") or part.get("text"))
            title = text_of(part.get("headline"))
            if body and title:
                yield Block(title, "heading")
            yield from body

"""From trafilatura's tree to lines: one paragraph, list item, heading or table row each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from lxml.etree import _Element

from broadtape.cleaning.page.dom import inner_text

__all__ = ["UNKNOWN", "Block", "BlockKind", "read_blocks"]

BlockKind = Literal["text", "heading", "item", "row", "quote"]
CELL_JOIN = " | "
UNKNOWN = -1.0
"""`linked` of a line of which only the text is known."""
_HOLDERS = frozenset({"list", "table", "quote", "body", "div", "article", "section"})
_KINDS: dict[str, BlockKind] = {"head": "heading", "item": "item", "row": "row", "quote": "quote"}


@dataclass(frozen=True, slots=True)
class Block:
    """One line of a story. `linked` is the share of its characters that stand in links, 0 to 1, or
    UNKNOWN."""

    text: str
    kind: BlockKind = "text"
    linked: float = 0.0


def read_blocks(body: _Element) -> Iterator[Block]:
    """The lines of an extracted tree, in order, white space folded."""
    for element in body:
        yield from _blocks(element, "text")


def _blocks(element: _Element, kind: BlockKind) -> Iterator[Block]:
    tag = str(element.tag)
    kind = _KINDS.get(tag, kind)
    if tag == "row":
        yield from _row(element)
    elif tag in _HOLDERS and any(str(c.tag) in _HOLDERS or c.tag in ("p", "item", "row", "head") for c in element):
        yield from _lines([(element.text or "", 0)], kind)
        for child in element:
            yield from _blocks(child, kind)
            yield from _lines([(child.tail or "", 0)], kind)
    else:
        yield from _lines(_runs(element), kind)


def _row(row: _Element) -> Iterator[Block]:
    cells = [inner_text(cell) for cell in row if cell.tag == "cell"]
    if any(cells):
        text = CELL_JOIN.join(cell for cell in cells if cell)
        links = sum(len(inner_text(ref)) for ref in row.iter("ref"))
        yield Block(text, "row", min(1.0, links / max(1, len(text))))


_Run = tuple[str, int]


def _runs(element: _Element, linked: int = 0) -> list[_Run]:
    """The text of an element in runs, each with 1 where it stands in a link; `lb` and nested blocks break a line."""
    linked = 1 if element.tag == "ref" else linked
    runs: list[_Run] = [(element.text or "", linked)]
    for child in element:
        if child.tag == "lb":
            runs.append(("\n", 0))
        elif child.tag in ("p", "item", "list", "head", "quote", "table", "row"):
            runs.append(("\n", 0))
            runs.extend(_runs(child, linked))
            runs.append(("\n", 0))
        else:
            runs.extend(_runs(child, linked))
        runs.append((child.tail or "", linked))
    return runs


def _lines(runs: list[_Run], kind: BlockKind) -> Iterator[Block]:
    """White space that is no break folds; what only `lb` elements part becomes lines of their own."""
    line: list[_Run] = []
    for text, linked in [*runs, ("\n", 0)]:
        if text == "\n":
            whole = " ".join("".join(t for t, _ in line).split())
            if whole:
                links = sum(len(t.strip()) for t, is_link in line if is_link)
                yield Block(whole, kind, min(1.0, links / len(whole)))
            line = []
        else:
            line.append((text, linked))

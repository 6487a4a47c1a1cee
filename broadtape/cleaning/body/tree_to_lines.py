"""From a pruned tree to lines: block by block, in document order."""

from __future__ import annotations

from collections.abc import Iterator

from lxml.etree import _Element

from broadtape.cleaning.body.blocks import CELL_JOIN, Block, BlockKind
from broadtape.cleaning.page.dom import inner_text, loose_text

__all__ = ["walk"]

_INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "mark",
        "nobr",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
        "label",
    ]
)
_HEADING: BlockKind = "heading"
_KINDS: dict[str, BlockKind] = {"li": "item", "dt": "item", "dd": "item", "blockquote": "quote"}
_KINDS |= dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), _HEADING)


class _Line:
    """The line being built: its text, and how much of it stands in links."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.linked = 0

    def add(self, text: str | None, in_link: bool) -> None:
        if text:
            self.pieces.append(text)
            if in_link:
                self.linked += len(text.strip())

    def take(self, kind: BlockKind) -> Iterator[Block]:
        text = " ".join("".join(self.pieces).split())
        linked = self.linked
        self.pieces, self.linked = [], 0
        if text:
            yield Block(text, kind, min(1.0, linked / len(text)))


def walk(root: _Element) -> Iterator[Block]:
    """The lines of everything below `root`. Without recursion: depth is bounded by the parser alone."""
    line = _Line()
    kinds: list[BlockKind] = ["text"]
    links = 0
    stack: list[tuple[_Element, bool]] = [(root, False)]
    while stack:
        element, done = stack.pop()
        tag = element.tag
        inline = tag in _INLINE
        if done:
            if tag == "a":
                links -= 1
            if not inline:
                yield from line.take(kinds[-1])
                kinds.pop()
            if element is not root:
                line.add(element.tail, links > 0)
            continue
        if tag in ("br", "hr"):
            yield from line.take(kinds[-1])
            line.add(element.tail, links > 0)
            continue
        if tag == "table" and (rows := _rows(element)):
            yield from line.take(kinds[-1])
            yield from rows
            line.add(element.tail, links > 0)
            continue
        if tag == "a":
            links += 1
        if not inline:
            yield from line.take(kinds[-1])
            kinds.append(_KINDS.get(tag, kinds[-1]))
        line.add(element.text, links > 0)
        stack.append((element, True))
        stack.extend((child, False) for child in reversed(element) if isinstance(child.tag, str))
    yield from line.take("text")


def _rows(table: _Element) -> list[Block]:
    """The rows of a data table, cells joined; none for a table that only lays a page out."""
    rows = [[_cell(cell) for cell in row.iter("td", "th")] for row in table.iter("tr")]
    cells = [cell for row in rows for cell in row if cell]
    if not cells or table.find(".//table") is not None or max(map(len, rows)) < 2:
        return []
    if sum(map(len, cells)) / len(cells) > 120 or len(list(table.iter("p"))) > len(cells):
        return []
    blocks = []
    for element, row in zip(table.iter("tr"), rows, strict=True):
        if text := CELL_JOIN.join(cell for cell in row if cell):
            linked = sum(len(inner_text(a)) for a in element.iter("a"))
            blocks.append(Block(text, "row", min(1.0, linked / len(text))))
    caption = table.find("caption")
    return [Block(_cell(caption), "heading"), *blocks] if caption is not None and _cell(caption) else blocks


def _cell(element: _Element) -> str:
    return loose_text(element)

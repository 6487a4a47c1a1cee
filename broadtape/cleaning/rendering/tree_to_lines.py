"""From a pruned tree to lines: block by block, in document order."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.etree import _Element

from broadtape.cleaning.page.dom import is_inline
from broadtape.cleaning.rendering.blocks import Block, BlockKind
from broadtape.cleaning.rendering.line_breaks import Broken, joined
from broadtape.cleaning.rendering.tables import rows_of

__all__ = ["walk"]

_HEADING: BlockKind = "heading"
_KINDS: dict[str, BlockKind] = {"li": "item", "dt": "item", "dd": "item", "blockquote": "quote"}
_KINDS |= dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), _HEADING)
_COLUMNS = re.compile(r"\S {3,}\S|\t")


class _Lines:
    """The lines read so far, and the one being built: its text, and how much of it stands in links."""

    def __init__(self) -> None:
        self.done: list[Broken] = []
        self.kinds: list[BlockKind] = ["text"]
        self.links = 0
        self.preformatted = 0
        self.listing = False
        self._pieces: list[str] = []
        self._linked = 0

    def add(self, text: str | None) -> None:
        """Add text to the line; in preformatted text every line of it ends one."""
        if not text:
            return
        first, *others = text.split("\n") if self.preformatted else (text,)
        self._piece(first)
        for other in others:
            self.end(soft=True)
            self._piece(other)

    def _piece(self, text: str) -> None:
        self._pieces.append(text)
        if self.links:
            self._linked += len(text.strip())

    def end(self, *, soft: bool = False) -> None:
        """End the line; a `soft` end is a single break, two of them part paragraphs."""
        if not self._pieces and not (self.done and self.done[-1].soft):
            return  # most elements end no line: the one before did
        whole = "".join(self._pieces)
        text = " ".join(whole.split())
        linked = self._linked
        self._pieces, self._linked = [], 0
        if text:
            kind = self.kinds[-1]
            if self.preformatted and (self.listing or _COLUMNS.search(whole.strip())):
                kind, soft = "row", False
            self.done.append(Broken(Block(text, kind, min(1.0, linked / len(text))), soft))
        elif self.done and self.done[-1].soft:
            self.done[-1] = Broken(self.done[-1].block)


def walk(root: _Element) -> Iterator[Block]:
    """The lines of everything below `root`. Without recursion: depth is bounded by the parser alone."""
    lines = _Lines()
    stack: list[tuple[_Element, bool, bool]] = [(root, False, False)]
    while stack:
        element, done, inline = stack.pop()
        if done:
            _leave(element, lines, inline=inline)
            if element is not root:
                lines.add(element.tail)
        elif element.tag in ("br", "hr"):
            lines.end(soft=element.tag == "br")
            lines.add(element.tail)
        elif element.tag == "table" and (rows := rows_of(element)):
            lines.end()
            lines.done.extend(map(Broken, rows))
            lines.add(element.tail)
        else:
            inline = is_inline(element)
            _enter(element, lines, inline=inline)
            stack.append((element, True, inline))
            stack.extend((child, False, False) for child in reversed(element) if isinstance(child.tag, str))
    lines.end()
    yield from joined(lines.done)


def _enter(element: _Element, lines: _Lines, *, inline: bool) -> None:
    if not inline:
        lines.end()
        lines.kinds.append(_KINDS.get(element.tag, lines.kinds[-1]))
    if element.tag == "a":
        lines.links += 1
    elif element.tag == "pre":
        lines.preformatted += 1
        lines.listing = _is_listing(element)
    elif element.tag == "img" and inline and not (sign := element.get("alt") or "").isascii():
        lines.add(sign)
    lines.add(element.text)


def _is_listing(preformatted: _Element) -> bool:
    """Whether preformatted text is code: its lines mean something one by one."""
    return preformatted.find(".//code") is not None or next(preformatted.iterancestors("code"), None) is not None


def _leave(element: _Element, lines: _Lines, *, inline: bool) -> None:
    if element.tag == "a":
        lines.links -= 1
    elif element.tag == "pre":
        lines.end()
        lines.preformatted -= 1
    if not inline:
        lines.end()
        lines.kinds.pop()

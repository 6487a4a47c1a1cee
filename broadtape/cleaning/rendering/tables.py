"""A data table as rows: each keeps its columns, so that a figure stays under its heading."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.etree import _Element

from broadtape.cleaning.page.dom import INLINE, inner_text, loose_text
from broadtape.cleaning.rendering.blocks import CELL_JOIN, Block

__all__ = ["rows_of"]

_CELL = 120
"""Characters of a cell on average: with more, the table lays out a page and holds no data."""
_WIDEST = 200
"""Columns read at the most: `colspan` is a number that a page may choose freely."""
_OPENS = re.compile(r"(?:[$€£¥₹]|[A-Z]{2,3}\$?)?\s*[(+−–-]?")
_CLOSES = re.compile(r"\)?\s*[%‰]?\s*\)?")

_Row = list[tuple[str, bool]]
"""Cells from left to right, each with whether it spans others; what it spans is empty."""


def rows_of(table: _Element) -> list[Block]:
    """The rows of a data table, cells joined; none for a table that only lays a page out."""
    elements = list(table.iter("tr"))
    cells = [list(row.iter("td", "th")) for row in elements]
    texts = [[_text(cell) for cell in row] for row in cells]
    filled = [text for row in texts for text in row if text]
    if not filled or max(map(len, cells)) < 2 or table.find(".//table") is not None:
        return []
    if sum(map(len, filled)) / len(filled) > _CELL or sum(1 for _ in table.iter("p")) > len(filled):
        return []
    blocks = []
    caption = table.find("caption")
    if caption is not None and (title := loose_text(caption)):
        blocks.append(Block(title, "heading"))
    for element, row in zip(elements, _joined(_grid(_in_columns(cells, texts))), strict=True):
        if text := _line(row):
            linked = sum(len(inner_text(a)) for a in element.iter("a"))
            blocks.append(Block(text, "row", min(1.0, linked / len(text))))
    return blocks


def _text(cell: _Element) -> str:
    """The text of a cell: what stands inside a sentence is joined as it stands, paragraphs and lines by a space."""
    if all(child.tag in INLINE for child in cell.iterdescendants()):
        return inner_text(cell)
    pieces: list[str] = []
    for element, event in _visits(cell):
        if element.tag not in INLINE and element is not cell:
            pieces.append(" ")
        pieces.append((element.text if event == "start" else element.tail if element is not cell else None) or "")
    return " ".join("".join(pieces).split())


def _visits(cell: _Element) -> Iterator[tuple[_Element, str]]:
    stack = [(cell, "end"), (cell, "start")]
    while stack:
        element, event = stack.pop()
        yield element, event
        if event == "start":
            for child in reversed(element):
                stack += [(child, "end"), (child, "start")]


def _in_columns(cells: list[list[_Element]], texts: list[list[str]]) -> list[list[tuple[_Element, str]]]:
    """Each row's cells with their texts, as many as in the first row where signs have cells of their own: some pages
    give their headings no span."""
    width = len(texts[0])
    whole = [_with_signs(row) if len(row) > width else row for row in texts]
    told = [own if len(own) == width else row for row, own in zip(texts, whole, strict=True)]
    return [list(zip(row, own, strict=False)) for row, own in zip(cells, told, strict=True)]


def _with_signs(row: list[str]) -> list[str]:
    """A row whose signs stand with the figures that they belong to."""
    whole: list[str] = []
    opened = False
    for text in row:
        if opened or (whole and text and _CLOSES.fullmatch(text)):
            whole[-1] += text
        else:
            whole.append(text)
        opened = bool(text) and not text.isalpha() and _OPENS.fullmatch(text) is not None
    return whole


def _grid(rows: list[list[tuple[_Element, str]]]) -> list[_Row]:
    """The cells at their columns: those that a cell spans, to its right or below it, are empty."""
    grid: list[_Row] = []
    below: dict[int, int] = {}
    for row in rows:
        placed: _Row = []
        for cell, text in row:
            while below.get(len(placed), 0) > 0:
                below[len(placed)] -= 1
                placed.append(("", True))
            wide, high = _span(cell, "colspan"), _span(cell, "rowspan")
            for at in range(min(wide, _WIDEST - len(placed))):
                if high > 1:
                    below[len(placed)] = high - 1
                placed.append(("" if at else text, wide > 1))
        grid.append(placed)
    return grid


def _span(cell: _Element, name: str) -> int:
    value = (cell.get(name) or "").strip()
    return max(1, min(int(value), _WIDEST)) if value.isdecimal() and len(value) < 5 else 1


def _joined(grid: list[_Row]) -> list[list[str]]:
    """The grid without columns that only keep a distance; columns of signs, as filings set them, join the figures."""
    width = max(map(len, grid))
    rows = [[*row, *[("", True)] * (width - len(row))] for row in grid]
    columns = [[row[at] for row in rows] for at in range(width)]
    kept: list[list[str]] = []
    opening: list[str] | None = None
    for column in columns:
        texts = [text for text, _spans in column]
        own = [text for text, spans in column if text and not spans]
        if opening is not None:
            texts = [before + text for before, text in zip(opening, texts, strict=True)]
            opening = None
        if not any(texts):
            continue
        if own and all(_OPENS.fullmatch(text) for text in own) and not any(text.isalpha() for text in own):
            opening = texts
        elif kept and own and all(_CLOSES.fullmatch(text) for text in own):
            kept[-1] = [before + text for before, text in zip(kept[-1], texts, strict=True)]
        else:
            kept.append(texts)
    if opening is not None:
        kept.append(opening)
    return [list(row) for row in zip(*kept, strict=True)]


def _line(row: list[str]) -> str:
    """A row as a line. What stands alone over the whole width is a label, without columns."""
    if not any(row):
        return ""
    if row[0] and not any(row[1:]):
        return row[0]
    return " ".join(CELL_JOIN.join(row).split())

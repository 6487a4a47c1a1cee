"""A story's text as it is set: paragraphs, and the rows of its tables put together again."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

__all__ = ["Table", "set_out"]

_CELL = " | "
"""Between the cells of a row, which the text keeps as one paragraph."""
_MOST_CELLS = 20


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of equally many cells."""

    rows: tuple[tuple[str, ...], ...]


def set_out(paragraphs: Iterable[str]) -> Iterator[str | Table]:
    """The paragraphs in their order, those that are the rows of one table as that table."""
    for is_row, group in itertools.groupby(paragraphs, key=lambda text: _CELL in text):
        lines = list(group)
        table = _table([tuple(line.split(_CELL)) for line in lines]) if is_row and len(lines) > 1 else None
        yield from lines if table is None else [table]


def _table(rows: Sequence[tuple[str, ...]]) -> Table | None:
    """These rows as a table; None where they do not have equally many cells. A heading may lack the corner."""
    head, *body = rows
    width = len(body[0])
    if width > _MOST_CELLS or any(len(row) != width for row in body) or len(head) not in (width, width - 1):
        return None
    return Table((("",) * (width - len(head)) + head, *body))

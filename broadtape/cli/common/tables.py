"""Tables that read at any width: whole lines in a pipe, and on a narrow terminal what is long told below its row."""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from broadtape.cli.common.terminal_text import console, one_line

__all__ = ["print_table"]

_EMPTY = {"", "–"}

Row = Sequence[str]


def print_table(
    headings: Row,
    rows: Sequence[Row],
    *,
    numbers: Collection[int] = (),
    below: int = 0,
    styles: Sequence[str] = (),
) -> None:
    """One line for each row. `numbers` are columns set to the right, `styles` one for each row, where there are any.

    Where a terminal is too narrow, the last `below` columns are told under each row, by words and never cut.
    """
    out = console()
    clean = [[one_line(cell) for cell in row] for row in rows]
    each = list(styles) or [""] * len(clean)
    whole = _table(headings, clean, numbers, each)
    if not below or not sys.stdout.isatty() or _width(out, whole) <= out.width:
        out.print(whole)
        return
    kept = len(headings) - below
    widths = [max(len(row[at]) for row in (headings, *clean)) for at in range(kept)]
    out.print(Text(_line(headings, widths, numbers), style="bold"))
    for row, style in zip(clean, each, strict=True):
        out.print(Text(_line(row, widths, numbers), style=style))
        for heading, text in zip(headings[kept:], row[kept:], strict=True):
            if text not in _EMPTY:
                out.print(Padding(Text(f"{heading}: {text}", style=style), (0, 0, 0, 4)))


def _table(headings: Row, rows: Sequence[Row], numbers: Collection[int], styles: Sequence[str]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for at, heading in enumerate(headings):
        table.add_column(heading, justify="right" if at in numbers else "left", overflow="fold")
    for row, style in zip(rows, styles, strict=True):
        table.add_row(*map(Text, row), style=style)
    return table


def _width(out: Console, table: Table) -> int:
    return out.measure(table, options=out.options.update(width=10_000)).maximum


def _line(row: Row, widths: Sequence[int], numbers: Collection[int]) -> str:
    """The first columns of a row, each as wide as it must be."""
    placed = enumerate(zip(row, widths, strict=False))  # those told below have no width
    return "  ".join(cell.rjust(wide) if at in numbers else cell.ljust(wide) for at, (cell, wide) in placed).rstrip()

"""Tables that read at any width: whole lines in a pipe, and on a narrow terminal what is long told below its row."""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from broadtape.cli.common.sentences import broken
from broadtape.cli.common.terminal_text import console, one_line

__all__ = ["print_table"]

_EMPTY = {"", "–"}
_GAP = "  "
_INDENT = 4

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

    Where a terminal is too narrow, the last `below` columns, and as many before them as must be, are told under each
    row, by words and never cut.
    """
    out = console()
    table = [[one_line(cell) for cell in row] for row in (headings, *rows)]
    widths = [max(map(cell_len, column)) for column in zip(*table, strict=True)]
    kept = len(headings)
    if sys.stdout.isatty() and _width(widths) > out.width:
        kept -= below
        while kept and _width(widths[:kept]) > out.width:
            kept -= 1
    for at, (row, style) in enumerate(zip(table, ["bold", *(styles or [""] * len(rows))], strict=True)):
        if kept:
            out.print(Text(_line(row[:kept], widths, numbers), style=style), soft_wrap=True)
        if at:
            told = list(zip(table[0], row, strict=True))[kept:]
            _print_below(out, told, style, _INDENT if kept else 0)


def _print_below(out: Console, told: Sequence[tuple[str, str]], style: str, indent: int) -> None:
    """What is told under a row, short things beside each other; under no row, with an empty line behind it."""
    lines: list[str] = []
    for heading, text in told:
        if text in _EMPTY:
            continue
        one = f"{' ' * indent}{heading}: {text}"
        joined = f"{lines[-1]} · {one.lstrip()}" if lines else one
        if lines and cell_len(joined) <= out.width:
            lines[-1] = joined
        else:
            lines.append(one)
    for line in lines:
        out.print(Text(broken(line, out.width), style=style), soft_wrap=True)
    if told and not indent:
        out.print()


def _width(widths: Sequence[int]) -> int:
    return sum(widths) + len(_GAP) * (len(widths) - 1)


def _line(row: Row, widths: Sequence[int], numbers: Collection[int]) -> str:
    """A row's first columns, each as wide as it must be."""
    cells = []
    for at, cell in enumerate(row):
        room = " " * (widths[at] - cell_len(cell))
        cells.append(room + cell if at in numbers else cell + room)
    return _GAP.join(cells).rstrip()

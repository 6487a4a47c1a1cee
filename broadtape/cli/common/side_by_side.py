"""Two texts side by side on a terminal, what they share on one row."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from rich.table import Table
from rich.text import Text

from broadtape.cli.common.terminal_text import printable

__all__ = ["aligned", "beside"]


def beside(left: tuple[str, Sequence[str]], right: tuple[str, Sequence[str]], *, wide: bool) -> Table:
    """Two texts, each a heading and paragraphs: what only the left one has in green, what only the right in red.

    `wide`: over the whole width of the terminal.
    """
    table = Table(box=None, padding=(0, 2, 1, 0), header_style="dim", expand=wide)
    for name, paragraphs in (left, right):
        words = sum(len(paragraph.split()) for paragraph in paragraphs)
        table.add_column(f"{name}, {words} words", ratio=1, overflow="fold")
    for ours, theirs in aligned(left[1], right[1]):
        style = ("green", "red") if None in (ours, theirs) else ("dim", "dim") if ours == theirs else ("", "")
        table.add_row(Text(printable(ours or ""), style[0]), Text(printable(theirs or ""), style[1]))
    return table


def aligned(ours: Sequence[str], theirs: Sequence[str]) -> Iterator[tuple[str | None, str | None]]:
    """Paragraphs side by side, equal ones on one row; None where the other has none."""
    for kind, a, b, c, d in difflib.SequenceMatcher(a=ours, b=theirs, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from zip(ours[a:b], theirs[c:d], strict=True)
        else:
            yield from ((left, None) for left in ours[a:b])
            yield from ((None, right) for right in theirs[c:d])

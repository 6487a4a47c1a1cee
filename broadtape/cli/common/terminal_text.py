"""Text from the web on a terminal: nothing in it may move the cursor, recolour the screen or reverse a line."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["console", "one_line", "printable"]

_PIPE_WIDTH = 10_000

# C0 and C1 controls but for tab and newline, the bidirectional overrides and isolates, and lone surrogates.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    """`text` with control characters and direction overrides written out, such as `\\x1b`."""
    return _UNSAFE.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def one_line(text: str) -> str:
    """`text` made printable, on one line."""
    return " ".join(printable(text).split())


def console() -> Console:
    """Where tables and styled text go: standard output, in its own width and colours, or wide and plain in a pipe.

    A reader that has left raises BrokenPipeError, as from any other output.
    """
    from rich.console import Console

    class Out(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    plain = not sys.stdout.isatty()
    # Nothing is cut short for a pipe: what reads it has no edge.
    return Out(width=_PIPE_WIDTH if plain else None, highlight=False, markup=False, emoji=False, soft_wrap=False)

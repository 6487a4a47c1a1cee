"""Text from the web on a terminal: nothing in it may move the cursor, recolour the screen or reverse a line."""

from __future__ import annotations

import re

__all__ = ["one_line", "printable"]

# C0 and C1 controls but for tab and newline, the bidirectional overrides and isolates, and lone surrogates.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    """`text` with control characters and direction overrides written out, such as `\\x1b`."""
    return _UNSAFE.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def one_line(text: str) -> str:
    """`text` made printable, on one line."""
    return " ".join(printable(text).split())

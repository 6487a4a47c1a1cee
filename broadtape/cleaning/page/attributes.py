"""Tags with so many attributes that libxml2, which compares each of them with every other, takes seconds over one."""

from __future__ import annotations

import re

__all__ = ["has_crowded_tag"]

_MOST_COMPARED = 2_000**2
"""Comparisons on a page, which is read several times."""
_LONG_TAG = 4_000
_BETWEEN = (b" ", b"\n", b"\t", b"\r", b"\f", b"/", b'"', b"'")
_TAG_START = re.compile(rb"<[a-zA-Z]")
_QUOTED = re.compile(rb"""=\s{0,9}(?:"[^"]*"|'[^']*')""")
_SCRIPT = re.compile(rb"(?s)<script\b.*?(?:</script|\Z)", re.IGNORECASE)


def has_crowded_tag(data: bytes) -> bool:
    """Whether reading the page would take seconds for its attributes alone."""
    # Scripts compare by `<`, too, and are left out only where they might be to blame.
    return _compared(data) > _MOST_COMPARED < _compared(_SCRIPT.sub(b"", data))


def _compared(data: bytes) -> int:
    """Upper bound of the comparisons that libxml2 makes."""
    cost = at = 0
    while 0 <= at < len(data) - _LONG_TAG:
        end = data.rfind(b">", at, at + _LONG_TAG)
        if end < 0:  # no tag ends here: a long one, or a long text
            end = data.find(b">", at + _LONG_TAG)
            piece = data[at : end if end >= 0 else len(data)]
            if start := _TAG_START.search(piece):
                named = _QUOTED.sub(b" ", piece[start.start() :])
                cost += sum(map(named.count, _BETWEEN)) ** 2
        at = end + 1 if end >= 0 else -1
    return cost

"""Which statuses come with the page itself.

A browser shows its reader whatever comes with a 2xx, and RFC 9110 (15) has an unknown one treated as a 200: what is no
story among it, such as the challenges that some firewalls send with a 202, is told by the page, not by its number.
"""

from __future__ import annotations

import re

__all__ = ["carries_page"]

_WITHOUT = frozenset({204, 205, 207, 208})
"""No content, and WebDAV's lists of other answers."""
_PARTIAL = 206
_RANGE = re.compile(r"bytes\s{1,9}0-(\d{1,18})/(\d{1,18})", re.IGNORECASE)


def carries_page(status: int, content_range: str | None = None) -> bool:
    """Whether an answer brings all of what was asked for; a 206 does only where its `Content-Range` says so."""
    if status == _PARTIAL:
        stated = _RANGE.fullmatch((content_range or "").strip())
        return stated is not None and int(stated[1]) + 1 == int(stated[2])
    return 200 <= status < 300 and status not in _WITHOUT

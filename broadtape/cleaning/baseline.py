"""What trafilatura alone makes of a page: the measure that our cleaning is held against."""

from __future__ import annotations

import trafilatura

from broadtape.cleaning.decode import decode

__all__ = ["baseline"]


def baseline(html: bytes | str, url: str | None = None) -> list[str]:
    """trafilatura's paragraphs with its default settings, comments left out; none where it finds no story."""
    page = html if isinstance(html, str) else decode(html)
    # `deduplicate` stays off: it remembers what earlier pages of the process held.
    text = trafilatura.extract(page, url=url, include_comments=False, deduplicate=False)
    return [line for line in (text or "").splitlines() if line.strip()]

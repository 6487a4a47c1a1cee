"""The little markup that stories are written in: `**bold**`, `*italic*` and `[text](address)`."""

from __future__ import annotations

import re
from html import escape

from markupsafe import Markup

__all__ = ["marked_up", "plain"]

_BOLD = re.compile(r"\*\*(.+?)\*\*")
_ITALIC = re.compile(r"(?<!\*)\*([^*]+)\*(?!\*)")
_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
_TICKER = re.compile(r"\((NYSE|NASDAQ|LSE|XETRA|TSX): ([A-Z0-9.]+)\)")


def plain(text: str) -> str:
    """What a reader sees of `text`."""
    return _ITALIC.sub(r"\1", _BOLD.sub(r"\1", _LINK.sub(r"\1", text)))


def marked_up(text: str, *, quote_links: bool = False) -> Markup:
    """`text` as HTML; with `quote_links`, a ticker in brackets links to the outlet's quote page."""
    html = escape(text, quote=False)
    html = _LINK.sub(r'<a href="\2">\1</a>', html)
    html = _ITALIC.sub(r"<em>\1</em>", _BOLD.sub(r"<strong>\1</strong>", html))
    if quote_links:
        html = _TICKER.sub(r'(\1: <a class="ticker" href="/quote/\2">\2</a>)', html)
    return Markup(html)

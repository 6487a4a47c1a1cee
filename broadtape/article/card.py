"""A story where Python shows it by itself: as one line on a console, as a card in a notebook."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from broadtape.text.visible import plain, visible, web_address

__all__ = ["card", "line", "shown"]

_TITLE, _OPENING = 80, 400
"""Characters of a headline on a line, and of a text in a card."""
_STYLE = "border-left:3px solid #888;padding:.2em 0 .2em .9em;max-width:44em"
_DIM = "opacity:.7;font-size:.9em"


def line(kind: str, title: str, facts: Iterable[str]) -> str:
    """`<Article 'Widget raises outlook', ledger, 2026-03-01 12:00 UTC>`."""
    headline = plain(title)
    headline = headline if len(headline) <= _TITLE else headline[: _TITLE - 1] + "…"
    return f"<{kind} {', '.join([repr(headline), *map(plain, facts)])}>"


def card(title: str, url: str, facts: Iterable[str], text: str) -> str:
    """Headline, facts and opening as HTML; what the page wrote is escaped and can load nothing."""
    headline = f"<strong>{shown(title)}</strong>"
    if address := web_address(url):
        headline = f'<a href="{escape(address)}" rel="noreferrer noopener">{headline}</a>'
    opening = text if len(text) <= _OPENING else text[:_OPENING].rsplit(None, 1)[0] + " …"
    paragraphs = "".join(f"<p dir='auto'>{shown(each)}</p>" for each in opening.split("\n\n") if each)
    about = " · ".join(map(shown, facts))
    return f'<div style="{_STYLE}"><div dir="auto">{headline}</div><div style="{_DIM}">{about}</div>{paragraphs}</div>'


def shown(text: str) -> str:
    """`text` as HTML that shows it, what cannot be seen written out."""
    return f"<bdi>{escape(visible(text))}</bdi>"

"""What the web wrote, fit to be shown: escaping is the templates' work, what escaping cannot help is done here."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from broadtape.article import PublishedPrecision

__all__ = ["day", "moment", "name_of_ticker", "number", "plain", "plural", "visible", "web_address"]

# C0 and C1 controls but for tab and newline, and what turns the direction of the text behind it. Marks of direction and
# joiners stay: scripts need them, and every text is shown in an element that keeps its direction to itself.
_HARMFUL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_SPACES = re.compile(r"[\s\x00-\x1f\x7f]")


def visible(text: str) -> str:
    """`text` with control characters and direction overrides written out, such as `\\u202e`."""
    return _HARMFUL.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def plain(text: str) -> str:
    """`text` on one line and without what cannot be seen: for a window's title or a file's name."""
    return " ".join(_INVISIBLE.sub("", _HARMFUL.sub(" ", text)).split())


def web_address(url: str | None) -> str | None:
    """`url` where it may become a link: http or https, with a host; else None."""
    if not url or _SPACES.search(url) or _HARMFUL.search(url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None


def day(value: date) -> str:
    """`18 November 2026`."""
    return f"{value.day} {value:%B %Y}"


def moment(value: datetime, precision: PublishedPrecision | None = "minute") -> str:
    """`18 November 2026, 13:14 UTC`, as exact as `precision` says."""
    if precision == "day":
        return day(value)
    return f"{day(value)}, {value:{'%H:%M:%S' if precision == 'second' else '%H:%M'}} UTC"


def number(value: int) -> str:
    """`12,345`."""
    return f"{value:,}"


def plural(count: int, noun: str, several: str | None = None) -> str:
    """`1 story`, `12,345 stories`."""
    return f"{count:,} {noun if count == 1 else several or noun + 's'}"


def name_of_ticker(ticker: Any) -> str:
    """`NASDAQ:AAPL`, or the symbol alone where the page gave no exchange; of a `Ticker` or a row's own."""
    exchange, symbol = (
        (ticker["exchange"], ticker["symbol"]) if isinstance(ticker, dict) else (ticker.exchange, ticker.symbol)
    )
    return f"{exchange}:{symbol}" if exchange else str(symbol)

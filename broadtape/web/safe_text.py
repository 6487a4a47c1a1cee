"""What the web wrote, fit to be shown: escaping is the templates' work, what escaping cannot help is done here."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from broadtape.article import PublishedPrecision
from broadtape.article.time_to_go_by import DatedBy, time_to_go_by
from broadtape.text.visible import plain, visible, web_address

__all__ = ["dated", "day", "moment", "name_of_ticker", "number", "plain", "plural", "span", "visible", "web_address"]


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


def span(value: timedelta) -> str:
    """`40 seconds`, `12 minutes`, `3 hours`, `11 days`: as exact as a reader needs it."""
    seconds = int(value.total_seconds())
    for size, noun in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= 2 * size:
            return plural(seconds // size, noun)
    return plural(seconds, "second")


def dated(story: Any) -> tuple[datetime, DatedBy] | None:
    """The time that a story goes by, and what that rests on; of an `Article` or a list's own row."""
    told = story.get if isinstance(story, dict) else lambda name: getattr(story, name)
    return time_to_go_by(*(told(name) for name in ("published_at", "first_listed_at", "fetched_at")))


def name_of_ticker(ticker: Any) -> str:
    """`NASDAQ:AAPL`, or the symbol alone where the page gave no exchange; of a `Ticker` or a row's own."""
    exchange, symbol = (
        (ticker["exchange"], ticker["symbol"]) if isinstance(ticker, dict) else (ticker.exchange, ticker.symbol)
    )
    return f"{exchange}:{symbol}" if exchange else str(symbol)

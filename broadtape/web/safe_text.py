"""What the web wrote, fit to be shown: escaping is the templates' work, what escaping cannot help is done here."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from broadtape.article import PublishedPrecision
from broadtape.visible_text import plain, visible, web_address

__all__ = ["day", "moment", "name_of_ticker", "number", "plain", "plural", "visible", "web_address"]


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

"""News as marks on a line: stories per day, on the closing prices where there are any, else on a straight line."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

__all__ = ["HEIGHT", "WIDTH", "Mark", "Timeline", "timeline_of"]

WIDTH, HEIGHT = 720, 150
_EDGE = 16
"""Free on every side, so that no mark is cut."""
_SMALLEST, _LARGEST = 6.0, 15.0


@dataclass(frozen=True, slots=True)
class Mark:
    """A day's news: a circle, its words, and where it leads."""

    x: float
    y: float
    radius: float
    label: str
    link: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """A picture of `WIDTH` × `HEIGHT`."""

    first: date
    last: date
    line: str
    """Points of the line, as SVG has them."""
    marks: tuple[Mark, ...]
    low: float | None
    high: float | None
    """The least and the greatest price that is drawn; None where there are none."""


def timeline_of(
    news: Mapping[date, int], closes: Mapping[date, float], last: date, days: int, link: Callable[[date], str]
) -> Timeline:
    """The `days` that end with `last`; of both mappings, what lies outside is left out."""
    first = last - timedelta(days=days - 1)
    prices = sorted((day, close) for day, close in closes.items() if first <= day <= last)
    low, high = min((close for _, close in prices), default=0.0), max((close for _, close in prices), default=0.0)

    def x(day: date) -> float:
        return round(_EDGE + (day - first).days / max(days - 1, 1) * (WIDTH - 2 * _EDGE), 1)

    def y(close: float | None) -> float:
        share = 0.5 if close is None or high == low else (close - low) / (high - low)
        return round(HEIGHT - _EDGE - share * (HEIGHT - 2 * _EDGE), 1)

    at = [day for day, _ in prices]
    marks = []
    for day, count in sorted(news.items()):
        if first <= day <= last and count > 0:
            place = bisect_right(at, day) - 1
            close = prices[max(place, 0)][1] if prices else None
            radius = round(min(_SMALLEST + 2 * math.sqrt(count - 1), _LARGEST), 1)
            marks.append(Mark(x(day), y(close), radius, _words(day, count, closes.get(day)), link(day)))
    points = [(x(day), y(close)) for day, close in prices] or [(x(first), y(None)), (x(last), y(None))]
    line = " ".join(f"{left},{top}" for left, top in points)
    return Timeline(first, last, line, tuple(marks), low if prices else None, high if prices else None)


def _words(day: date, count: int, close: float | None) -> str:
    told = f"{day.day} {day:%B %Y}: {count:,} {'story' if count == 1 else 'stories'}"
    return told if close is None else f"{told}, close {close:,.2f}"

"""Hits over time as bars that lead on: counts per day in, bars of days, months or years out."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

__all__ = ["Bin", "Histogram", "histogram_of"]

Unit = Literal["day", "month", "year"]

_MOST = 62
"""Bars: two months of days, five years of months."""
_SPREAD = 400
"""Years at the most: one date that is far off must not make a bar for each year until then."""


@dataclass(frozen=True, slots=True)
class Bin:
    """A bar in a picture 100 high: from its `first` day to its `last`."""

    first: date
    last: date
    count: int
    y: float
    height: float
    name: str
    link: str

    @property
    def label(self) -> str:
        """The bar in words."""
        return f"{self.name}: {self.count:,} {'story' if self.count == 1 else 'stories'}"


@dataclass(frozen=True, slots=True)
class Histogram:
    """Bars without a break from the first day with a hit to the last one."""

    unit: Unit
    bins: tuple[Bin, ...]
    most: int
    """What the highest bar stands for."""


def histogram_of(days: Sequence[tuple[date, int]], link: Callable[[date, date], str]) -> Histogram | None:
    """The bars of these days, in their order; `link` gives where one leads. None where there is no day."""
    if not days:
        return None
    first, last = days[0][0], days[-1][0]
    unit = _unit(first, last)
    counts: Counter[date] = Counter()
    for day, count in days:
        counts[_start(day, unit)] += count
    most = max(counts.values())
    starts = itertools.takewhile(lambda each: each <= last, _starts(_start(first, unit), unit))
    return Histogram(unit, tuple(_bin(start, unit, counts[start], most, link) for start in starts), most)


def _unit(first: date, last: date) -> Unit:
    if (last - first).days < _MOST:
        return "day"
    return "month" if (last.year - first.year) * 12 + last.month - first.month < _MOST else "year"


def _start(day: date, unit: Unit) -> date:
    return day if unit == "day" else day.replace(day=1) if unit == "month" else day.replace(month=1, day=1)


def _starts(start: date, unit: Unit) -> Sequence[date]:
    """So many beginnings of days, months or years from `start` on as may be asked for."""
    if unit == "day":
        return [start + timedelta(days=n) for n in range(min(_MOST, (date.max - start).days))]
    if unit == "month":
        months = [start.year * 12 + start.month - 1 + n for n in range(_MOST)]
        return [date(each // 12, each % 12 + 1, 1) for each in months if each // 12 <= date.max.year]
    return [date(year, 1, 1) for year in range(start.year, min(start.year + _SPREAD, date.max.year))]


def _bin(start: date, unit: Unit, count: int, most: int, link: Callable[[date, date], str]) -> Bin:
    last = start
    if unit == "month":
        last = (start.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    elif unit == "year":
        last = date(start.year, 12, 31)
    height = round(100 * count / most, 2)
    name = {"day": f"{start.day} {start:%b %Y}", "month": f"{start:%B %Y}", "year": str(start.year)}[unit]
    return Bin(start, last, count, round(100 - height, 2), height, name, link(start, last))

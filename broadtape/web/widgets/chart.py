"""Articles per day as a chart: numbers in, places of rectangles out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

__all__ = ["Bar", "Chart", "Series", "daily_chart"]

_OUTLETS = 6
"""Outlets with a colour of their own; the others share one."""
HEIGHT = 100
_GAP = 0.22
"""Of a day's width, left free."""


@dataclass(frozen=True, slots=True)
class Series:
    """One outlet, or all others together."""

    name: str | None
    """None for the others."""
    colour: int
    """1 to 7."""
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """Articles in all days."""
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle in a picture of `len(days)` × `HEIGHT`."""

    x: float
    y: float
    width: float
    height: float
    colour: int
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Stacked bars, one stack a day."""

    days: tuple[date, ...]
    series: tuple[Series, ...]
    bars: tuple[Bar, ...]
    top: int
    """Articles at the upper edge."""

    @property
    def total(self) -> int:
        """All articles of all days."""
        return sum(series.total for series in self.series)

    def table(self) -> list[tuple[date, list[int]]]:
        """Each day with stories, and its stories of each series."""
        rows = [(day, [each.counts[n] for each in self.series]) for n, day in enumerate(self.days)]
        return [(day, counts) for day, counts in rows if any(counts)]


def daily_chart(coverage: pl.DataFrame, last: date, days: int, titles: Mapping[str, str]) -> Chart:
    """`coverage` as `Corpus.coverage` gives it, over the `days` that end with `last`."""
    every = tuple(last - timedelta(days=n) for n in reversed(range(days)))
    counted = {site: dict.fromkeys(every, 0) for site in coverage["site"].unique().sort()}
    for site, at, articles in coverage.select("site", "date", "articles").iter_rows():
        if at in counted[site]:
            counted[site][at] = articles
    series = _series({site: tuple(days.values()) for site, days in counted.items() if any(days.values())})
    totals = [sum(each.counts[n] for each in series) for n in range(days)]
    top = _round_up(max(totals, default=0))
    return Chart(every, series, tuple(_bars(every, series, top, titles)), top)


def _series(counts: Mapping[str, tuple[int, ...]]) -> tuple[Series, ...]:
    largest = sorted(counts, key=lambda site: (-sum(counts[site]), site))
    named = largest if len(largest) <= _OUTLETS + 1 else largest[:_OUTLETS]
    found = [Series(site, colour, counts[site]) for colour, site in enumerate(named, start=1)]
    if others := largest[len(named) :]:
        summed = tuple(map(sum, zip(*(counts[site] for site in others), strict=True)))
        found.append(Series(None, _OUTLETS + 1, summed))
    return tuple(found)


def _bars(days: Sequence[date], series: Sequence[Series], top: int, titles: Mapping[str, str]) -> list[Bar]:
    bars = []
    for place, at in enumerate(days):
        base = float(HEIGHT)
        for each in series:
            count = each.counts[place]
            if count:
                height = count / top * HEIGHT
                base -= height
                name = titles.get(each.name, each.name) if each.name else "Others"
                label = f"{name}, {at.day} {at:%B %Y}: {count:,}"
                bars.append(Bar(place + _GAP / 2, round(base, 3), 1 - _GAP, round(height, 3), each.colour, label))
    return bars


def _round_up(value: int) -> int:
    """The next round number whose half is whole, too: 2, 4, 6, 8, 10, 12, 16, 20, 40, 60, …"""
    scale = 1
    while value > 16 * scale:
        scale *= 10
    return next(step * scale for step in (2, 4, 6, 8, 10, 12, 16) if value <= step * scale)

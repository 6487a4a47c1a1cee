"""An outlet's days, month by month: how many stories, or why none."""

from __future__ import annotations

import calendar
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import polars as pl

__all__ = ["Day", "Month", "months_of"]

Kind = Literal["news", "quiet", "failed", "unseen", "outside"]


@dataclass(frozen=True, slots=True)
class Day:
    """One day. `outside`: before the outlet was first looked at, or not over yet."""

    date: date
    kind: Kind
    articles: int
    shade: int
    """1 to 4 where there is news, else 0."""

    @property
    def label(self) -> str:
        """The day in words."""
        told = {
            "quiet": "looked at, nothing new",
            "failed": "every look failed",
            "unseen": "not looked at",
            "outside": "before the first look, or not over yet",
        }
        count = f"{self.articles:,} {'story' if self.articles == 1 else 'stories'}"
        return f"{self.date.day} {self.date:%B}: {told.get(self.kind, count)}"


@dataclass(frozen=True, slots=True)
class Month:
    """A month as weeks from Monday to Sunday, with None for the neighbours' days."""

    first: date
    weeks: tuple[tuple[Day | None, ...], ...]

    @property
    def articles(self) -> int:
        """Stories in it."""
        return sum(day.articles for week in self.weeks for day in week if day)


def months_of(
    coverage: pl.DataFrame, last: date, count: int, failed: Collection[date] = (), *, today: date
) -> list[Month]:
    """The `count` months that end with that of `last`, of one outlet's `coverage`, none before its first day.

    On the days in `failed`, every look at the outlet was in vain. A day counts as not looked at only where the list of
    gaps has it, too: after the first look, and once it is over, so not on `today`.
    """
    days = {at: (articles, polls) for at, articles, polls in coverage.select("date", "articles", "polls").iter_rows()}
    first = min(days, default=last)
    most = max((articles for articles, _ in days.values()), default=0)
    looked = min((at for at, (_, polls) in days.items() if polls), default=date.max)
    yesterday = today - timedelta(days=1)
    months = [_month(year, month, days, failed, (looked, yesterday), most) for year, month in _back_from(last, count)]
    return [month for month in reversed(months) if (month.first.year, month.first.month) >= (first.year, first.month)]


def _back_from(last: date, count: int) -> Iterator[tuple[int, int]]:
    year, month = last.year, last.month
    for _ in range(count):
        yield year, month
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)


def _month(
    year: int,
    month: int,
    days: dict[date, tuple[int, int]],
    failed: Collection[date],
    span: tuple[date, date],
    most: int,
) -> Month:
    def told(number: int) -> Day | None:
        if not number:
            return None
        at = date(year, month, number)
        articles, polls = days.get(at, (0, 0))
        if articles:
            return Day(at, "news", articles, 1 + min(3, 4 * (articles - 1) // most))
        if polls:
            return Day(at, "failed" if at in failed else "quiet", 0, 0)
        return Day(at, "unseen" if span[0] <= at <= span[1] else "outside", 0, 0)

    weeks = calendar.Calendar().monthdayscalendar(year, month)
    return Month(date(year, month, 1), tuple(tuple(told(number) for number in week) for week in weeks))

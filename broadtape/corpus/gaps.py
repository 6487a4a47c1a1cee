"""Days without an article of an outlet, and whether anybody looked."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from operator import itemgetter
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Gap", "find_gaps"]

Kind = Literal["quiet", "unseen"]


@dataclass(frozen=True, slots=True)
class Gap:
    """Days in a row, both ends included, without an article of an outlet.

    `quiet`: its feeds were looked at on each of them; `unseen`: they were not.
    """

    site: str
    kind: Kind
    first: date
    last: date
    days: int


def find_gaps(coverage: pl.DataFrame, sites: Iterable[str], since: date | None, end: date) -> Iterator[Gap]:
    """The gaps of each outlet from `since`, else from its first poll, up to the day before `end`."""
    for site in sites:
        days = coverage.filter(coverage["site"] == site)
        kinds: dict[date, Kind | None] = {day: _kind(articles, polls) for _, day, articles, polls in days.iter_rows()}
        start = since or days.filter(days["polls"] > 0)["date"].min()
        if not isinstance(start, date):  # never polled
            continue
        every = [start + timedelta(days=n) for n in range((end - start).days)]
        told = [(kinds.get(day, "unseen"), day) for day in every]
        for kind, run in itertools.groupby(told, key=itemgetter(0)):
            held = [day for _, day in run]
            if kind is not None:
                yield Gap(site, kind, held[0], held[-1], len(held))


def _kind(articles: int, polls: int) -> Kind | None:
    if articles:
        return None
    return "quiet" if polls else "unseen"

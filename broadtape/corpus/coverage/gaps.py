"""Days without an article of an outlet, and whether anybody looked."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from operator import itemgetter
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Gap", "Kind", "find_gaps"]

Kind = Literal["quiet", "unseen", "failed", "disabled"]


@dataclass(frozen=True, slots=True)
class Gap:
    """Days in a row, both ends included, without an article of an outlet.

    `quiet`: its feeds were looked at on each of them; `failed`: every look failed; `unseen`: there was none;
    `disabled`: there was none, and the outlet's file says that there is to be none.
    """

    site: str
    kind: Kind
    first: date
    last: date
    days: int


def find_gaps(
    coverage: pl.DataFrame,
    sites: Iterable[str],
    since: date | None,
    end: date,
    *,
    looks: pl.DataFrame | None = None,
    disabled: Collection[str] = (),
) -> Iterator[Gap]:
    """The gaps of each outlet from `since`, else from its first poll, up to the day before `end`.

    `looks` tells how each day's looks went; `disabled` names the outlets whose files say that none is to take place.
    """
    failed = _failed_days(looks)
    for site in sites:
        days = coverage.filter(coverage["site"] == site)
        kinds: dict[date, Kind | None] = {
            day: _kind(articles, polls, failed=(site, day) in failed)
            for day, articles, polls in days.select("date", "articles", "polls").iter_rows()
        }
        start = since or days.filter(days["polls"] > 0)["date"].min()
        if not isinstance(start, date):  # never polled
            continue
        nobody: Kind = "disabled" if site in disabled else "unseen"
        every = [start + timedelta(days=n) for n in range((end - start).days)]
        told = [(kinds.get(day, nobody), day) for day in every]
        for kind, run in itertools.groupby(told, key=itemgetter(0)):
            held = [day for _, day in run]
            if kind is not None:
                yield Gap(site, kind, held[0], held[-1], len(held))


def _failed_days(looks: pl.DataFrame | None) -> set[tuple[str, date]]:
    if looks is None:
        return set()
    broken = looks.filter(looks["looks"] > 0, looks["failed"] == looks["looks"])
    return set(broken.select("site", "date").iter_rows())


def _kind(articles: int, polls: int, *, failed: bool) -> Kind | None:
    if articles:
        return None
    return "failed" if failed else "quiet" if polls else "unseen"

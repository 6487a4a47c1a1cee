"""Which sitemaps of an index are worth reading, and in what order. Pure functions of the index, what is remembered and
the time.

An index may give each of its sitemaps the time of its last change. Where it does not, the address often names a year
or a month; where that says nothing either, the newest stands at one of the two ends, and what earlier looks found
there tells which ones still change.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from broadtape.stated_times.months import month_named
from spiders.discovery.documents.sitemap_entries import Child
from spiders.discovery.listing_state import ListingState

__all__ = ["Dated", "newest_first", "period_end", "still_changing", "too_old"]

_LATENESS = timedelta(minutes=10)
"""A sitemap may be a little older than its index says."""
_SETTLED_AFTER = timedelta(days=3)
"""So long after its month has ended, a month's sitemap gets no more stories; corrections come by second looks."""
_AT_ONCE = timedelta(hours=1)
"""Times that lie no further apart than this are those of the index being made, not of its sitemaps."""
_FEW = 20
"""As many sitemaps of which nothing tells the age are all read each time."""
_LOOKED_AT_EVERY = timedelta(days=1)
"""Few sitemaps are looked at so often whatever their index says: a conditional request costs next to nothing."""
_PATIENCE = 0.1
"""One that has not changed for ten days is looked at once a day."""

_YEAR = r"(?<!\d)((?:199|20\d)\d)"
_MONTH, _DAY = r"(0[1-9]|1[0-2])", r"(0[1-9]|[12]\d|3[01])"
_NUMBERS = re.compile(rf"{_YEAR}[-/_.]?{_MONTH}(?:[-/_.]?{_DAY})?(?!\d)")
_PARAMETERS = re.compile(
    rf"y{{1,4}}(?:ear)?[=-]{_YEAR}[&/_-]m{{1,2}}(?:onth)?[=-](0?[1-9]|1[0-2])(?!\d)", re.IGNORECASE
)
_REVERSED = re.compile(rf"(?<!\d){_MONTH}[-/_.]((?:199|20\d)\d)(?!\d)")
_NAMED = re.compile(r"(?<![a-z])([a-z]{3,9})[-/_.]?((?:199|20\d)\d)(?!\d)", re.IGNORECASE)
_NAMED_LAST = re.compile(rf"{_YEAR}[-/_.]?([a-z]{{3,9}})(?![a-z])", re.IGNORECASE)
_YEAR_ALONE = re.compile(rf"{_YEAR}(?!\d)")


@dataclass(frozen=True, slots=True)
class Dated:
    """A sitemap and until when the stories in it may go (UTC), as far as anybody can tell."""

    child: Child
    until: datetime | None


def period_end(url: str) -> datetime | None:
    """The end of the day, month or year that an address names (UTC); None where it names none."""
    path = url.partition("://")[2].partition("/")[2][-300:]
    if found := _NUMBERS.search(path):
        return _end(int(found[1]), int(found[2]), int(found[3]) if found[3] else None)
    if found := _PARAMETERS.search(path):
        return _end(int(found[1]), int(found[2]))
    if found := _REVERSED.search(path):
        return _end(int(found[2]), int(found[1]))
    for pattern, word, year in ((_NAMED, 1, 2), (_NAMED_LAST, 2, 1)):
        for found in pattern.finditer(path):
            if month := month_named(found[word], "en"):
                return _end(int(found[year]), month)
    found = _YEAR_ALONE.search(path)
    return _end(int(found[1])) if found else None


def _end(year: int, month: int | None = None, day: int | None = None) -> datetime | None:
    if month is None:
        return datetime(year + 1, 1, 1, tzinfo=UTC)
    if day is None:
        return datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
    try:
        return datetime(year, month, day, tzinfo=UTC) + timedelta(days=1)
    except ValueError:
        return _end(year, month)


def too_old(child: Child, since: datetime | None, *, among: Sequence[Child] = ()) -> bool:
    """Whether nothing in the sitemap, one `among` those of its index, can be as new as `since`.

    The one that is said to be the newest is never: should the index's times have been left as they once were, it shows.
    """
    if since is None:
        return False
    if child.modified_at and _tell(among):
        newest = max((each.modified_at for each in among if each.modified_at), default=None)
        return _touched(child.modified_at) < since and child.modified_at != newest
    end = period_end(child.url)
    return end is not None and end + _SETTLED_AFTER < since


def still_changing(
    child: Child, known: ListingState | None, dealt_with: Collection[Child], now: datetime, *, of: int
) -> bool:
    """Whether a sitemap, one `of` so many in its index, may hold anything that the last look at it did not find.

    `dealt_with` are the sitemaps, each with its time, of which the last look left nothing undone. One whose time is
    another is read again even if that time has long passed: outlets' clocks and time zones are their own.
    """
    if known is None or child not in dealt_with:
        return True
    if child.modified_at and not _belied(child.modified_at, known):
        few_and_long_ago = of <= _FEW and now - known.polled_at >= _LOOKED_AT_EVERY
        return _touched(child.modified_at) > known.polled_at or few_and_long_ago
    if end := period_end(child.url):
        return end + _SETTLED_AFTER > known.polled_at
    if of <= _FEW:
        return True
    return now - known.polled_at >= (known.polled_at - (known.changed_at or known.polled_at)) * _PATIENCE


def _belied(modified_at: datetime, known: ListingState) -> bool:
    """Whether a sitemap listed newer stories than its index says it has: some give a time once, and leave it."""
    return known.newest is not None and known.newest > _touched(modified_at)


def newest_first(children: Sequence[Child], known: Mapping[str, ListingState]) -> list[Dated]:
    """The sitemaps of an index in the order in which they are worth reading."""
    telling = _tell(children)
    dated = [Dated(child, _until(child, known.get(child.url), telling=telling)) for child in children]
    with_time = sorted((each for each in dated if each.until), key=lambda each: each.until or _NEVER, reverse=True)
    return [*with_time, *_from_both_ends([each for each in dated if not each.until])]


def _tell(children: Sequence[Child]) -> bool:
    """Whether the times that an index gives are those of its sitemaps."""
    claimed = [child.modified_at for child in children if child.modified_at]
    return len(claimed) < 2 or max(claimed) - min(claimed) > _AT_ONCE


_NEVER = datetime.min.replace(tzinfo=UTC)


def _until(child: Child, known: ListingState | None, *, telling: bool) -> datetime | None:
    if telling and child.modified_at:
        return child.modified_at
    return period_end(child.url) or (known.newest if known else None)


def _from_both_ends(unknown: Sequence[Dated]) -> Iterator[Dated]:
    """The last, the first, the last but one, and so on: nobody can tell which end is the new one."""
    low, high = 0, len(unknown) - 1
    while low <= high:
        yield unknown[high]
        if low < high:
            yield unknown[low]
        low, high = low + 1, high - 1


def _touched(moment: datetime) -> datetime:
    # A bare date stands for the whole of its day.
    return moment + (timedelta(days=1) if moment.time() == time.min else _LATENESS)

"""When a story was published and changed: chosen among what the page states, never invented."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice, tee

from broadtape.article import PublishedSource
from broadtape.cleaning.metadata.date_labels import is_bare
from broadtape.cleaning.metadata.head_dates import changes, loose_publications, publications
from broadtape.cleaning.metadata.stated import Place, Stated, day_of_address, has_own_folder, place_of, read_stated
from broadtape.cleaning.page.head import Head
from broadtape.site import Site
from broadtape.stated_times import is_plausible
from broadtape.stated_times.days import day_in

__all__ = ["Stated", "modified_of", "parse_stated", "published_of"]

_ONE_STORY = timedelta(days=4)
"""How far a date that stands somewhere on a page may be from the day in its address: an embargo, a weekend."""
_ONE_MINUTE = timedelta(minutes=1)
_ONE_DAY = timedelta(hours=36)
"""How far two statements of one day may lie apart: one of them as midnight UTC, the other as a time somewhere."""
_ONE_PUBLICATION = timedelta(days=2)
"""How much later than a day that the page shows its head may date the story, and both still be one publication."""
_MOST_SHOWN = 8
"""Dates beside a headline that are compared with the head's: a byline, a first publication, a change or two."""


def parse_stated(raw: str, source: PublishedSource, site: Site | None = None) -> Stated | None:
    """What `raw` says, or None.

    A time of day without an offset is read in the outlet's zone. Where that is not known, only the day is kept: a
    guessed zone would invent a time up to half a day wrong.
    """
    country = site.country if site else None
    return read_stated(raw, source, Place(country, getattr(site, "language", None), known=True))


def published_of(
    head: Head,
    shown: Iterable[str],
    site: Site | None,
    fetched_at: datetime | None,
    *,
    elsewhere: Iterable[str] = (),
) -> Stated | None:
    """The publication time: of JSON-LD and meta tags, `shown` dates, the address, then dates `elsewhere` on the page.

    The first that gives a time of day wins over one that gives only a day, as long as they speak of the same day. What
    the head says gives way to an earlier day that the page shows in its stead, and everything to an earlier day that
    names the folder of its address: a move to another system dates stories anew.
    """
    address, place, now = day_of_address(head.url), place_of(head, site), fetched_at or datetime.now(UTC)
    shown, again = tee(shown)
    found = _first(_published(head, shown, elsewhere, place, address), now)
    if found and address and has_own_folder(head.url) and found.moment - address.moment > _ONE_STORY:
        return address
    return (_shown_instead(found, again, place) if found else None) or found


def _shown_instead(found: Stated, shown: Iterable[str], place: Place) -> Stated | None:
    """The first publication as the page shows it, where that is earlier than what the head gives and nothing beside
    the headline says what the head does: systems fill in when a page was made, or made anew."""
    if found.source not in ("json-ld", "meta"):
        return None
    first: Stated | None = None
    for stated in islice(filter(None, (read_stated(raw, "dom", place) for raw in shown)), _MOST_SHOWN):
        if abs(found.moment - stated.moment) <= _ONE_DAY:
            return None
        if first is None and _is_alone(stated.raw, place):
            first = stated
    return first if first and found.moment - first.moment > _ONE_PUBLICATION and not _is_turned(first, found) else None


def _first(stated: Iterable[Stated], now: datetime) -> Stated | None:
    found: Stated | None = None
    for each in stated:
        if not is_plausible(each.moment, now):
            continue
        if found is None:
            found = each
        elif each.precision != "day" and _close(found, each):
            return each
        if found.precision != "day":
            return found
    return found


def modified_of(
    head: Head, published: Stated | None, site: Site | None, fetched_at: datetime | None
) -> datetime | None:
    """When the publisher last changed the story; None where that is not after its publication."""
    now, place = fetched_at or datetime.now(UTC), place_of(head, site)
    for raw in changes(head):
        stated = read_stated(raw, "meta", place)
        if stated and stated.precision != "day" and is_plausible(stated.moment, now):
            return stated.moment if published is None or stated.moment > published.moment else None
    return None


def _published(
    head: Head, shown: Iterable[str], elsewhere: Iterable[str], place: Place, address: Stated | None
) -> Iterator[Stated]:
    """Every publication time the page states, the most trusted first."""
    for raw, source in publications(head):
        if stated := read_stated(raw, source, place):
            yield stated
    loose = [stated for raw, source in loose_publications(head) if (stated := read_stated(raw, source, place))]
    for raw in shown:
        if stated := read_stated(raw, "dom", place):
            yield next((each for each in loose if _is_finer(each, stated)), stated)
    yield from loose
    if address:
        yield address
    for raw in elsewhere:
        stated = read_stated(raw, "dom", place)
        if stated and (address is None or abs(stated.moment - address.moment) <= _ONE_STORY):
            yield stated


def _is_alone(raw: str, place: Place) -> bool:
    """Whether a line is a date and nothing else that could be what it dates."""
    day = day_in(raw, place.country, place.language)
    return day is not None and is_bare(raw, day.start, day.end)


def _is_turned(one: Stated, other: Stated) -> bool:
    """Whether two days are the same numbers, month and day turned round: one of them was read in the wrong order."""
    return (one.moment.month, one.moment.day) == (other.moment.day, other.moment.month)


def _is_finer(head: Stated, shown: Stated) -> bool:
    """Whether the head gives to the second what the page shows to the minute."""
    return (head.precision, shown.precision) == ("second", "minute") and abs(head.moment - shown.moment) < _ONE_MINUTE


def _close(day: Stated, time: Stated) -> bool:
    """Whether a time falls on a day that is known, somewhere on Earth."""
    return timedelta(hours=-14) <= time.moment - day.moment <= timedelta(hours=36)

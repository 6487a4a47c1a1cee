"""When a story was published and changed: chosen among what the page states, never invented."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

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
_ONE_PUBLICATION = timedelta(days=2)
"""How much later than a day that the page shows its head may date the story, and both still be one publication."""


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
    the head dates by the day gives way to an earlier day that the page shows, and everything to an earlier day that
    names the folder of its address: a move to another system dates stories anew.
    """
    address = day_of_address(head.url)
    found = _first(_published(head, shown, elsewhere, place_of(head, site), address), fetched_at or datetime.now(UTC))
    if found and address and has_own_folder(head.url) and found.moment - address.moment > _ONE_STORY:
        return address
    return found


def _first(stated: Iterable[Stated], now: datetime) -> Stated | None:
    found: Stated | None = None
    for each in stated:
        if not is_plausible(each.moment, now):
            continue
        if found is None or _is_first_publication(each, found):
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


def _is_first_publication(shown: Stated, found: Stated) -> bool:
    """Whether a date on the page is that of the publication, where the head gives a later day: templates fill in when
    a page was made."""
    if found.source not in ("json-ld", "meta") or shown.source != "dom":
        return False
    if found.precision != "day" or found.moment - shown.moment <= _ONE_PUBLICATION:
        return False
    day = day_in(shown.raw, None, None)
    return day is not None and is_bare(shown.raw, day.start, day.end)


def _is_finer(head: Stated, shown: Stated) -> bool:
    """Whether the head gives to the second what the page shows to the minute."""
    return (head.precision, shown.precision) == ("second", "minute") and abs(head.moment - shown.moment) < _ONE_MINUTE


def _close(day: Stated, time: Stated) -> bool:
    """Whether a time falls on a day that is known, somewhere on Earth."""
    return timedelta(hours=-14) <= time.moment - day.moment <= timedelta(hours=36)

"""A time as a page gives it, read with what the page and its outlet tell of country and language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from broadtape.article import PublishedPrecision, PublishedSource
from broadtape.cleaning.metadata.date_labels import without_updates
from broadtape.cleaning.page.head import Head
from broadtape.site import Site
from broadtape.stated_times import read_time
from broadtape.stated_times.zones import home_of
from broadtape.urls import host_of

__all__ = ["Place", "Stated", "day_of_address", "has_own_folder", "place_of", "read_stated", "stated_day"]

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_URL_DAY = re.compile(
    r"[/-](?P<year>(?:19|20)\d{2})[/-](?P<month>\d{1,2})[/-](?P<day>\d{1,2})(?=[/._-]|$)|"
    r"[/-](?P<run>(?:19|20)\d{6})(?=[/._-]|$)|"
    rf"/(?P<named_year>(?:19|20)\d{{2}})/(?P<name>{'|'.join(_MONTHS)})[a-z]{{0,6}}/(?P<named_day>\d{{1,2}})(?=[/._-]|$)|"
    r"[/_-](?P<last_day>1[3-9]|2\d|3[01])[-_.](?P<last_month>\d{1,2})[-_.](?P<last_year>(?:19|20)\d{2})(?=[/._-]|$)",
    re.IGNORECASE,
)
"""A day in an address: the year first, its month by number or by its English name, `/2026/mar/05/`; or the year last
where the day cannot be a month."""
_FOLDER = re.compile(r"/(?:19|20)\d{2}/\d{1,2}/\d{1,2}/")
_MIDNIGHT = re.compile(r"[T ]00:00:00(?:[.,]0+)?\s?(?:Z|[+-]\d{2}:?\d{2}|UTC|GMT)?$")
"""A time of day that only says that a system wanted one beside the day."""
_LONGEST = 120
# Top-level domains that countries let anybody have.
_FOR_ANYBODY = frozenset(
    "io ai co tv me fm ly to cc ws gg sh ac vc so la im is it.com gl nu st tk ml ga cf gq pw am li eu".split()
)
_REGION = re.compile(r"[a-z]{2,3}[-_](?:[a-z]{4}[-_])?([a-z]{2})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Stated:
    """A point in time as the page gave it. `moment` is UTC; at `day` precision it is midnight UTC of that day."""

    moment: datetime
    raw: str
    precision: PublishedPrecision
    source: PublishedSource


@dataclass(frozen=True, slots=True)
class Place:
    """What helps to read a page's times: the outlet's country and language, and whether it lives there for sure."""

    country: str | None
    language: str | None
    known: bool


def place_of(head: Head, site: Site | None) -> Place:
    """The outlet's country and language by its file; else by its domain, or the region that the page names."""
    language = (head.lang or "")[:2] or None
    if site:
        return Place(site.country, site.language, known=True)
    domain = host_of(head.url).split(":")[0].rpartition(".")[2]
    if len(domain) == 2 and domain not in _FOR_ANYBODY:
        return Place("GB" if domain == "uk" else domain.upper(), language, known=False)
    regions = (_REGION.fullmatch(text) for text in (head.lang or "", *head.metas.get("og:locale", ())))
    return Place(next((match[1].upper() for match in regions if match), None), language, known=False)


def read_stated(raw: str, source: PublishedSource, place: Place) -> Stated | None:
    """What `raw` says of a publication, or None. A time of midnight, as written or where the outlet is, is a day."""
    raw = " ".join(raw.split())[:_LONGEST]
    told = without_updates(raw) if source == "dom" else raw
    if not told:
        return None
    told = _MIDNIGHT.sub("", told)
    read = read_time(told, country=place.country, language=place.language, at_home=place.known)
    if read and read.precision == "second" and (day := _day_at_home(read.moment, place)):
        return stated_day(day, raw, source)
    return Stated(read.moment, raw, read.precision, source) if read else None


def _day_at_home(moment: datetime, place: Place) -> date | None:
    """The day that begins at a moment where the outlet is: `2026-11-11T23:00:00Z` of a German page says no more."""
    zone = home_of(place.country)
    at_home = moment.astimezone(ZoneInfo(zone)) if zone else None
    return at_home.date() if at_home and at_home.timetz().replace(tzinfo=None) == time.min else None


def stated_day(day: date, raw: str, source: PublishedSource) -> Stated:
    """A day that is known without a time."""
    return Stated(datetime(day.year, day.month, day.day, tzinfo=UTC), raw, "day", source)


def day_of_address(url: str) -> Stated | None:
    """The day that an address names."""
    match = _URL_DAY.search(url)
    if not match:
        return None
    run = match["run"] or ""
    name = (match["name"] or "").lower()
    year, month, day = (
        match["year"] or match["named_year"] or match["last_year"] or run[:4],
        match["month"] or (name and 1 + _MONTHS.index(name)) or match["last_month"] or run[4:6],
        match["day"] or match["named_day"] or match["last_day"] or run[6:],
    )
    try:
        return stated_day(date(int(year), int(month), int(day)), match[0], "url")
    except ValueError:
        return None


def has_own_folder(url: str) -> bool:
    """Whether an address has its day as folders, `/2026/3/5/`: where the outlet put the story when it published it."""
    return bool(_FOLDER.search(url))

"""When a story was published and changed: read from what the page states, never invented."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

from broadtape.article import PublishedPrecision, PublishedSource
from broadtape.cleaning.page.head import Head
from broadtape.cleaning.page.json_ld import text_of
from broadtape.site import Site

__all__ = ["Stated", "modified_of", "parse_stated", "published_of"]

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)

PUBLISHED_METAS = (
    "article:published_time", "article:published:time", "og:article:published_time", "og:published_time",
    "http://ogp.me/ns/article#published_time", "datepublished", "parsely-pub-date", "cxenseparse:recs:publishtime",
    "article.published", "published_time", "publish_date", "publish-date", "publishdate", "pubdate", "pub_date",
    "date.available", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date.created", "date.created",
    "article_date_original", "article:original_time", "originalpublicationdate", "sailthru.date", "article:post_date",
    "release_date", "dc.date", "dcterms.date", "cdate", "ptime", "displaydate", "date",
)  # fmt: skip
MODIFIED_METAS = (
    "article:modified_time", "article:modified:time", "og:updated_time", "http://ogp.me/ns/article#modified_time",
    "datemodified", "lastmod", "last-modified", "article:updated_time", "date.modified", "dcterms.modified",
    "dc.date.modified", "revision_date",
)  # fmt: skip

_ISO = re.compile(
    r"(\d{4})-?(\d{2})-?(\d{2})(?:[T\s]+(\d{1,2}):?(\d{2})(?::?(\d{2})(?:[.,:](\d+))?)?"
    r"\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?(?:\[[\w/]+\])?)?",
    re.IGNORECASE,
)
_ZONES = {
    "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "BST": 60, "WEST": 60, "CET": 60, "MEZ": 60, "CEST": 120, "MESZ": 120,
    "EET": 120, "EEST": 180, "MSK": 180, "TRT": 180, "IST": 330, "SGT": 480, "HKT": 480, "JST": 540, "KST": 540,
    "AEST": 600, "AEDT": 660, "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360,
    "PST": -480, "PDT": -420,
}  # fmt: skip
_SEASONAL = {"ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver", "PT": "America/Los_Angeles"}
# Countries that keep one time; the others' outlets give a day at best where they write no offset.
_HOMES = {
    "AT": "Europe/Vienna", "BE": "Europe/Brussels", "CH": "Europe/Zurich", "CZ": "Europe/Prague", "DE": "Europe/Berlin",
    "DK": "Europe/Copenhagen", "FR": "Europe/Paris", "GB": "Europe/London", "HK": "Asia/Hong_Kong",
    "IE": "Europe/Dublin", "IN": "Asia/Kolkata", "IT": "Europe/Rome",
    "JP": "Asia/Tokyo", "KR": "Asia/Seoul", "NL": "Europe/Amsterdam",
    "NO": "Europe/Oslo", "PL": "Europe/Warsaw", "SE": "Europe/Stockholm", "SG": "Asia/Singapore",
    "TR": "Europe/Istanbul",
}  # fmt: skip
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jänner janvier enero gennaio gen janeiro janv ene",
            "february feb februar février fevrier febrero febbraio fevereiro févr fev",
            "march mar märz mrz mars marzo março marco maerz",
            "april apr avril abril aprile avr abr",
            "may mai mayo maggio maio mag",
            "june jun juni juin junio giugno junho giu",
            "july jul juli juillet julio luglio julho juil lug",
            "august aug août aout agosto ago",
            "september sep sept septembre septiembre settembre setembro set",
            "october oct oktober okt octobre octubre ottobre outubro ott out",
            "november nov novembre noviembre novembro",
            "december dec dezember dez décembre decembre diciembre dicembre dezembro déc dic",
        ),
        1,
    )
    for name in names.split()
}
_CLOCK = r"(\d{1,2})[:.h](\d{2})(?::(\d{2}))?\s*(a\.?m\.?|p\.?m\.?)?\s*(?:\(?([A-Z]{1,4}|UTC[+-]\d{1,2})\)?)?(?![a-z])"
_WRITTEN = (
    re.compile(r"(?P<month>[^\W\d_]{3,10})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>(?:19|20)\d{2})"),
    re.compile(
        r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|º)?\.?\s+(?:de\s+)?(?P<month>[^\W\d_]{3,10})\.?,?\s+(?:de[l]?\s+)?(?P<year>(?:19|20)\d{2})"
    ),
    re.compile(
        r"(?P<month>[^\W\d_]{3,10})\s+(?P<day>\d{1,2})\s+\d{2}:\d{2}:\d{2}\s+[A-Z]{3,4}\s+(?P<year>(?:19|20)\d{2})"
    ),
    re.compile(r"(?P<year>(?:19|20)\d{2})[年./](?P<month>\d{1,2})[月./](?P<day>\d{1,2})"),
    re.compile(r"\b(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>(?:19|20)\d{2})"),
)
_TIME_AFTER = re.compile(_CLOCK)
_URL_DAY = re.compile(
    r"[/-]((?:19|20)\d{2})[/-](\d{1,2})[/-](\d{1,2})(?=[/._-]|$)|[/-]((?:19|20)\d{2})(\d{2})(\d{2})(?=[/._-]|$)"
)
_DOM_TIME = re.compile(r"(publi|date|posted|time|stamp|created)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Stated:
    """A point in time as the page gave it. `moment` is UTC; at `day` precision it is midnight UTC of that day."""

    moment: datetime
    raw: str
    precision: PublishedPrecision
    source: PublishedSource
    zoned: bool = True
    """False where the page gave a time of day without an offset and the outlet's own zone is not known."""


def parse_stated(raw: str, source: PublishedSource, site: Site | None = None) -> Stated | None:
    """What `raw` says, or None.

    A time of day without an offset is read in the outlet's zone. Where that is not known, only the day is kept: a
    guessed zone would invent a time up to half a day wrong.
    """
    raw = " ".join(raw.split())[:120]
    return _epoch(raw, source) or _iso(raw, source, site) or _written(raw, source, site)


def published_of(head: Head, dom: Iterable[str], site: Site | None, fetched_at: datetime | None) -> Stated | None:
    """The publication time: JSON-LD, meta tags, the visible dates near the headline, the address.

    The first that gives a time of day wins over one that gives only a day, as long as they speak of the same day.
    """
    found: Stated | None = None
    for stated in _published(head, dom, site):
        if not _plausible(stated, fetched_at):
            continue
        if found is None:
            found = stated
        elif found.precision == "day" and stated.precision != "day" and _close(found, stated):
            return stated
        if found.precision != "day":
            return found
    return found


def modified_of(
    head: Head, published: Stated | None, site: Site | None, fetched_at: datetime | None
) -> datetime | None:
    """When the publisher last changed the story; None where that is not after its publication."""
    raws = [text_of(head.data.story.get("dateModified")), *(v for n in MODIFIED_METAS for v in head.metas.get(n, ()))]
    for raw in filter(None, raws):
        stated = parse_stated(raw, "meta", site)
        if stated and stated.precision != "day" and _plausible(stated, fetched_at):
            return stated.moment if published is None or stated.moment > published.moment else None
    return None


def _published(head: Head, dom: Iterable[str], site: Site | None) -> Iterator[Stated]:
    """Every publication time the page states, the most trusted first."""
    story = head.data.story
    raws: Iterator[tuple[str | None, PublishedSource]] = chain(
        ((text_of(story.get(key)), "json-ld") for key in ("datePublished", "dateCreated", "uploadDate")),
        ((raw, "meta") for name in PUBLISHED_METAS for raw in head.metas.get(name, ())),
        ((raw, "dom") for raw in dom),
        ((text_of(n.get("datePublished")), "json-ld") for n in head.data.of_type("WebPage", "VideoObject")),
    )
    for raw, source in raws:
        if raw and (stated := parse_stated(raw, source, site)):
            yield stated
    if match := _URL_DAY.search(head.url):
        year, month, day = (int(group) for group in match.groups() if group)
        if stated := _stated((year, month, day), None, match[0], "url", site):
            yield stated


def _plausible(stated: Stated, fetched_at: datetime | None) -> bool:
    latest = (fetched_at or datetime.now(UTC)) + timedelta(days=1)
    return EARLIEST <= stated.moment <= latest


def _close(one: Stated, other: Stated) -> bool:
    return abs(one.moment - other.moment) <= timedelta(hours=38)


def _epoch(raw: str, source: PublishedSource) -> Stated | None:
    if not re.fullmatch(r"\d{10}(\d{3})?(\.\d+)?", raw):
        return None
    seconds = float(raw)
    return Stated(datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC), raw, "second", source)


def _iso(raw: str, source: PublishedSource, site: Site | None) -> Stated | None:
    match = _ISO.match(raw)
    if not match:
        return None
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    clock = None
    if hour is not None:
        micro = int((fraction or "0")[:6].ljust(6, "0"))
        clock = (int(hour), int(minute), int(second) if second else None, micro, zone)
    return _stated((int(year), int(month), int(day)), clock, raw, source, site)


def _written(raw: str, source: PublishedSource, site: Site | None) -> Stated | None:
    for pattern in _WRITTEN:
        if not (match := pattern.search(raw)):
            continue
        name = match["month"].casefold()
        month = int(name) if name.isdigit() else _MONTHS.get(name, 0)
        if month:
            rest = raw[match.start("day") + len(match["day"]) :] if pattern is _WRITTEN[2] else raw[match.end() :]
            clock = _clock(rest)
            return _stated((int(match["year"]), month, int(match["day"])), clock, raw, source, site)
    return None


_Clock = tuple[int, int, int | None, int, str | None]


def _clock(text: str) -> _Clock | None:
    match = _TIME_AFTER.search(text[:40])
    if not match:
        return None
    hour, minute, second, half, zone = match.groups()
    hours = int(hour)
    if half:
        hours = hours % 12 + (12 if half[0] in "pP" else 0)
    return hours, int(minute), int(second) if second else None, 0, zone


def _stated(
    day: tuple[int, int, int], clock: _Clock | None, raw: str, source: PublishedSource, site: Site | None
) -> Stated | None:
    try:
        midnight = datetime(*day, tzinfo=UTC)
        if clock is None:
            return Stated(midnight, raw, "day", source)
        hour, minute, second, micro, zone = clock
        naive = datetime(*day, hour, minute, second or 0, micro)  # noqa: DTZ001 - its zone is found next
        moment = _in_zone(naive, zone, site)
    except (ValueError, OverflowError):
        return None
    if moment is None:
        return Stated(midnight, raw, "day", source, zoned=False)
    return Stated(moment, raw, "minute" if second is None else "second", source)


def _in_zone(naive: datetime, zone: str | None, site: Site | None) -> datetime | None:
    """`naive` in UTC by the zone it names, else the outlet's; None where neither is known."""
    if zone:
        name = zone.upper()
        if name in _SEASONAL:
            return naive.replace(tzinfo=ZoneInfo(_SEASONAL[name])).astimezone(UTC)
        if name in _ZONES:
            return (naive - timedelta(minutes=_ZONES[name])).replace(tzinfo=UTC)
        digits = re.sub(r"\D", "", name)
        if digits:
            minutes = int(digits[:2]) * 60 + int(digits[2:4] or 0)
            return (naive - timedelta(minutes=-minutes if "-" in name else minutes)).replace(tzinfo=UTC)
    home = _HOMES.get(site.country or "") if site else None
    return naive.replace(tzinfo=ZoneInfo(home)).astimezone(UTC) if home else None

"""When a story was published and changed: chosen among what the page states, never invented."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from broadtape.article import PublishedPrecision, PublishedSource
from broadtape.cleaning.metadata.visible_dates import without_updates
from broadtape.cleaning.page.head import Head
from broadtape.cleaning.page.json_ld import text_of
from broadtape.site import Site
from broadtape.stated_times import is_plausible, read_time
from broadtape.urls import host_of

__all__ = ["Stated", "modified_of", "parse_stated", "published_of"]

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

_META_OF_ANY_SPELLING = re.compile(
    r"(?:^|[.:_-])(?:publi(?:sh(?:ed)?|cation)|pub|post(?:ed)?|issued?|released?|creat(?:ed|ion)|display|story|article|"
    r"upload)[._:-]?(?:date|time|on|at|datetime|day)?(?:[._:-]?(?:utc|gmt|iso|local))?$|date[._:-]?(?:publi|issued|creat|post|upload)"
)
_META_OF_A_DATE = re.compile(r"date|time|publi|pub|issued|created")
_URL_DAY = re.compile(
    r"[/-]((?:19|20)\d{2})[/-](\d{1,2})[/-](\d{1,2})(?=[/._-]|$)|[/-]((?:19|20)\d{2})(\d{2})(\d{2})(?=[/._-]|$)"
)
_ONE_STORY = timedelta(days=4)
"""How far a date that stands somewhere on a page may be from the day in its address: an embargo, a weekend."""
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
class _Place:
    """What helps to read a page's times: the outlet's country and language, and whether it lives there for sure."""

    country: str | None
    language: str | None
    known: bool


def parse_stated(raw: str, source: PublishedSource, site: Site | None = None) -> Stated | None:
    """What `raw` says, or None.

    A time of day without an offset is read in the outlet's zone. Where that is not known, only the day is kept: a
    guessed zone would invent a time up to half a day wrong.
    """
    country = site.country if site else None
    return _stated(raw, source, _Place(country, getattr(site, "language", None), known=True))


def published_of(
    head: Head,
    shown: Iterable[str],
    site: Site | None,
    fetched_at: datetime | None,
    *,
    elsewhere: Iterable[str] = (),
    otherwise: Callable[[], date | None] = lambda: None,
) -> Stated | None:
    """The publication time: of JSON-LD, meta tags, the `shown` dates, the address, then dates `elsewhere` on the page,
    and where nothing is stated what `otherwise` finds.

    The first that gives a time of day wins over one that gives only a day, as long as they speak of the same day.
    """
    now = fetched_at or datetime.now(UTC)
    found: Stated | None = None
    for stated in _published(head, shown, elsewhere, _place_of(head, site)):
        if not is_plausible(stated.moment, now):
            continue
        if found is None:
            found = stated
        elif stated.precision != "day" and _close(found, stated):
            return stated
        if found.precision != "day":
            return found
    return found or _by(otherwise, now)


def modified_of(
    head: Head, published: Stated | None, site: Site | None, fetched_at: datetime | None
) -> datetime | None:
    """When the publisher last changed the story; None where that is not after its publication."""
    now, place = fetched_at or datetime.now(UTC), _place_of(head, site)
    raws = [_text(head.data.story.get("dateModified")), *(v for n in MODIFIED_METAS for v in head.metas.get(n, ()))]
    for raw in filter(None, raws):
        stated = _stated(raw, "meta", place)
        if stated and stated.precision != "day" and is_plausible(stated.moment, now):
            return stated.moment if published is None or stated.moment > published.moment else None
    return None


def _published(head: Head, shown: Iterable[str], elsewhere: Iterable[str], place: _Place) -> Iterator[Stated]:
    """Every publication time the page states, the most trusted first."""
    for raw, source in _raws(head, shown):
        if stated := _stated(raw, source, place):
            yield stated
    day = _day_of_address(head.url)
    if day:
        yield day
    for raw in elsewhere:
        stated = _stated(raw, "dom", place)
        if stated and (day is None or abs(stated.moment - day.moment) <= _ONE_STORY):
            yield stated


def _raws(head: Head, shown: Iterable[str]) -> Iterator[tuple[str, PublishedSource]]:
    story = head.data.story
    for key in ("datePublished", "dateCreated", "uploadDate"):
        if raw := _text(story.get(key)):
            yield raw, "json-ld"
    for name in PUBLISHED_METAS:
        yield from ((raw, "meta") for raw in head.metas.get(name, ()))
    for name, values in head.metas.items():
        if _META_OF_ANY_SPELLING.search(name) and _META_OF_A_DATE.search(name) and name not in PUBLISHED_METAS:
            yield from ((raw, "meta") for raw in values)
    yield from ((raw, "dom") for raw in shown)
    for node in head.data.of_type("WebPage", "VideoObject"):
        if raw := _text(node.get("datePublished")):
            yield raw, "json-ld"


def _text(value: object) -> str | None:
    """A JSON value that is a time: text, or a number of seconds or milliseconds."""
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else text_of(value)


def _stated(raw: str, source: PublishedSource, place: _Place) -> Stated | None:
    raw = " ".join(raw.split())[:120]
    told = without_updates(raw) if source == "dom" else raw
    if not told:
        return None
    read = read_time(told, country=place.country, language=place.language, at_home=place.known)
    return Stated(read.moment, raw, read.precision, source) if read else None


def _day_of_address(url: str) -> Stated | None:
    match = _URL_DAY.search(url)
    if not match:
        return None
    year, month, day = (int(group) for group in match.groups() if group)
    try:
        return Stated(datetime(year, month, day, tzinfo=UTC), match[0], "day", "url")
    except ValueError:
        return None


def _by(otherwise: Callable[[], date | None], now: datetime) -> Stated | None:
    day = otherwise()
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC) if day else None
    if moment is None or not is_plausible(moment, now):
        return None
    return Stated(moment, moment.date().isoformat(), "day", "trafilatura")


def _close(day: Stated, time: Stated) -> bool:
    """Whether a time falls on a day that is known, somewhere on Earth."""
    return timedelta(hours=-14) <= time.moment - day.moment <= timedelta(hours=36)


def _place_of(head: Head, site: Site | None) -> _Place:
    """The outlet's country and language by its file; else by its domain, or the region that the page names."""
    language = (head.lang or "")[:2] or None
    if site:
        return _Place(site.country, site.language, known=True)
    domain = host_of(head.url).split(":")[0].rpartition(".")[2]
    if len(domain) == 2 and domain not in _FOR_ANYBODY:
        return _Place("GB" if domain == "uk" else domain.upper(), language, known=False)
    regions = (_REGION.fullmatch(text) for text in (head.lang or "", *head.metas.get("og:locale", ())))
    return _Place(next((match[1].upper() for match in regions if match), None), language, known=False)

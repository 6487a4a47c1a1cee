"""Words, addresses and times as listings give them, made plain and bounded."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

from broadtape.article import PublishedPrecision
from broadtape.stated_times import StatedTime, is_plausible, read_time
from broadtape.times import utc, utcnow
from spiders.discovery.documents.references import unescaped, valid

__all__ = ["ANYWHERE", "Home", "Stated", "absolute", "moment", "plain", "stated"]

_INLINE = re.compile(r"</?(?:a|abbr|b|em|font|i|mark|small|span|strong|sub|sup|u)\b[^<>]{0,2000}>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z!][^<>]{0,2000}>")
_CONTROLS = {number: None for number in (*range(0x20), 0x7F) if chr(number) not in "\t\n\r\f\v"}
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{3}(?:\d{3})?)?)?)(?:Z|[+-]\d\d:\d\d)")
_ISO_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:Z|[+-]\d\d:\d\d)?")
"""As the standards of feeds and sitemaps have it; whatever else publishers write takes longer to read."""
_LONGEST_URL = 2000
_LONGEST_RAW = 200
_HOST_FIRST = re.compile(r"www\.[\w-]{1,63}\.[\w.-]{1,200}(?:[/?#]|$)", re.IGNORECASE)
_SEVERAL_TIMES_ESCAPED = re.compile(r"&(?:(?:amp|#0{0,5}38|#x0{0,5}26);)+", re.IGNORECASE)
_LINE_ENDS = re.compile(r"[\r\n]+")
_AROUND = " \t\v\f\x85\xa0\u00ad\u200b\u200c\u200d\u2060\u3000\ufeff"
"""Blanks, and marks without width that are copied along with an address."""
_QUOTED = re.compile(r"""["'<](.*)["'>]""", re.DOTALL)
_SCHEME_TWICE = re.compile(r"(?:https?:/{1,2}){1,5}(?=https?://)", re.IGNORECASE)
_NO_PATH = re.compile(r"https?[:;]?/|[^/?#]{0,100}://", re.IGNORECASE)
"""What begins as a whole address may, and is none: nobody means a page of that name."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where a listing's outlet is at home, which decides what its times leave open: ISO 3166 and ISO 639-1."""

    country: str | None = None
    language: str | None = None


ANYWHERE = Home()


@dataclass(frozen=True, slots=True)
class Stated:
    """A time that a listing states: `raw` as it stands there, `moment` (UTC) and its precision where it is known."""

    raw: str | None = None
    moment: datetime | None = None
    precision: PublishedPrecision | None = None


def plain(value: object, most: int = 5000) -> str | None:
    """`value` as text without markup, in one line, at most `most` characters; None where nothing is left."""
    if not isinstance(value, str):
        return None
    bare = _TAG.sub(" ", _INLINE.sub("", value[: 4 * most]))
    text = " ".join(valid(unescaped(bare)).translate(_CONTROLS).split())
    return text[:most].rstrip() or None


def absolute(base: str, link: object) -> str | None:
    """`link` as a whole address that names a host; None where it is none or absurdly long.

    An `&` that was escaped more often than it should have been is one; `www.x.example/a` is meant as an address, and so
    is the host of `base` itself without a scheme.
    """
    if not isinstance(link, str) or not (text := _one_line(valid(link))):
        return None
    text = _SEVERAL_TIMES_ESCAPED.sub("&", text)
    try:
        if _HOST_FIRST.match(text):
            text = f"http://{text}"
        elif text.lower().startswith(f"{urlsplit(base).hostname}/"):
            text = f"//{text}"
        if _NO_PATH.match(text) and not urlsplit(text).hostname:
            return None
        url = urljoin(base, text)
        usable = bool(urlsplit(url).hostname)
    except ValueError:
        return None
    return url if usable and len(url) <= _LONGEST_URL else None


def _one_line(link: str) -> str:
    """An address without blanks and quotes around it, a scheme written twice, and the ends of lines within it."""
    text = "".join(part.strip(_AROUND).replace("\t", "") for part in _LINE_ENDS.split(link))
    quoted = _QUOTED.fullmatch(text)
    return _SCHEME_TWICE.sub("", quoted[1].strip(_AROUND) if quoted else text, count=1)


def stated(text: str | None, home: Home = ANYWHERE) -> Stated:
    """What time a listing states; one that cannot be read, or cannot be true, is none, and its text is kept.

    A time of day in a zone that nobody knows is none either: of it only the day could be told.
    """
    raw = plain(text, _LONGEST_RAW)
    read = _read(raw, home)
    return Stated(raw, read.moment, read.precision) if read and read.zoned else Stated(raw)


def moment(value: str | None, home: Home = ANYWHERE) -> datetime | None:
    """When something is said to have been modified, UTC; None where that cannot be read or cannot be true.

    This is compared with itself, look after look, more than it is believed: so a time of day without a zone, which
    sitemaps often have, is taken for UTC where nothing tells better.
    """
    raw = plain(value, _LONGEST_RAW)
    read = _read(raw, home)
    if raw is None or read is None or read.zoned:
        return read.moment if read else None
    try:
        return datetime.fromisoformat(raw).replace(tzinfo=UTC)
    except ValueError:
        return read.moment


def _read(raw: str | None, home: Home) -> StatedTime | None:
    if raw is None:
        return None
    read = _iso(raw) or read_time(raw, country=home.country, language=home.language)
    return read if read and is_plausible(read.moment, utcnow()) else None


def _iso(raw: str) -> StatedTime | None:
    day = _ISO_DAY.fullmatch(raw)
    try:
        if day:
            return StatedTime(utc(datetime.fromisoformat(day[1])), "day")
        if _ISO.fullmatch(raw):
            return StatedTime(utc(datetime.fromisoformat(raw)), "second" if raw[16] == ":" else "minute")
    except (ValueError, OverflowError):
        pass
    return None

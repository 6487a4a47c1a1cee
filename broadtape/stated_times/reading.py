"""What moment a text states."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from broadtape.article import PublishedPrecision
from broadtape.stated_times.clocks import Clock, clocks_in
from broadtape.stated_times.days import Day, day_in
from broadtape.stated_times.zones import Zone, home_of, read_zone, to_utc

__all__ = ["EARLIEST", "StatedTime", "is_plausible", "read_time"]

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""No page of the web is older; a time before it is a default of somebody's software."""
_AHEAD = timedelta(days=1)
_LONGEST = 160
_NEAR = 25
"""Characters between a day and its time of day, such as `, at about `; figures among them part the two."""

# Where neighbours give one name to different months, and the country tells whose it is.
_LANGUAGES = {"PL": "pl", "CZ": "cs", "HR": "hr", "BA": "hr", "BY": "be", "UA": "uk"}

_SECONDS = re.compile(r"(\d{9,10})(?:\.\d{1,9})?|(\d{12,13})")
_RUN = re.compile(r"((?:19|20)\d{6})(\d{4}|\d{6})(?=Z?$|[+-]\d{4}$)")
_YEAR_LAST = re.compile(
    r"(?P<day>[^\W\d_]{3,10} {1,2}\d{1,2}) "
    r"(?P<clock>\d{1,2}:\d{2}(?::\d{2})?(?: [AP]M)?(?: [A-Z]{1,5}| [+-]\d{4})?) (?P<year>\d{4})\b"
)


@dataclass(frozen=True, slots=True)
class StatedTime:
    """A point in time. `moment` is UTC; at `day` precision it is midnight UTC of the day that was stated."""

    moment: datetime
    precision: PublishedPrecision
    zoned: bool = True
    """False where a time of day was stated whose zone is not known, so that only the day is given."""


def read_time(
    text: str, *, country: str | None = None, language: str | None = None, at_home: bool = True
) -> StatedTime | None:
    """The first time that `text` states, with the precision that it has; None where it states none.

    Read are ISO 8601 in its usual misspellings, RFC 822, Unix times, and dates as people write them in some sixty
    languages, with a.m. and p.m., offsets and names of zones. `country` (ISO 3166, the outlet's) decides what the
    text leaves open: the order of 5/6/2026, which zone `IST` is, and where a time of day without a zone holds.
    `language` (ISO 639-1) helps with the order and with names of months. Where something stays open, the day alone
    is given, or nothing; never a guess. Where `country` is only likely, `at_home` false keeps it from saying in which
    zone a time of day holds. Times before 1990 and in years after 2100 are none.
    """
    text = " ".join(_plain(text[: 4 * _LONGEST]).split())[:_LONGEST]
    stated = _unix(text) or _written(text, country, language, home_of(country) if at_home else None)
    return stated if stated and stated.moment >= EARLIEST else None


def is_plausible(moment: datetime, now: datetime) -> bool:
    """Whether something that was seen at `now` can have been published at `moment`: not before the web, and not
    more than a day ahead, which clocks and zones that are set wrongly reach."""
    return EARLIEST <= moment <= now + _AHEAD


def _plain(text: str) -> str:
    """`text` with the digits of any script as 0 to 9, wide forms narrowed, and no invisible marks."""
    text = unicodedata.normalize("NFKC", text)
    if text.isascii():
        return text
    return "".join(
        str(unicodedata.digit(c)) if c.isdecimal() else c for c in text if unicodedata.category(c) != "Cf"
    ).replace("\u2212", "-")


def _unix(text: str) -> StatedTime | None:
    match = _SECONDS.fullmatch(text)
    if not match:
        return None
    seconds = float(text) if match[1] else int(text) / 1000
    return StatedTime(datetime.fromtimestamp(seconds, UTC), "second")


def _written(text: str, country: str | None, language: str | None, home: Zone | None) -> StatedTime | None:
    text = _YEAR_LAST.sub(r"\g<day> \g<year> \g<clock>", _RUN.sub(r"\1T\2", text))
    day = day_in(text, country, language or _LANGUAGES.get(country or ""))
    if day is None:
        return None
    midnight = datetime(day.value.year, day.value.month, day.value.day, tzinfo=UTC)
    clock, zone = _clock_of(text, day, country, home) or (None, None)
    if clock is None:
        return StatedTime(midnight, "day")
    if zone is None:
        return StatedTime(midnight, "day", zoned=False)
    since = timedelta(hours=clock.hour, minutes=clock.minute, seconds=clock.second or 0, microseconds=clock.micro)
    naive = midnight.replace(tzinfo=None) + since
    return StatedTime(to_utc(naive, zone), "minute" if clock.second is None else "second")


def _clock_of(text: str, day: Day, country: str | None, home: Zone | None) -> tuple[Clock, Zone | None] | None:
    """The time of day that belongs to a day, behind it or before it, and its zone: stated, or else `home`."""
    before, after = text[: day.start], text[day.end :]
    for clock in clocks_in(after):
        if clock is None or not _near(after[: clock.start]):
            break
        stated = read_zone(after[clock.end :], country, small=clock.halved)
        return clock, stated[0] if stated else home
    told = [clock for clock in clocks_in(before) if clock]
    if not told:
        return None
    clock = told[-1]
    stated = read_zone(before[clock.end :], country, small=clock.halved)
    between = before[clock.end + (stated[1] if stated else 0) :]
    stated = stated or read_zone(after, country)
    return (clock, stated[0] if stated else home) if _near(between) else None


def _near(between: str) -> bool:
    return len(between) <= _NEAR and not any(c.isdigit() for c in between)

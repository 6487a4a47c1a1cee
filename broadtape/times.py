"""Times: UTC everywhere, ISO 8601 or a span back from now on the way in."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from broadtape.errors import InvalidTime

__all__ = ["EARLIEST", "iso", "parse_span", "parse_time", "plausible", "shifted", "utc", "utcnow"]

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_SPAN = re.compile(r"(\d{1,6})\s*([smhdw])")


EARLIEST = date(1900, 1, 1)
"""The first day that is counted from: what is dated before was dated by mistake."""
_FIRST_WEB_PAGES = datetime(1990, 1, 1, tzinfo=UTC)
_CLOCK_AHEAD = timedelta(days=2)


def utcnow() -> datetime:
    """The current time, aware, UTC, to the microsecond."""
    return datetime.now(UTC)


def utc(moment: datetime) -> datetime:
    """`moment` in UTC; a naive one is taken to be UTC already."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def plausible(moment: datetime) -> bool:
    """Whether a page can have been fetched then: since there is a web, and no later than a clock set wrong says."""
    return _FIRST_WEB_PAGES <= moment <= utcnow() + _CLOCK_AHEAD


def shifted(moment: datetime, span: timedelta) -> datetime:
    """`moment` and `span` together; the first or last time there is, where it would lie beyond."""
    try:
        return moment + span
    except OverflowError:
        end = datetime(9999, 12, 31, 23, 59, 59, 999_999) if span > timedelta() else datetime(1, 1, 1)  # noqa: DTZ001
        return end.replace(tzinfo=moment.tzinfo)


def iso(moment: datetime) -> str:
    """`moment` as ISO 8601 in UTC with a trailing Z, to the microsecond where it has any."""
    return utc(moment).isoformat().replace("+00:00", "Z")


def parse_span(text: str) -> timedelta:
    """A span such as `90s`, `15m`, `6h`, `3d`, `2w`; raises InvalidTime otherwise."""
    match = _SPAN.fullmatch(text.strip().lower())
    if not match:
        raise InvalidTime(f"{text!r} is no span of time: write a number and one of s, m, h, d, w, such as 6h or 3d.")
    return timedelta(seconds=int(match[1]) * _UNITS[match[2]])


def parse_time(text: str, *, now: datetime | None = None) -> datetime:
    """An ISO 8601 time (UTC where it has no offset) or a span back from `now`; raises InvalidTime otherwise."""
    given = text.strip()
    try:
        if _SPAN.fullmatch(given.lower()):
            return (now or utcnow()) - parse_span(given)
        return utc(datetime.fromisoformat(given))
    except (ValueError, OverflowError):
        raise InvalidTime(
            f"{text!r} is no time: write ISO 8601, such as 2026-11-23 or 2026-11-23T14:00, "
            "or a span back from now, such as 3d."
        ) from None

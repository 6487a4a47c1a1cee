"""Times: UTC everywhere, ISO 8601 or a span back from now on the way in."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from broadtape.errors import InvalidTime

__all__ = ["iso", "parse_span", "parse_time", "utc", "utcnow"]

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_SPAN = re.compile(r"(\d{1,6})\s*([smhdw])")


def utcnow() -> datetime:
    """The current time, aware, UTC, to the microsecond."""
    return datetime.now(UTC)


def utc(moment: datetime) -> datetime:
    """`moment` in UTC; a naive one is taken to be UTC already."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


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

"""Words, addresses and times as listings give them, made plain and bounded."""

from __future__ import annotations

import calendar
import re
import time
from datetime import UTC, datetime
from html import unescape
from urllib.parse import urljoin, urlsplit

from broadtape.times import utc

__all__ = ["absolute", "from_struct", "moment", "plain"]

_TAG = re.compile(r"</?[A-Za-z!][^<>]{0,2000}>")
_LONGEST_URL = 2000


def plain(value: object, most: int = 5000) -> str | None:
    """`value` as text without markup, in one line, at most `most` characters; None where nothing is left."""
    if not isinstance(value, str):
        return None
    text = " ".join(unescape(_TAG.sub(" ", value[: 4 * most])).split())
    return text[:most] or None


def absolute(base: str, link: object) -> str | None:
    """`link` as a whole address that names a host; None where it is none or absurdly long."""
    if not isinstance(link, str) or not link.strip():
        return None
    try:
        url = urljoin(base, link.strip())
        usable = bool(urlsplit(url).hostname)
    except ValueError:
        return None
    return url if usable and len(url) <= _LONGEST_URL else None


def moment(value: str | None) -> datetime | None:
    """A W3C date or time (UTC where it has no offset); None where it cannot be read."""
    text = (value or "").strip()
    try:
        return utc(datetime.fromisoformat(text)) if text else None
    except (ValueError, OverflowError):
        return None


def from_struct(value: object) -> datetime | None:
    """A feed's time as feedparser gives it, in UTC; None where it is absent or impossible."""
    if not isinstance(value, time.struct_time):
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(value), UTC)
    except (ValueError, OverflowError, OSError):
        return None

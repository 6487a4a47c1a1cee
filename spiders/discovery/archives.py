"""Archive sitemaps: one address for each day, month or year, walked back to a given time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

__all__ = ["archive_addresses", "paged"]

_MOST_ADDRESSES = 4_000


def paged(template: str) -> bool:
    """Whether the template has a page number to count up."""
    return "{page}" in template


def archive_addresses(template: str, since: datetime, until: datetime) -> Iterator[str]:
    """The template's addresses from `until` back to `since`, newest first; `{page}` is left in place.

    The finest of `{dd}`, `{mm}` and `{yyyy}` in the template sets the step; one without any is a single address.
    """
    seen: set[str] = set()
    day = until.date()
    while day >= since.date() and len(seen) < _MOST_ADDRESSES:
        url = (
            template.replace("{yyyy}", f"{day.year:04}")
            .replace("{mm}", f"{day.month:02}")
            .replace("{dd}", f"{day.day:02}")
        )
        if url not in seen:
            seen.add(url)
            yield url
        if url == template:
            return
        day -= timedelta(days=1)

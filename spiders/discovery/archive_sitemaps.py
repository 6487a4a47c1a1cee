"""Archive sitemaps: one address for each day, month or year, walked back to a given time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from functools import reduce

from broadtape.stated_times import EARLIEST

__all__ = ["archive_addresses", "paged"]


def paged(template: str) -> bool:
    """Whether the template has a page number to count up."""
    return "{page}" in template


def archive_addresses(template: str, since: datetime, until: datetime) -> Iterator[str]:
    """The template's addresses from `until` back to `since`, newest first; `{page}` is left in place.

    They end where the web begins. The finest of `{dd}`, `{mm}` and `{yyyy}` in the template sets the step; one without
    any is a single address.
    """
    seen: set[str] = set()
    for ordinal in range(until.toordinal(), max(since, EARLIEST).toordinal() - 1, -1):
        day = date.fromordinal(ordinal)
        parts = {"{yyyy}": f"{day.year:04}", "{mm}": f"{day.month:02}", "{dd}": f"{day.day:02}"}
        url = reduce(lambda text, part: text.replace(*part), parts.items(), template)
        if url not in seen:
            seen.add(url)
            yield url
        if url == template:
            return

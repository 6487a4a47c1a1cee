"""Listings that came back with nothing but stories nobody had seen: what went by between two looks, nobody can tell."""

from __future__ import annotations

from collections.abc import Callable

from broadtape.times import iso
from spiders.discovery.reading import Reading

__all__ = ["Turnover"]

_MANY = 10
"""Stories without times: of fewer, it may have listed none at all before."""


class Turnover:
    """What one run's looks show of this: `gone_by` has, by the listing's address, when it was looked at before."""

    def __init__(self) -> None:
        self.gone_by: dict[str, str] = {}

    def note(self, reading: Reading, known: Callable[[str], bool]) -> None:
        """Takes one look; `known` tells of an address whether anything was known of it before this look."""
        before = reading.before
        if before is None or not reading.listings or any(known(story.url) for story in reading.listings):
            return
        times = [at for story in reading.listings if (at := story.modified_at or story.published_at)]
        if len(reading.listings) >= _MANY if before.newest is None or not times else min(times) > before.newest:
            self.gone_by[reading.url] = iso(before.polled_at)

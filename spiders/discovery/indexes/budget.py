"""How much of an outlet's listings one run reads. What lies beyond is left for the next, and counted."""

from __future__ import annotations

import time
from collections.abc import Callable

__all__ = ["ReadingBudget"]

_MOST_SITEMAPS = 500
_MOST_BYTES = 256 * 2**20
"""Unpacked. What goes through the parser costs all outlets of the run their turns."""
_MOST_LISTED = 300_000
_SHARE_OF_TIME = 0.5
"""Of the wall clock that an outlet may take: the rest is for its stories."""


class ReadingBudget:
    """What is left of one outlet's budget for the sitemaps that indexes name. Its own listings are always read."""

    def __init__(self, outlet_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._until = clock, clock() + _SHARE_OF_TIME * outlet_seconds
        self._sitemaps = self._bytes = self._listed = 0

    def take(self, *, sitemaps: int = 0, unpacked: int = 0, listed: int = 0) -> None:
        """So much was read."""
        self._sitemaps += sitemaps
        self._bytes += unpacked
        self._listed += listed

    @property
    def spent(self) -> bool:
        """Whether the rest has to wait for another run."""
        return (
            self._sitemaps >= _MOST_SITEMAPS
            or self._bytes >= _MOST_BYTES
            or self._listed >= _MOST_LISTED
            or self._clock() >= self._until
        )

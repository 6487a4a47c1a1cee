"""Sitemaps that are to be read, the newest first."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from broadtape.capture import Via
from spiders.discovery.documents.sitemap_entries import Child

__all__ = ["Queue", "Waiting"]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A sitemap that is to be read."""

    child: Child
    via: Via
    source: str
    """The outlet's own listing, as its file has it, that led here."""
    until: datetime | None = None
    """How new its stories may be, where anybody can tell."""
    since: datetime | None = None
    """Stories listed as older than this are not wanted."""


class Queue:
    """Sitemaps by how new they may be; those of which nobody knows come last, in the order in which they were added."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Waiting]] = []
        self._numbers = itertools.count()

    def add(self, found: Iterable[Waiting]) -> None:
        """Takes them in."""
        for each in found:
            age = -each.until.timestamp() if each.until else float("inf")
            heapq.heappush(self._heap, (age, next(self._numbers), each))

    def pop(self) -> Waiting:
        """The newest; raises IndexError where nothing waits."""
        return heapq.heappop(self._heap)[2]

    def __iter__(self) -> Iterator[Waiting]:
        return (each for _, _, each in self._heap)

    def __len__(self) -> int:
        return len(self._heap)

"""The archive as the room reads it: each page at one version, and a newer one within seconds of its commit."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable
from typing import TypeVar, cast

from broadtape import corpus
from broadtape.corpus import Corpus, Outlet
from broadtape.corpus.reading.filters import Clock, Moment

__all__ = ["CachedView", "SnapshotCache"]

T = TypeVar("T")

_LOOK_AGAIN = 10.0
"""Seconds for which a version is taken to be the newest."""
_REMEMBERED = 128
"""Answers kept for one version."""


class CachedView:
    """One version of the archive, with what was counted over it."""

    def __init__(self, opened: Corpus) -> None:
        self.corpus = opened
        self._known: OrderedDict[Hashable, object] = OrderedDict()
        self._lock = threading.Lock()

    def remember(self, key: Hashable, count: Callable[[], T]) -> T:
        """What `count` gives, counted once: a version never changes."""
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return cast(T, self._known[key])
        # Outside of the lock: to count twice is better than to wait for another page's count.
        counted = count()
        with self._lock:
            self._known[key] = counted
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return counted

    def outlets(self, as_of: Moment | None = None, clock: Clock = "archived") -> list[Outlet]:
        """What is held of each outlet, as of a moment where one is given."""
        return self.remember(("outlets", as_of, clock), lambda: self.corpus.outlets(as_of=as_of, clock=clock))


class SnapshotCache:
    """Opens the archive again where it has moved on. Safe for use by several threads."""

    def __init__(self, uri: str, clock: Callable[[], float] = time.monotonic, *, outlets: Collection[str] = ()) -> None:
        """`outlets` may be asked for although nothing of them is archived yet."""
        self._uri, self._outlets = uri, tuple(outlets)
        self._clock = clock
        self._lock = threading.Lock()
        self._shelf = CachedView(corpus.open(uri, outlets=self._outlets))
        self._looked: float | None = clock()

    def view(self) -> CachedView:
        """The newest version; who holds one keeps it. Raises ArchiveError where the archive is gone."""
        with self._lock:
            if self._looked is None or self._clock() - self._looked >= _LOOK_AGAIN:
                # A corpus of its own: to refresh the one in use would change it under a download.
                newest = corpus.open(self._uri, outlets=self._outlets)
                if newest.versions != self._shelf.corpus.versions:
                    self._shelf = CachedView(newest)
                self._looked = self._clock()
            return self._shelf

    def look_again(self) -> None:
        """Makes the next `view` look for a newer version at once: a file of this one was found gone."""
        with self._lock:
            self._looked = None

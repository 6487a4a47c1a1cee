"""Following a crawl: its events become batches of closed segments and ended outlets."""

from __future__ import annotations

import queue
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from broadtape.crawl.events import Closed, End, Event, OutletEnd, Progress
from broadtape.crawl.process import Crawl

__all__ = ["Batch", "Batches"]

_LINGER = 5.0
"""Seconds a closed segment may wait for others: outlets that finish together share a commit."""


@dataclass(slots=True)
class Batch:
    """What happened since the last one."""

    segments: list[Path] = field(default_factory=list)
    ended: list[OutletEnd] = field(default_factory=list)
    progress: dict[str, Progress] = field(default_factory=dict)
    error: str | None = None
    """Why the crawl as a whole could not do its work."""
    over: bool = False

    def take(self, event: Event | None) -> None:
        """Adds one event; None is the end of the stream."""
        match event:
            case Closed():
                self.segments.append(Path(event.path))
            case OutletEnd():
                self.ended.append(event)
            case Progress():
                self.progress[event.site] = event
            case End():
                self.error = event.error
            case None:
                self.over = True

    @property
    def due(self) -> bool:
        """Whether there is something to publish."""
        return bool(self.segments or self.ended)


class Batches:
    """A crawl's events as they come, gathered into batches."""

    def __init__(self, crawl: Crawl) -> None:
        self._events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self._waiting = Batch()
        self._since = time.monotonic()
        threading.Thread(target=_read, args=(crawl, self._events), name="crawl-events", daemon=True).start()

    def next(self, seconds: float = 0.5) -> Batch:
        """The next batch after about `seconds`: what is to be published once it is due, else the progress made."""
        batch = self._waiting
        idle = not batch.due
        _fill(batch, self._events, seconds)
        if idle:
            self._since = time.monotonic()
        if batch.over or time.monotonic() - self._since >= _LINGER:
            self._waiting = Batch()
            return batch
        progress, batch.progress = batch.progress, {}
        return Batch(progress=progress)


def _fill(batch: Batch, events: queue.SimpleQueue[Event | None], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not batch.over and (left := end - time.monotonic()) > 0:
        try:
            batch.take(events.get(timeout=left))
        except queue.Empty:
            return


def _read(crawl: Crawl, events: queue.SimpleQueue[Event | None]) -> None:
    try:
        for event in crawl.events():
            events.put(event)
    finally:
        events.put(None)

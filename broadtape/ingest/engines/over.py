"""Parts of a whole done by an engine, some at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from typing import TypeVar

from broadtape.errors import PartFailed
from broadtape.ingest.engines.engine import Engine
from broadtape.work import Work

__all__ = ["AHEAD", "done_over"]

R = TypeVar("R")
AHEAD = 3
"""Parts under way for each that is being worked on: so none waits for the next, and memory stays bounded."""


def done_over(engine: Engine, parts: Iterable[Work[R]]) -> Iterator[R]:
    """See `broadtape.work.Doing`. Raises EngineGone."""
    waiting: deque[Future[R]] = deque()
    failed: list[str] = []

    def first() -> Iterator[R]:
        try:
            yield waiting.popleft().result()
        except PartFailed as error:
            failed.append(str(error))

    try:
        for part in parts:
            waiting.append(engine.submit(part))
            if len(waiting) > engine.slots * AHEAD:
                yield from first()
        while waiting:
            yield from first()
    finally:
        for future in waiting:
            future.cancel()
    if failed:
        raise PartFailed(" ".join(failed))

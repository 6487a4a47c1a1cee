"""Work on a whole archive in parts, by whom the settings say, for jobs that clean no pages."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from importlib.util import find_spec
from itertools import chain, islice
from typing import TYPE_CHECKING, Protocol, TypeVar

from broadtape.jobs.progress import ProgressListener
from broadtape.settings import Settings
from broadtape.work import Doing, Work, done_here

if TYPE_CHECKING:
    from broadtape.ingest.engines.engine import Engine

__all__ = ["bulk_work", "told_of"]

R = TypeVar("R")
_TOLD = 30.0
"""Seconds between two sentences."""


@contextmanager
def bulk_work(settings: Settings, told: Callable[[str], object]) -> Iterator[Doing]:
    """Who does parts of work, for as long as the context lasts; raises ConfigError, once there is work to do, where
    Dask's workers are asked for and not to be had.

    On one machine a part that is alone is done in this process: others take longer to start. So is everything where
    this package is installed to read alone, without what starts processes.
    """
    engine: Engine | None = None
    with ExitStack() as stack:

        def doing(parts: Iterable[Work[R]]) -> Iterator[R]:
            nonlocal engine
            every = iter(parts)
            first = list(islice(every, 2))
            if settings.work.engine == "local" and (len(first) < 2 or find_spec("pebble") is None):
                return done_here(chain(first, every))
            from broadtape.ingest.engines.over import done_over

            engine = engine or _engine(settings, told, stack)
            return done_over(engine, chain(first, every))

        yield doing


def _engine(settings: Settings, told: Callable[[str], object], stack: ExitStack) -> Engine:
    from broadtape.ingest.cleaning_pool import Cleaners  # half a second that small archives need not spend
    from broadtape.ingest.engines.choose import engine_of

    processes = stack.enter_context(Cleaners({}, settings, lambda _site: None))
    engine = engine_of(settings, processes, told)
    stack.callback(engine.close)
    return engine


class Heard(Protocol):
    """Hears how much of the whole is done, of how much, and where that is."""

    def __call__(self, done: int, total: int, at: object = None) -> None:
        """So much is done."""


def told_of(watch: ProgressListener, what: str) -> Heard:
    """Has `watch` told how much is done; with pace, what is left, and where that is now and then."""
    began = told = time.monotonic()

    def heard(done: int, total: int, at: object = None) -> None:
        nonlocal told
        watch.counted(what, done, total)
        now = time.monotonic()
        if now - told < _TOLD or not 0 < done < total:
            return
        told, seconds = now, now - began
        left = timedelta(seconds=round(seconds / done * (total - done)))
        where = f", up to {at}" if at else ""
        watch.step(f"{what}: {done:,} of {total:,}{where}, {done / seconds:,.1f} a second; some {left} left")

    return heard

"""What a worker of Dask's does: one a machine, with a pool of cleaning processes of its own.

So a page has the limits of time and memory here that it has everywhere, and costs itself alone; Dask sees a worker die
only where the machine, or somebody, ends it.
"""

from __future__ import annotations

import multiprocessing
import pickle
import secrets
import threading
import zlib
from dataclasses import dataclass, field
from typing import TypeVar

from distributed import get_worker

from broadtape.errors import OtherCode, UnfitWorker
from broadtape.ingest.cleaning_pool import Cleaners
from broadtape.ingest.engines.code import code_version
from broadtape.settings import Settings
from broadtape.work import Work

__all__ = ["Orders", "perform"]

R = TypeVar("R")


@dataclass(frozen=True)
class Orders:
    """By what pages are cleaned: goes with each piece of work, some ten KB, for data that lies on workers is lost with
    them. `name` tells these from others'."""

    name: str
    code: str
    packed: bytes = field(repr=False)
    """Limits and outlets, which none but the same code can read."""

    @classmethod
    def given(cls, settings: Settings) -> Orders:
        """Those of this process."""
        told = (settings.max_decompressed_bytes, settings.page_timeout, dict(settings.sites()))
        return cls(secrets.token_hex(8), code_version(), zlib.compress(pickle.dumps(told)))

    def cleaners(self, workers: int) -> Cleaners:
        """A pool of so many processes that clean by them."""
        most, timeout, sites = pickle.loads(zlib.decompress(self.packed))  # noqa: S301 - as Dask does with all it is sent
        settings = Settings.model_construct(workers=workers, page_timeout=timeout, max_decompressed_bytes=most)
        return Cleaners(sites, settings, lambda _site: None)


_lock = threading.Lock()
_cleaners: dict[str, Cleaners] = {}


def perform(orders: Orders, work: Work[R]) -> R:
    """Does work in this worker's own processes; raises UnfitWorker where it cannot have any, or runs other code than
    who sent it."""
    if multiprocessing.current_process().daemon:
        raise UnfitWorker(get_worker().address, "its nanny lets it start no processes: start it with --no-nanny")
    mine = code_version()
    if mine != orders.code:
        raise OtherCode(get_worker().address, mine, orders.code)
    return _cleaners_for(orders).run(work)


def _cleaners_for(orders: Orders) -> Cleaners:
    """This worker's pool for these orders, made when first asked for; those for earlier ones are closed."""
    with _lock:
        if orders.name not in _cleaners:
            for earlier in [_cleaners.pop(name) for name in list(_cleaners)]:
                earlier.__exit__(None, None, None)
            _cleaners[orders.name] = orders.cleaners(get_worker().state.nthreads)
        return _cleaners[orders.name]

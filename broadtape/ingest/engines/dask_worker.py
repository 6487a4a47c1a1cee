"""What a worker of Dask's does: one a machine, with a pool of cleaning processes of its own.

So a page has the limits of time and memory here that it has everywhere, and costs itself alone; Dask sees a worker die
only where the machine, or somebody, ends it.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from distributed import get_worker

from broadtape.errors import OtherCode
from broadtape.ingest.cleaning_pool import Cleaners
from broadtape.ingest.engines.code import code_version
from broadtape.ingest.work import Work
from broadtape.settings import Settings
from broadtape.site import Site

__all__ = ["Orders", "perform"]

R = TypeVar("R")


@dataclass(frozen=True)
class Orders:
    """By what pages are cleaned: sent to each worker once. `name` tells these from others'."""

    name: str
    code: str
    max_decompressed_bytes: int
    page_timeout: float
    sites: Mapping[str, Site] = field(repr=False)


_lock = threading.Lock()
_cleaners: dict[str, Cleaners] = {}


def perform(orders: Orders, work: Work[R]) -> R:
    """Does work in this worker's own processes; raises OtherCode where it runs other code than who sent it."""
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
            settings = Settings.model_construct(
                workers=get_worker().state.nthreads,
                page_timeout=orders.page_timeout,
                max_decompressed_bytes=orders.max_decompressed_bytes,
            )
            _cleaners[orders.name] = Cleaners(orders.sites, settings, lambda _site: None)
        return _cleaners[orders.name]

"""Work in the cleaning processes of this machine."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from broadtape.ingest.cleaning_pool import Cleaners
from broadtape.work import Work

__all__ = ["LocalEngine"]

R = TypeVar("R")


class LocalEngine:
    """See `Engine`. The cleaners are the caller's, who closes them."""

    def __init__(self, cleaners: Cleaners, workers: int) -> None:
        self.slots = workers
        # One thread more than there are processes hands over the next piece while these are at work.
        self._threads = ThreadPoolExecutor(workers + 1, thread_name_prefix="work")
        self._cleaners = cleaners

    def submit(self, work: Work[R]) -> Future[R]:
        """See `Engine`."""
        return self._threads.submit(self._cleaners.run, work)

    def close(self) -> None:
        """See `Engine`."""
        self._threads.shutdown(wait=False, cancel_futures=True)

"""Work on every machine that a scheduler of Dask's has."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from typing import Any, TypeVar

from distributed import Client, KilledWorker

from broadtape.errors import BroadtapeError, ConfigError, EngineGone, UnfitWorker
from broadtape.ingest.engines.dask_worker import Orders, perform
from broadtape.settings import Settings
from broadtape.work import Work

__all__ = ["DaskEngine"]

R = TypeVar("R")
_CONNECT = 15.0
_DEATHS = 1
"""Workers that a piece of work may take with it and be tried again: with the second it is set aside."""
_LOOK = 5.0
"""Seconds between two looks at which workers there are."""


class DaskEngine:
    """See `Engine`. Raises ConfigError where no scheduler answers; `told` hears of workers that are given no work."""

    def __init__(self, address: str, settings: Settings, told: Callable[[str], object]) -> None:
        connect: Any = Client  # which has no types
        try:
            self._client = connect(address, timeout=_CONNECT, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise ConfigError(f"No scheduler of Dask's answers at {address}: {error}. See 'dask scheduler'.") from None
        self._address, self._told = address, told
        self._client.run_on_scheduler(_set_aside_after, _DEATHS)
        self._orders = Orders.given(settings)
        self._refused: set[str] = set()
        self._lock = threading.Lock()
        self._looked = 0.0
        self._workers: dict[str, int] = {}
        self._look()

    @property
    def slots(self) -> int:
        """See `Engine`; at least one, though no worker may be there yet."""
        self._look()
        return max(sum(self._workers.values()), 1)

    def submit(self, work: Work[R]) -> Future[R]:
        """See `Engine`."""
        promised: Future[R] = Future()
        self._send(work, promised)
        return promised

    def close(self) -> None:
        """See `Engine`."""
        self._client.close(timeout=_LOOK)

    def _send(self, work: Work[R], promised: Future[R]) -> None:
        self._look()
        only = list(self._workers) if self._refused else None
        if self._refused and not self._workers:
            promised.set_exception(EngineGone(f"No worker at {self._address} can do this machine's work."))
            return
        # Where all of these end, another may take it, and say that it cannot: else it would wait for ever.
        sent: Any = self._client.submit(
            perform, self._orders, work, pure=False, workers=only, allow_other_workers=bool(only)
        )
        sent.add_done_callback(lambda done: self._keep(done, work, promised))

    def _keep(self, done: Any, work: Work[R], promised: Future[R]) -> None:
        """Hands on what came of work; what an unfit worker was given is given to another."""
        try:
            promised.set_result(done.result())
        except UnfitWorker as unfit:
            self._refuse(unfit)
            self._send(work, promised)
        except KilledWorker as killed:
            self._in_pieces(work, promised, killed.last_worker.address)
        except CancelledError:
            promised.set_exception(
                EngineGone(f"The scheduler at {self._address} does not answer any more. Nothing is lost; run it again.")
            )
        except Exception as error:  # the caller's to judge
            promised.set_exception(error)

    def _in_pieces(self, work: Work[R], promised: Future[R], last: str) -> None:
        """Does work that took workers with it piece by piece; a piece that does so again is given up."""
        try:
            pieces = work.pieces()
            if len(pieces) == 1:
                promised.set_result(work.lost(f"more than one worker ended over it, the last one {last}"))
                return
        except BroadtapeError as error:  # the part fails, or what it is of cannot be read
            promised.set_exception(error)
            return
        parts = [self.submit(piece) for piece in pieces]
        left = set(parts)

        def one_done(done: Future[R]) -> None:
            with self._lock:
                left.discard(done)
                if left:
                    return
            try:
                promised.set_result(work.joined([part.result() for part in parts]))
            except BroadtapeError as error:  # of where a recording lies, or the engine's own
                promised.set_exception(error)

        for part in parts:
            part.add_done_callback(one_done)

    def _look(self) -> None:
        """Which workers there are, as of some seconds ago."""
        with self._lock:
            if time.monotonic() - self._looked < _LOOK and self._workers:
                return
            self._workers = {
                name: threads for name, threads in self._client.nthreads().items() if name not in self._refused
            }
            self._looked = time.monotonic()

    def _refuse(self, unfit: UnfitWorker) -> None:
        with self._lock:
            new = unfit.worker not in self._refused
            self._refused.add(unfit.worker)
            self._workers.pop(unfit.worker, None)
        if new:
            self._told(str(unfit))


def _set_aside_after(deaths: int, dask_scheduler: Any = None) -> None:
    dask_scheduler.allowed_failures = deaths

"""Work on every machine that a scheduler of Dask's has."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from typing import Any, TypeVar

from distributed import Client, KilledWorker

from broadtape.errors import ConfigError, OtherCode, WorkLost
from broadtape.ingest.engines.code import code_version
from broadtape.ingest.engines.dask_worker import Orders, perform
from broadtape.ingest.work import Work
from broadtape.settings import Settings

__all__ = ["DaskEngine"]

R = TypeVar("R")
_CONNECT = 15.0
_DEATHS = 1
"""Workers that a piece of work may take with it and be tried again: with the second it is set aside."""
_GIVEN_AGAIN = 20
"""How often in a run the machine that still holds the run's orders may go."""
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
        self._said = Orders(
            secrets.token_hex(8),
            code_version(),
            settings.max_decompressed_bytes,
            settings.page_timeout,
            dict(settings.sites()),
        )
        self._orders, self._left = self._given(), _GIVEN_AGAIN
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
        """See `Engine`. A future that fails with WorkLost took more than one worker with it."""
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
            promised.set_exception(WorkLost(f"No worker at {self._address} has this machine's code."))
            return
        orders = self._orders
        sent: Any = self._client.submit(perform, orders, work, pure=False, workers=only)
        sent.add_done_callback(lambda done: self._keep(done, work, promised, orders))

    def _given(self) -> Any:
        return self._client.scatter(self._said, broadcast=True, hash=False)

    def _give_again(self, lost: object) -> bool:
        """Orders lie on workers, on one in the end, and are lost with it; gives them out anew, once for all that lost
        them. False where the scheduler itself is gone."""
        with self._lock:
            if self._orders is lost:
                if self._client.status != "running" or not self._left:
                    return False
                self._left -= 1
                try:
                    self._orders = self._given()
                except (OSError, TimeoutError):
                    return False
        return True

    def _keep(self, done: Any, work: Work[R], promised: Future[R], orders: object) -> None:
        """Hands on what came of work; what a worker with other code was given is given to another."""
        try:
            promised.set_result(done.result())
        except OtherCode as other:
            self._refuse(other)
            self._send(work, promised)
        except KilledWorker as killed:
            who = killed.last_worker.address
            promised.set_exception(WorkLost(f"more than one worker ended over it, the last one {who}"))
        except CancelledError:
            if self._give_again(orders):
                self._send(work, promised)
                return
            promised.set_exception(WorkLost(f"the scheduler at {self._address} does not answer any more"))
        except Exception as error:  # the caller's to judge
            promised.set_exception(error)

    def _look(self) -> None:
        """Which workers there are, as of some seconds ago."""
        with self._lock:
            if time.monotonic() - self._looked < _LOOK and self._workers:
                return
            self._workers = {
                name: threads for name, threads in self._client.nthreads().items() if name not in self._refused
            }
            self._looked = time.monotonic()

    def _refuse(self, other: OtherCode) -> None:
        with self._lock:
            new = other.worker not in self._refused
            self._refused.add(other.worker)
            self._workers.pop(other.worker, None)
        if new:
            self._told(str(other))


def _set_aside_after(deaths: int, dask_scheduler: Any = None) -> None:
    dask_scheduler.allowed_failures = deaths

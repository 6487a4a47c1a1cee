"""Leases: who may write an outlet now.

An outlet's lease is a series of objects `leases/<site>/<epoch>.json`, each created only if it is not there; the holder
is the highest epoch. To overwrite one object on a condition is not reliable on every store, to create one is. A lease
is taken by creating the next epoch once the highest has expired, was released, or was left by a process of this machine
that has ended, renewed by overwriting one's own object, and lost once a higher one appears. The epoch fences every
commit, so that a run which wakes up too late writes nothing.
"""

from __future__ import annotations

import secrets
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from broadtape.archive.claims import Claim, claims, epochs_of, highest
from broadtape.archive.lease_holder import this_process
from broadtape.archive.stores.object_store import ObjectStore
from broadtape.archive.tallies import LEASES_LOST
from broadtape.errors import LeaseHeld, LeaseLost, StoreError
from broadtape.times import utcnow

__all__ = ["MAINTENANCE", "Lease", "acquire"]

MAINTENANCE = "_maintenance"
"""The pseudo-outlet whose lease keeps rewrites of the tables, and of what is derived from them, apart."""

_RENEWALS = 3
"""Renewals within a lease's time: two may fail."""
_RENEWING = 10.0
"""Seconds that a renewal under way is waited for."""
_UNTOLD: set[str] = set()
"""Claims that this process gave back, or never came to hold, while the store was away: they bind it no more."""
_LOOKS = 3
"""Times that a claim is made where there is one already: a list may be older than what it lists."""
_LITTER = 20
"""Overtaken claims that may lie about before one more request removes them."""


class Lease:
    """The right to write one outlet, renewed by a daemon thread until it is released. A context manager."""

    def __init__(self, store: ObjectStore, claim: Claim, seconds: float, clock: Callable[[], datetime]) -> None:
        self.site, self.run, self.epoch = claim.site, claim.run, claim.epoch
        self._store, self._claim, self._clock = store, claim, clock
        self._seconds = seconds
        self._lost: str | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._keep, name=f"lease {claim.site}", daemon=True)
        self._thread.start()

    def check(self) -> None:
        """Raises LeaseLost if the lease has expired or another run has taken it."""
        if self._lost is None and not self._claim.live(self._clock()):
            self._lost = "it was released" if self._claim.released else "it could not be renewed in time"
            LEASES_LOST[self.site] += not self._claim.released
        if self._lost:
            raise LeaseLost(f"The lease on {self.site} is lost: {self._lost}. Nothing of this commit was written.")

    @property
    def lost(self) -> bool:
        """Whether it was found to have expired, or to be another run's."""
        return self._lost is not None

    def renew(self) -> None:
        """Extends the lease now; raises LeaseLost if another run has taken it, StoreError if the store fails."""
        self.check()
        highest = max((epoch for epoch, _ in epochs_of(self._store, self.site)), default=0)
        if highest > self.epoch:
            self._lost = "another run has taken it over"
            LEASES_LOST[self.site] += 1
            self.check()
        renewed = replace(self._claim, expires=self._clock() + timedelta(seconds=self._seconds))
        self._store.put_hastily(renewed.key, renewed.to_json())
        self._claim = renewed

    def release(self) -> None:
        """Gives the lease back at once; one already lost stays lost. Safe to call twice."""
        self._stop.set()
        if self._thread is not threading.current_thread():
            self._thread.join(_RENEWING)  # it may be waiting for a store that does not answer
        if self._lost is None and self._claim.live(self._clock()):
            self._claim = replace(self._claim, released=True)
            try:
                self._store.put_hastily(self._claim.key, self._claim.to_json())
            except StoreError:  # it then expires by itself
                _UNTOLD.add(self._claim.nonce)

    def _keep(self) -> None:
        while not self._stop.wait(self._seconds / _RENEWALS):
            try:
                self.renew()
            except LeaseLost:
                return
            except StoreError:
                continue  # check() tells once it is too late

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def acquire(
    store: ObjectStore,
    site: str,
    *,
    run: str,
    seconds: float,
    conditional: bool,
    floor: Callable[[], int] = lambda: 0,
    clock: Callable[[], datetime] = utcnow,
) -> tuple[Lease, Claim | None]:
    """Takes the lease on an outlet; also gives the claim it takes over, None for the first ever.

    `floor` tells the highest epoch that the tables know, and is asked where no claim is left. Raises LeaseHeld.
    Without `conditional` put, nothing keeps two runs from taking it at once, so a live lease of any other run on any
    outlet counts.
    """
    for _ in range(_LOOKS):
        now = clock()
        if not conditional:
            _refuse_company(store, run, now)
        epochs = sorted(epochs_of(store, site))
        last = highest(store, epochs)
        if last and last.live(now) and not last.abandoned and last.nonce not in _UNTOLD:
            raise LeaseHeld(
                f"{site} is being written by run {last.run} on {last.host} until {last.expires:%H:%M:%S} UTC at the "
                "least; wait for it to end, or to expire if it was killed."
            )
        nonce = f"{this_process()}/{secrets.token_hex(8)}"
        expires = now + timedelta(seconds=seconds)
        claim = Claim(site, (last.epoch if last else floor()) + 1, run, socket.gethostname(), nonce, expires)
        if _is_made(store, claim):
            if len(epochs) > _LITTER:
                with suppress(StoreError):
                    store.delete(key for _, key in epochs)
            return Lease(store, claim, seconds, clock), last
    raise LeaseHeld(f"{site} was taken by another run this very moment; wait for it to end.")


def _is_made(store: ObjectStore, claim: Claim) -> bool:
    try:
        return store.put_new(claim.key, claim.to_json())
    except StoreError:
        _UNTOLD.add(claim.nonce)  # it may be there all the same
        raise


def _refuse_company(store: ObjectStore, run: str, now: datetime) -> None:
    for claim in claims(store):
        if claim.run != run and claim.live(now) and not claim.abandoned:
            raise LeaseHeld(
                f"Run {claim.run} on {claim.host} is writing {claim.site}, and this store does not enforce conditional "
                "writes, so only one writer may run at a time; wait for it to end."
            )

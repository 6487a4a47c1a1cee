"""Leases: who may write an outlet now.

An outlet's lease is a series of objects `leases/<site>/<epoch>.json`, each created only if it is not there; the holder
is the highest epoch. To overwrite one object on a condition is not reliable on every store, to create one is. A lease
is taken by creating the next epoch once the highest has expired, was released, or was left by a process of this machine
that has ended, renewed by overwriting one's own object, and lost once a higher one appears. The epoch fences every
commit, so that a run which wakes up too late writes nothing.
"""

from __future__ import annotations

import json
import secrets
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from broadtape.archive.lease_holder import is_gone, this_process
from broadtape.archive.stores.object_store import ObjectStore
from broadtape.archive.tallies import LEASES_LOST
from broadtape.errors import ArchiveError, LeaseHeld, LeaseLost, ObjectMissing, StoreError
from broadtape.times import iso, parse_time, utcnow

__all__ = ["MAINTENANCE", "Claim", "Lease", "acquire", "claims", "free_dead_run", "read_claim", "sweep_leases"]

MAINTENANCE = "_maintenance"
"""The pseudo-outlet whose lease keeps rewrites of the tables, and of what is derived from them, apart."""

_PREFIX = "leases/"
_RENEWALS = 3
"""Renewals within a lease's time: two may fail."""
_RENEWING = 10.0
"""Seconds that a renewal under way is waited for."""
_UNTOLD: set[str] = set()
"""Claims that this process gave back, or never came to hold, while the store was away: they bind it no more."""
_LITTER = 20
"""Overtaken claims that may lie about before one more request removes them."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a lease's object says. `expires` is aware, UTC.

    `nonce` tells one's own object from another's; it begins with the name of the process that made it, if it has one.
    """

    site: str
    epoch: int
    run: str
    host: str
    nonce: str
    expires: datetime
    released: bool = False

    @property
    def key(self) -> str:
        """Where it is stored."""
        return f"{_PREFIX}{self.site}/{self.epoch:012d}.json"

    def live(self, now: datetime) -> bool:
        """Whether it holds the outlet, unless a higher epoch is there."""
        return not self.released and now < self.expires

    @property
    def abandoned(self) -> bool:
        """Whether a process of this machine took it and has ended: it was killed, or could not give it back."""
        process = self.nonce.rpartition("/")[0]
        return bool(process) and self.host == socket.gethostname() and is_gone(process)

    def to_json(self) -> bytes:
        """The object's bytes."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return json.dumps({**values, "expires": iso(self.expires)}, sort_keys=True).encode()

    @classmethod
    def from_json(cls, data: bytes, key: str) -> Self:
        """Reads what `to_json` wrote; raises StoreError, naming `key`, for anything else."""
        try:
            values = json.loads(data)
            return cls(**{**values, "expires": parse_time(values["expires"])})
        except (ValueError, TypeError, KeyError, ArchiveError) as error:
            raise StoreError(f"{key}: the lease is unreadable: {error}. Delete it if no run is going on.") from None


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
        highest = max((epoch for epoch, _ in _epochs(self._store, self.site)), default=0)
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
    now = clock()
    if not conditional:
        _refuse_company(store, run, now)
    epochs = sorted(_epochs(store, site))
    last = _highest(store, epochs)
    if last and last.live(now) and not last.abandoned and last.nonce not in _UNTOLD:
        raise LeaseHeld(
            f"{site} is being written by run {last.run} on {last.host} until {last.expires:%H:%M:%S} UTC at the least; "
            "wait for it to end, or to expire if it was killed."
        )
    epoch = (last.epoch if last else floor()) + 1
    nonce = f"{this_process()}/{secrets.token_hex(8)}"
    claim = Claim(site, epoch, run, socket.gethostname(), nonce, now + timedelta(seconds=seconds))
    try:
        mine = store.put_new(claim.key, claim.to_json())
    except StoreError:
        _UNTOLD.add(claim.nonce)  # it may be there all the same
        raise
    if not mine:
        raise LeaseHeld(f"{site} was taken by another run this very moment; wait for it to end.")
    if len(epochs) > _LITTER:
        with suppress(StoreError):
            store.delete(key for _, key in epochs)
    return Lease(store, claim, seconds, clock), last


def claims(store: ObjectStore) -> list[Claim]:
    """The highest claim on each outlet, live or not."""
    newest: dict[str, str] = {}
    for info in store.list(_PREFIX):
        newest[info.key.split("/")[1]] = info.key
    found = (read_claim(store, key) for key in newest.values())
    return [claim for claim in found if claim]


def free_dead_run(store: ObjectStore, run: str) -> None:
    """Releases the leases of a run that has died on this host; the caller knows that it has."""
    for claim in claims(store):
        if claim.run == run and claim.host == socket.gethostname() and not claim.released:
            store.put(claim.key, replace(claim, released=True).to_json())


def sweep_leases(store: ObjectStore) -> int:
    """Removes the claims that a higher epoch has overtaken; how many. The highest stays: it orders the next."""
    highest = {claim.site: claim.key for claim in claims(store)}
    doomed = [info.key for info in store.list(_PREFIX) if info.key < highest.get(info.key.split("/")[1], "")]
    store.delete(doomed)
    return len(doomed)


def _refuse_company(store: ObjectStore, run: str, now: datetime) -> None:
    for claim in claims(store):
        if claim.run != run and claim.live(now) and not claim.abandoned:
            raise LeaseHeld(
                f"Run {claim.run} on {claim.host} is writing {claim.site}, and this store does not enforce conditional "
                "writes, so only one writer may run at a time; wait for it to end."
            )


def _highest(store: ObjectStore, epochs: Sequence[tuple[int, str]]) -> Claim | None:
    for _, key in reversed(epochs):
        claim = read_claim(store, key)
        if claim:
            return claim
    return None


def _epochs(store: ObjectStore, site: str) -> list[tuple[int, str]]:
    keys = (info.key for info in store.list(f"{_PREFIX}{site}/"))
    return [(int(name), key) for key in keys if (name := key.rpartition("/")[2].removesuffix(".json")).isdigit()]


def read_claim(store: ObjectStore, key: str) -> Claim | None:
    """The claim of this key; None where it is gone, StoreError where it cannot be read."""
    try:
        return Claim.from_json(store.get(key), key)
    except ObjectMissing:
        return None

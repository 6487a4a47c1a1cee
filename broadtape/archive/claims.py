"""What lies under `leases/`: who has claimed an outlet, epoch by epoch, and the sweeping of what is overtaken."""

from __future__ import annotations

import json
import socket
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from broadtape.archive.lease_holder import is_gone
from broadtape.archive.stores.object_store import ObjectStore
from broadtape.errors import ArchiveError, ObjectMissing, StoreError
from broadtape.times import iso, parse_time

__all__ = ["Claim", "claims", "epochs_of", "free_dead_run", "highest", "read_claim", "sweep_leases"]

_PREFIX = "leases/"


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


def highest(store: ObjectStore, epochs: Sequence[tuple[int, str]]) -> Claim | None:
    """The claim of the last of these epochs, in their order, that is still there."""
    for _, key in reversed(epochs):
        claim = read_claim(store, key)
        if claim:
            return claim
    return None


def epochs_of(store: ObjectStore, site: str) -> list[tuple[int, str]]:
    """The epochs of an outlet's claims, with their keys."""
    keys = (info.key for info in store.list(f"{_PREFIX}{site}/"))
    return [(int(name), key) for key in keys if (name := key.rpartition("/")[2].removesuffix(".json")).isdigit()]


def read_claim(store: ObjectStore, key: str) -> Claim | None:
    """The claim of this key; None where it is gone, StoreError where it cannot be read."""
    try:
        return Claim.from_json(store.get(key), key)
    except ObjectMissing:
        return None

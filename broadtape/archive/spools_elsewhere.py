"""Runs of other machines that died over an outlet: what they had fetched may lie in that machine's spool.

Only a run on the machine itself can recover it, and nobody else sees that spool. So whoever takes over a lease that was
never given back, from another machine, leaves a note `spools/<run>.json`, which goes with the recovery.
"""

from __future__ import annotations

import json
import socket
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from broadtape.archive.stores.object_store import ObjectStore
from broadtape.errors import InvalidTime, ObjectMissing, StoreError
from broadtape.times import iso, parse_time

if TYPE_CHECKING:
    from broadtape.archive.claims import Claim

__all__ = ["PREFIX", "DeadElsewhere", "clear_note", "dead_elsewhere", "note_dead", "sweep_notes"]

PREFIX = "spools/"
_KEEP = timedelta(days=30)
"""What was fetched that long ago no feed lists any more; a machine that did not come back by then will not."""


@dataclass(frozen=True, slots=True)
class DeadElsewhere:
    """A run that ended on another machine without giving a lease back. `since`, when that ran out, is aware, UTC."""

    run: str
    host: str
    site: str
    since: datetime

    def __str__(self) -> str:
        return f"run {self.run} on {self.host}, over {self.site} since {self.since:%Y-%m-%d %H:%M} UTC"


def note_dead(store: ObjectStore, claim: Claim) -> None:
    """Notes a claim that was taken over from another machine; a store that fails just now keeps no note."""
    if claim.host == socket.gethostname() or claim.site.startswith("_"):
        return
    values = {"run": claim.run, "host": claim.host, "site": claim.site, "since": iso(claim.expires)}
    with suppress(StoreError):
        store.put_hastily(_key(claim.run), json.dumps(values, sort_keys=True).encode())


def dead_elsewhere(store: ObjectStore) -> list[DeadElsewhere]:
    """The runs of other machines whose spool nobody has recovered yet."""
    keys = [info.key for info in store.list(PREFIX)]
    found = (_read(store, key) for key in keys)
    return [dead for dead in found if dead and dead.host != socket.gethostname()]


def clear_note(store: ObjectStore, run: str) -> None:
    """Takes the note on a run back: nothing of it is left in its machine's spool."""
    store.delete([_key(run)])


def sweep_notes(store: ObjectStore, now: datetime) -> int:
    """Removes the notes that are older than anybody waits; how many."""
    doomed = [info.key for info in store.list(PREFIX) if now - info.modified > _KEEP]
    store.delete(doomed)
    return len(doomed)


def _read(store: ObjectStore, key: str) -> DeadElsewhere | None:
    try:
        values = json.loads(store.get(key))
        run, host, site = (str(values[name]) for name in ("run", "host", "site"))
        return DeadElsewhere(run, host, site, parse_time(values["since"]))
    except (ObjectMissing, ValueError, KeyError, TypeError, AttributeError, InvalidTime):
        return None


def _key(run: str) -> str:
    return f"{PREFIX}{run}.json"

"""Committing to a table: appends under fences, replacements one at a time.

A data file whose commit failed is left where it is: an answer may have been lost, and the commit be there all the same.
Maintenance removes what no version names.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import polars as pl
from deltalake import CommitProperties, DeltaTable, Transaction
from deltalake.exceptions import CommitFailedError, DeltaError
from deltalake.transaction import AddAction, RemoveAction

from broadtape.archive.delta.failures import first_line
from broadtape.archive.delta.log_fixity import note_entry
from broadtape.archive.delta.log_without_conditional_put import commit_plainly
from broadtape.archive.delta.patience import PATIENCE, pauses
from broadtape.archive.delta.tables import Table
from broadtape.errors import LeaseLost, ObjectMissing, StoreError

__all__ = ["EPOCH", "Fence", "append", "append_stamped", "epoch_of", "replace", "shut_out"]

EPOCH = 2**20
"""Commits that one epoch of a lease may make; a fence's version is `epoch * EPOCH + n`."""
_REWRITE = "broadtape:rewrite"


@dataclass(frozen=True, slots=True)
class Fence:
    """An outlet's lease as a commit sees it: the outlet's name is Delta's app id, the epoch orders its holders.

    Two commits with one app id conflict if neither saw the other: a compare-and-swap that Delta makes.
    """

    app: str
    epoch: int

    def following(self, current: int | None, now_ms: int) -> Transaction:
        """The transaction to commit with, given the table's current one; raises LeaseLost if a later epoch wrote it."""
        version = max(self.epoch * EPOCH, (current or 0) + 1)
        if version // EPOCH != self.epoch:
            raise LeaseLost(
                f"The lease on {self.app} is lost: a later run has written. Nothing of this commit was written."
            )
        return Transaction(self.app, version, now_ms)


class _Attempt(NamedTuple):
    added: Sequence[AddAction]
    tried: Sequence[Transaction]


def append(table: Table, rows: pl.DataFrame, fences: Sequence[Fence] = ()) -> None:
    """Adds rows in one commit; raises LeaseLost, and adds nothing, if a fence's outlet has a later writer."""
    with table.lock:
        added = table.write_files(rows)
        _until_it_lands(table, lambda: added, fences)


def append_stamped(table: Table, rows: Callable[[datetime], pl.DataFrame], fences: Sequence[Fence] = ()) -> datetime:
    """`append` for rows that carry the time of their commit, made anew for each attempt; the time they carry."""
    stamps: list[datetime] = []

    def write() -> list[AddAction]:
        stamp = table.now()
        added = table.write_files(rows(stamp))
        stamps.append(stamp)
        return added

    with table.lock:
        attempt = _until_it_lands(table, write, fences)
    return stamps[attempt]


def shut_out(table: Table, fences: Sequence[Fence]) -> None:
    """Keeps every earlier epoch of these outlets from committing, by a commit without rows."""
    with table.lock:
        _until_it_lands(table, list, fences)


def epoch_of(table: Table, app: str) -> int:
    """The epoch of the last commit under this fence; 0 where there is none."""
    with table.lock:
        current = table.load()
        return table.transactions.at(current, {app}).get(app, 0) // EPOCH if current else 0


def replace(table: Table, base: DeltaTable, added: Sequence[AddAction], removed: Sequence[RemoveAction]) -> bool:
    """Swaps files in one commit, appends meanwhile being no harm; False if another replacement came first.

    `base` is the table as it was when `removed` was chosen; after False, choose again.
    """
    with table.lock:
        last = table.transactions.at(base, {_REWRITE}).get(_REWRITE, 0)
        transaction = Transaction(_REWRITE, last + 1, table.now_ms())
        try:
            _write_log(table, base, [*added, *removed], [transaction])
        except (CommitFailedError, DeltaError, OSError):
            return _names(table, table.existing(), added)
        return True


def _until_it_lands(table: Table, write: Callable[[], list[AddAction]], fences: Sequence[Fence]) -> int:
    """Commits the files that `write` stores, as often as it takes; the number of the attempt that is in the table."""
    attempts: list[_Attempt] = []
    failure: Exception | None = None
    for pause in pauses():
        try:
            current = table.existing()
            for number, attempt in enumerate(attempts):
                if _landed(table, current, attempt):
                    return number
            known = table.transactions.at(current, {fence.app for fence in fences})
            tried = [fence.following(known.get(fence.app), table.now_ms()) for fence in fences]
            attempts.append(_Attempt(write(), tried))
            _write_log(table, current, *attempts[-1])
        except ObjectMissing:
            raise
        except (CommitFailedError, DeltaError, OSError, StoreError) as error:
            failure = error
            time.sleep(pause)
        else:
            return len(attempts) - 1
    raise StoreError(f"{table.uri}: the commit did not succeed in {PATIENCE:.0f} s: {first_line(failure)}.")


def _landed(table: Table, current: DeltaTable, attempt: _Attempt) -> bool:
    """Whether a commit whose answer was lost is there all the same.

    A fence's version is made by one lease alone, so that finding it means that our own commit set it.
    """
    if _names(table, current, attempt.added):
        return True
    known = table.transactions.at(current, {tx.app_id for tx in attempt.tried})
    return bool(attempt.tried) and all(known.get(tx.app_id) == tx.version for tx in attempt.tried)


def _names(table: Table, current: DeltaTable, added: Sequence[AddAction]) -> bool:
    return bool(added) and {action.path for action in added} <= set(table.paths(current))


def _write_log(
    table: Table, base: DeltaTable, actions: Sequence[AddAction | RemoveAction], transactions: Sequence[Transaction]
) -> None:
    table.expire()
    before = base.version()
    if not table.conditional:
        commit_plainly(table.store, table.spec, base, actions, transactions, table.now())
        note_entry(table, before + 1)
        return
    base.create_write_transaction(
        list(actions),
        "append",
        base.schema(),
        [table.spec.partition] if table.spec.partition else None,
        commit_properties=CommitProperties(app_transactions=list(transactions)),
    )
    note_entry(table, before + 1)

"""The Delta tables: appended to under fences, rewritten one at a time, read at one version."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import polars as pl
from deltalake import CommitProperties, DeltaTable, Schema, Transaction
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError
from deltalake.transaction import AddAction, RemoveAction

from broadtape.archive.objects import ObjectStore
from broadtape.archive.parquet import encode, statistics
from broadtape.archive.plain_log import commit_plainly, create_plainly
from broadtape.archive.reading import first_line, reading
from broadtape.archive.schema import TableSpec
from broadtape.errors import LeaseLost, StoreError

__all__ = ["EPOCH", "Fence", "Table"]

EPOCH = 2**20
"""Commits that one epoch of a lease may make; a fence's version is `epoch * EPOCH + n`."""
_REWRITE = "broadtape:rewrite"
_PROPERTIES = {
    "delta.checkpointInterval": "20",
    "delta.logRetentionDuration": "interval 2 days",
    "delta.deletedFileRetentionDuration": "interval 2 days",
    "delta.setTransactionRetentionDuration": "interval 60 days",
}
_PATIENCE = 60.0
"""Seconds a commit goes on trying while others commit or the store fails."""


@dataclass(frozen=True, slots=True)
class Fence:
    """An outlet's lease as a commit sees it: the outlet's name is Delta's app id, the epoch orders its holders."""

    app: str
    epoch: int

    def following(self, current: int | None) -> Transaction:
        """The transaction to commit with, given the table's current one; raises LeaseLost if a later epoch wrote it."""
        version = max(self.epoch * EPOCH, (current or 0) + 1)
        if version // EPOCH != self.epoch:
            raise LeaseLost(
                f"The lease on {self.app} is lost: a later run has written. Nothing of this commit was written."
            )
        return Transaction(self.app, version)


class Table:
    """One Delta table below the archive's address. Safe for threads; other processes may write it at the same time."""

    def __init__(
        self, store: ObjectStore, spec: TableSpec, clock: Callable[[], datetime], *, conditional: bool = True
    ) -> None:
        self.spec = spec
        self.prefix = f"{spec.name}/"
        self._store, self._clock = store, clock
        self._conditional = conditional
        self._lock = threading.RLock()
        self._table: DeltaTable | None = None
        self._pinned: tuple[int, dict[str, str], DeltaTable] | None = None
        self._options: dict[str, str] = {}

    @property
    def uri(self) -> str:
        """The table's own address."""
        return f"{self._store.uri}/{self.spec.name}"

    def create(self) -> None:
        """Makes the table if it is not there; whoever else makes it at the same time does no harm."""
        configuration = {**_PROPERTIES, "delta.dataSkippingStatsColumns": ",".join(self.spec.statistics)}
        for pause in _pauses():
            if self.load() is not None:
                return
            # Losing the race to version 0 fails the commit; the next load then finds the winner's table.
            with suppress(CommitFailedError), reading(self.uri):
                if not self._conditional:
                    create_plainly(self._store, self.spec, configuration)
                    return
                DeltaTable.create(
                    self.uri,
                    Schema.from_arrow(self.spec.schema),
                    partition_by=[self.spec.partition] if self.spec.partition else None,
                    configuration=configuration,
                    storage_options=self._store.table_options(),
                )
                return
            time.sleep(pause)
        raise StoreError(f"{self.uri}: the table could not be created; others keep creating it. Run again.")

    def load(self, version: int | None = None) -> DeltaTable | None:
        """The table at its newest version or a given one; None where nothing was ever written."""
        with self._lock, reading(self.uri):
            options = self._store.table_options()
            try:
                if version is not None:
                    return self._at(version, options)
                if self._table is None or options != self._options:
                    self._table, self._options = DeltaTable(self.uri, storage_options=options), options
                else:
                    self._refresh(self._table)
            except TableNotFoundError:
                self._table = None
            return self._table

    def scan(self, where: str | None = None, *, version: int | None = None) -> pl.LazyFrame:
        """The table's rows at one version; `where` leaves out files whose partition or statistics rule it out."""
        table = self.load(version)
        with reading(self.uri):
            files = [f"{self.uri}/{path}" for path in self._paths(table, where)] if table else []
        if not files:
            return pl.LazyFrame(schema=self.spec.schema)
        options = self._store.table_options()
        return pl.scan_parquet(
            files,
            glob=False,  # an archive's path may hold brackets
            schema=self.spec.schema,
            hive_partitioning=self.spec.partition is not None,
            hive_schema={self.spec.partition: pl.String} if self.spec.partition else None,
            missing_columns="insert",
            extra_columns="ignore",
            storage_options=options or None,
            credential_provider=None,
        )

    def append(self, rows: pl.DataFrame, fences: Sequence[Fence] = ()) -> None:
        """Adds rows in one commit; raises LeaseLost, and adds nothing, if a fence's outlet has a later writer."""
        with self._lock:
            added = self.write_files(rows)
            try:
                self._commit(added, fences)
            except LeaseLost:
                with suppress(StoreError):
                    self._store.delete(self.prefix + action.path for action in added)
                raise

    def fence(self, fences: Sequence[Fence]) -> None:
        """Shuts out every earlier epoch from now on, by a commit without rows."""
        with self._lock:
            self._commit([], fences)

    def replace(self, base: DeltaTable, added: Sequence[AddAction], removed: Sequence[RemoveAction]) -> bool:
        """Swaps files in one commit, appends meanwhile being no harm; False if another replacement came first.

        `base` is the table as it was when `removed` was chosen; after False, choose again.
        """
        transaction = Transaction(_REWRITE, (base.transaction_version(_REWRITE) or 0) + 1)
        with self._lock:
            try:
                self._write_log(base, [*added, *removed], [transaction])
            except (CommitFailedError, DeltaError, OSError):
                # The answer may have been lost on the way although the commit is there.
                return self._names(self.existing(), added)
            return True

    def write_files(self, rows: pl.DataFrame) -> list[AddAction]:
        """Stores rows as data files, one a partition, that no version of the table names yet."""
        if not self.spec.partition:
            return [self._write_file(rows, None)] if rows.height else []
        parts = rows.partition_by(self.spec.partition, as_dict=True, maintain_order=True)
        return [self._write_file(part, str(value)) for (value,), part in parts.items()]

    def _at(self, version: int, options: dict[str, str]) -> DeltaTable:
        """The table at one version; the last one asked for is kept, since a reader asks for the same many times."""
        if self._pinned is None or self._pinned[:2] != (version, options):
            self._pinned = version, options, DeltaTable(self.uri, version, options)
        return self._pinned[2]

    def _write_file(self, rows: pl.DataFrame, value: str | None) -> AddAction:
        folder = f"{self.spec.partition}={value}/" if value else ""
        path = f"{folder}part-{uuid4()}.zstd.parquet"
        data = encode(rows, self.spec)
        self._store.put(self.prefix + path, data)
        partition = {self.spec.partition: value} if self.spec.partition else {}
        modified = int(self._clock().timestamp() * 1000)
        return AddAction(path, len(data), partition, modified, True, statistics(rows, self.spec.statistics))

    def _commit(self, added: Sequence[AddAction], fences: Sequence[Fence]) -> None:
        tried: list[Transaction] = []
        failure: Exception | None = None
        for pause in _pauses():
            try:
                table = self.existing()
                if failure and self._landed(table, added, tried):
                    return
                tried = [fence.following(table.transaction_version(fence.app)) for fence in fences]
                self._write_log(table, added, tried)
            except (CommitFailedError, DeltaError, OSError, StoreError) as error:
                failure = error
                time.sleep(pause)
            else:
                return
        raise StoreError(f"{self.uri}: the commit did not succeed in {_PATIENCE:.0f} s: {first_line(failure)}.")

    def existing(self) -> DeltaTable:
        """The table at its newest version; raises StoreError where there is none."""
        table = self.load()
        if table is None:
            raise StoreError(f"{self.uri}: the table is missing; 'broadtape rebuild' makes it again from raw/.")
        return table

    def _landed(self, table: DeltaTable, added: Sequence[AddAction], tried: Sequence[Transaction]) -> bool:
        """Whether a commit whose answer was lost is there all the same.

        A fence's version is made by one lease alone, so that finding it means that our own commit set it.
        """
        if tried:
            return all(table.transaction_version(tx.app_id) == tx.version for tx in tried)
        return self._names(table, added)

    def _paths(self, table: DeltaTable, where: str | None = None) -> list[str]:
        """The data files' paths below the table, which Delta's own addresses give with the folders above quoted."""
        return [uri.rpartition(self.prefix)[2] for uri in table.file_uris(file_pruning_predicate=where)]

    def _names(self, table: DeltaTable, added: Sequence[AddAction]) -> bool:
        return bool(added) and {action.path for action in added} <= set(self._paths(table))

    def _write_log(
        self, table: DeltaTable, actions: Sequence[AddAction | RemoveAction], transactions: Sequence[Transaction]
    ) -> None:
        if not self._conditional:
            commit_plainly(self._store, self.spec, table, actions, transactions, self._clock())
            return
        table.create_write_transaction(
            list(actions),
            "append",
            table.schema(),
            [self.spec.partition] if self.spec.partition else None,
            commit_properties=CommitProperties(app_transactions=list(transactions)),
        )

    def _refresh(self, table: DeltaTable) -> None:
        """Brings a table up to date; from the start where the log it would follow has been cleaned up."""
        try:
            table.update_incremental()
        except (DeltaError, OSError):
            self._table = None
            self._table = DeltaTable(self.uri, storage_options=self._options)


def _pauses() -> Iterator[float]:
    """Growing pauses with jitter (s), until patience ends."""
    deadline = time.monotonic() + _PATIENCE
    pause = 0.02
    while time.monotonic() < deadline:
        yield pause * random.uniform(0.5, 1.5)
        pause = min(pause * 2, 5.0)

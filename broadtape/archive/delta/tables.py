"""The Delta tables: where each lies, its versions, its data files."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

import polars as pl
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError, TableNotFoundError
from deltalake.transaction import AddAction

from broadtape.archive.delta.app_transactions import Transactions
from broadtape.archive.delta.data_files import encode, file_name, statistics
from broadtape.archive.delta.failures import reading
from broadtape.archive.delta.patience import pauses
from broadtape.archive.delta.schema import TableSpec
from broadtape.archive.stores.object_store import ObjectStore
from broadtape.errors import FileGone, ObjectMissing, StoreError

if TYPE_CHECKING:
    import pyarrow.dataset

__all__ = ["GLANCE", "Ask", "Table"]

T = TypeVar("T")
Ask = Callable[[pl.LazyFrame], pl.LazyFrame]
"""What somebody wants to know of a table's rows."""

GLANCE = 2.0
"""Seconds for which a look-up takes the table as it was last seen: a run asks once for each outlet, and on S3 each look
costs several requests."""
_AWAY = ("Generic S3 error", "Error performing ", "lacked the necessary privileges")
"""What Delta's client, and Polars', call a server that does not answer, or not with what was asked for."""


class Table:
    """One Delta table below the archive's address. Safe for threads; other processes may write it at the same time."""

    def __init__(
        self, store: ObjectStore, spec: TableSpec, clock: Callable[[], datetime], *, conditional: bool = True
    ) -> None:
        self.store, self.spec, self.conditional = store, spec, conditional
        self.prefix = f"{spec.name}/"
        self.lock = threading.RLock()
        """Held while this process commits to the table."""
        self.transactions = Transactions(store, self.prefix)
        self._clock = clock
        self._table: DeltaTable | None = None
        self._looked = -GLANCE
        self._pinned: tuple[int, dict[str, str], DeltaTable] | None = None
        self._options: dict[str, str] = {}

    @property
    def uri(self) -> str:
        """The table's own address."""
        return f"{self.store.uri}/{self.spec.name}"

    def load(self, version: int | None = None) -> DeltaTable | None:
        """The table at its newest version or a given one; None where nothing was ever written.

        The newest is one object that moves on with the next call; a given version stays.
        """
        with self.lock:
            return self.patiently(lambda: self._load(version))

    def patiently(self, action: Callable[[], T]) -> T:
        """What `action`, which may be repeated, gives; raises StoreError. A store that is away is waited for.

        boto3 tries again by itself; Delta's own client, and Polars', take some failures for final.
        """
        failure: StoreError | None = None
        for pause in pauses():
            try:
                with reading(self.uri):
                    return action()
            except StoreError as error:
                if isinstance(error, FileGone) or not any(words in str(error) for words in _AWAY):
                    raise
                failure = error
            time.sleep(pause)
        assert failure
        raise failure

    def _load(self, version: int | None) -> DeltaTable | None:
        options = self.store.table_options()
        try:
            if version is not None:
                return self._at(version, options)
            if self._table is None or options != self._options:
                self._table, self._options = DeltaTable(self.uri, storage_options=options), options
            else:
                self._refresh(self._table)
            self._looked = time.monotonic()
        except TableNotFoundError:
            self._table = None
        return self._table

    def _at(self, version: int, options: dict[str, str]) -> DeltaTable:
        """The table at one version; the last one asked for is kept, since a reader asks for the same many times."""
        if self._pinned is None or self._pinned[:2] != (version, options):
            current, self._table = self._table, None
            if current is None or options != self._options or current.version() != version:
                current = DeltaTable(self.uri, version, options)
            self._pinned = version, options, current
        return self._pinned[2]

    def existing(self) -> DeltaTable:
        """The table at its newest version; raises ObjectMissing where there is none."""
        table = self.load()
        if table is None:
            raise self._missing_table()
        return table

    def _missing_table(self) -> ObjectMissing:
        return ObjectMissing(f"{self.uri}: the table is missing; 'broadtape rebuild' makes it again from raw/.")

    def snapshot(self) -> DeltaTable | None:
        """The newest version, which stays."""
        table = self.load()
        return self.load(table.version()) if table else None

    def glance(self) -> DeltaTable | None:
        """The table as it was at most GLANCE seconds ago, or at this process's own last commit if that was later."""
        with self.lock:
            if self._table is not None and time.monotonic() - self._looked < GLANCE:
                return self._table
            return self.load()

    def expire(self) -> None:
        """Says that this process has committed: the next look is a real one."""
        self._looked = -GLANCE

    def read(
        self, ask: Ask, where: str | None = None, *, version: int | None = None, glance: bool = False
    ) -> pl.DataFrame:
        """What `ask` makes of the rows that `scan` gives; raises StoreError where they cannot be read.

        The newest version is read once more where a file went meanwhile: a compaction or a takedown is no trouble.
        """
        try:
            return self.patiently(lambda: ask(self.scan(where, version=version, glance=glance)).collect())
        except FileGone:
            if version is not None and version != self.version():
                raise
        self.expire()
        with reading(self.uri, lambda: False):
            return ask(self.scan(where, version=version)).collect()

    def scan(
        self,
        where: str | None = None,
        *,
        version: int | None = None,
        glance: bool = False,
        but: Collection[str] = (),
    ) -> pl.LazyFrame:
        """The table's rows, lazily, at one version, the newest where none is given; no view is applied.

        `where`, a SQL condition over the partition and the columns with statistics, leaves out whole files that cannot
        match; filter the rows all the same, and write its values with `sql_text` and `sql_time`. `but` leaves out files
        by their paths below the table. With `glance` others' commits of the last moments may be missing.

        What collecting it raises is the engine's own, wherever that happens: others than a corpus `read`.
        """
        with self.lock, reading(self.uri):
            table = self.glance() if glance else self.load(version)
            paths = self.paths(table, where) if table else []
        return self.scan_files([path for path in paths if path not in but])

    def scan_files(self, paths: Sequence[str], *, place: str | None = None) -> pl.LazyFrame:
        """The rows of these files, named by their paths below the table, lazily; `place` names a column of their
        numbers in that order, from 0."""
        if not paths:
            return pl.LazyFrame(schema=self.spec.schema)
        options = self.store.table_options()
        return pl.scan_parquet(
            [f"{self.uri}/{path}" for path in paths],
            row_index_name=place,
            glob=False,  # an archive's path may hold brackets
            schema=self.spec.schema,
            hive_partitioning=self.spec.partition is not None,
            hive_schema={self.spec.partition: pl.String} if self.spec.partition else None,
            missing_columns="insert",
            extra_columns="ignore",
            storage_options=options or None,
            credential_provider=None,
        )

    def version(self) -> int:
        """The newest version; -1 where nothing was ever written."""
        loaded = self.load()
        return -1 if loaded is None else loaded.version()

    def files(self, version: int) -> list[str]:
        """Paths, or `s3://` addresses, of a version's data files, for other engines; a glob sees superseded ones."""
        loaded = self.load(version)
        return [f"{self.uri}/{path}" for path in self.paths(loaded)] if loaded else []

    def dataset(self, version: int) -> pyarrow.dataset.Dataset:
        """A version for engines that read Arrow; filters and columns are pushed down to its files."""
        loaded = self.load(version)
        if loaded is None:
            raise self._missing_table()
        return loaded.to_pyarrow_dataset()

    def paths(self, table: DeltaTable, where: str | None = None) -> list[str]:
        """The data files' paths below the table, which Delta's own addresses give with the folders above quoted."""
        return [uri.rpartition(self.prefix)[2] for uri in table.file_uris(file_pruning_predicate=where)]

    def partitions(self, where: str | None = None, version: int | None = None) -> list[str]:
        """The values of the partition column, in order, of the files that `where` does not rule out."""
        loaded = self.load(version)
        folders = (path.partition("/")[0] for path in (self.paths(loaded, where) if loaded else []))
        return sorted({folder.partition("=")[2] for folder in folders})

    def write_files(self, rows: pl.DataFrame, *, data_change: bool = True) -> list[AddAction]:
        """Stores rows as data files, one a partition, that no version of the table names yet."""
        if not self.spec.partition:
            return [self._write_file(rows, None, data_change)] if rows.height else []
        parts = rows.partition_by(self.spec.partition, as_dict=True, maintain_order=True)
        return [self._write_file(part, str(value), data_change) for (value,), part in parts.items()]

    def now(self) -> datetime:
        """The archive's clock."""
        return self._clock()

    def now_ms(self) -> int:
        """The archive's clock as Delta's log writes it."""
        return int(self._clock().timestamp() * 1000)

    def _write_file(self, rows: pl.DataFrame, value: str | None, data_change: bool) -> AddAction:
        folder = f"{self.spec.partition}={value}/" if value else ""
        data = encode(rows, self.spec)
        path = f"{folder}{file_name(data)}"
        self.store.put(self.prefix + path, data)
        partition = {self.spec.partition: value} if self.spec.partition else {}
        told = statistics(rows, self.spec.statistics)
        return AddAction(path, len(data), partition, self.now_ms(), data_change, told)

    def _refresh(self, table: DeltaTable) -> None:
        """Brings a table up to date; from the start where the log it would follow has been cleaned up."""
        try:
            table.update_incremental()
        except (DeltaError, OSError):
            self._table = None
            self._table = DeltaTable(self.uri, storage_options=self._options)

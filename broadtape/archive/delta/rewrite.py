"""Rewriting a table's data files: compaction, and rows taken out. Appends by others go on meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import polars as pl
from deltalake import DeltaTable
from deltalake.transaction import AddAction, RemoveAction

from broadtape.archive.delta.commits import replace
from broadtape.archive.delta.data_files import decode
from broadtape.archive.delta.failures import reading
from broadtape.archive.delta.tables import Table
from broadtape.errors import StoreError

__all__ = ["DataFile", "Rewritten", "data_files", "read_files", "rewrite", "row_count"]

_ATTEMPTS = 10


@dataclass(frozen=True, slots=True)
class DataFile:
    """One Parquet file of a table. `path` is below the table; `size` in bytes."""

    path: str
    size: int
    rows: int
    partition: str | None
    told: Mapping[str, Any] = field(default_factory=dict)
    """Its statistics by Delta's log: `min.site`, `max.site`, `null_count.site`, and so on."""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What a rewrite did to a table's files."""

    files_removed: int = 0
    files_added: int = 0
    bytes_written: int = 0
    rows_removed: int = 0


def data_files(table: Table, delta: DeltaTable, where: str | None = None) -> list[DataFile]:
    """The files of one version that `where` does not rule out, oldest first."""
    with reading(table.uri):
        found = pl.DataFrame(delta.get_add_actions(flatten=True))
        if where is not None:
            found = found.filter(pl.col("path").is_in(table.paths(delta, where)))
    if found.is_empty():
        return []
    partition = f"partition.{table.spec.partition}"
    return [
        DataFile(row["path"], row["size_bytes"], row["num_records"] or 0, row.get(partition), row)
        for row in found.sort("modification_time", "path").to_dicts()
    ]


def row_count(table: Table, version: int | None = None, where: str | None = None) -> int:
    """Rows of the files that `where` does not rule out, as Delta's log counts them: no file is read."""
    loaded = table.load(version)
    return sum(file.rows for file in data_files(table, loaded, where)) if loaded else 0


def read_files(table: Table, files: Iterable[DataFile]) -> pl.DataFrame:
    """The rows of some files, in their order."""
    frames = [decode(table.store.get(table.prefix + file.path), table.spec, file.partition) for file in files]
    return pl.concat(frames) if frames else pl.DataFrame(schema=table.spec.schema)


def rewrite(
    table: Table,
    choose: Callable[[list[DataFile]], Iterable[Sequence[DataFile]]],
    change: Callable[[pl.DataFrame], pl.DataFrame | None],
    *,
    data_change: bool,
    where: str | None = None,
) -> Rewritten:
    """Replaces groups of files by what `change` makes of their rows, all in one commit; None leaves a group as it is.

    `choose` makes the groups from the files that `where`, as in `Table.scan`, does not rule out.
    Starts over with the newest version where another rewrite came first. `data_change` tells followers of the log
    whether rows went or only moved.
    """
    for _ in range(_ATTEMPTS):
        base = table.snapshot()
        if base is None:
            return Rewritten()
        done = _attempt(table, base, choose(data_files(table, base, where)), change, data_change)
        if done is not None:
            return done
    raise StoreError(f"{table.uri}: other processes keep rewriting the table; run this again when they have ended.")


def _attempt(
    table: Table,
    base: DeltaTable,
    groups: Iterable[Sequence[DataFile]],
    change: Callable[[pl.DataFrame], pl.DataFrame | None],
    data_change: bool,
) -> Rewritten | None:
    added: list[AddAction] = []
    removed: list[DataFile] = []
    rows = 0
    try:
        for group in groups:
            before = read_files(table, group)
            after = change(before)
            if after is not None:
                rows += before.height - after.height
                removed += group
                added += table.write_files(after, data_change=data_change)
    except BaseException:
        with suppress(StoreError):  # what remains is found and removed by the next maintenance
            table.store.delete(table.prefix + action.path for action in added)
        raise
    gone = [_removal(table, file, data_change) for file in removed]
    if removed and not replace(table, base, added, gone):
        return None
    return Rewritten(len(removed), len(added), sum(action.size for action in added), rows)


def _removal(table: Table, file: DataFile, data_change: bool) -> RemoveAction:
    partition = {table.spec.partition: file.partition} if table.spec.partition else {}
    return RemoveAction(file.path, data_change, table.now_ms(), file.size, partition)

"""Removing what no reader can still need: superseded data files, orphans, old log entries."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
from deltalake import DeltaTable

from broadtape.archive import fixity
from broadtape.archive.delta.data_files import decode
from broadtape.archive.delta.log_fixity import note_log, versioned
from broadtape.archive.delta.tables import Table
from broadtape.archive.stores.object_store import ObjectInfo
from broadtape.times import utcnow

__all__ = ["IN_FLIGHT", "READERS", "clean_log", "remove_unnamed"]

READERS = timedelta(days=2)
"""How long a file that a newer version replaced is kept for those who read the older one."""
IN_FLIGHT = timedelta(days=1)
"""A data file that no version names belongs to a commit under way, unless it is older than this."""
_LOG = "_delta_log/"


def remove_unnamed(table: Table, *, readers: timedelta | None = READERS, suspect: pl.Expr | None = None) -> list[str]:
    """Removes data files that the newest version does not name; their keys.

    Superseded ones go after `readers`, at once for None; orphans of commits that never came after `IN_FLIGHT`, or at
    once where they hold a `suspect` row.
    """
    delta = table.snapshot()
    if delta is None:
        return []
    named = set(table.paths(delta))
    superseded = _vacuumed(table, delta, 0)
    expired = _vacuumed(table, delta, 0 if readers is None else int(readers.total_seconds() // 3600))
    doomed = []
    for info in table.store.list(table.prefix):
        path = info.key.removeprefix(table.prefix)
        if path.startswith(_LOG) or not path.endswith(".parquet") or path in named:
            continue
        if path in expired if path in superseded else _is_old(info, IN_FLIGHT) or _holds(table, path, suspect):
            doomed.append(info.key)
    table.store.delete(doomed)
    return doomed


def clean_log(table: Table, *, keep: timedelta = READERS) -> list[str]:
    """Writes a checkpoint and removes log entries that only versions older than `keep` need; their keys.

    Entries of the last minutes stay in any case: a slow writer may be about to follow them.
    """
    delta = table.snapshot()
    if delta is None:
        return []
    entries = [info for info in table.store.list(table.prefix + _LOG) if versioned(info.key) is not None]
    checkpoints = [info for info in entries if ".checkpoint" in info.key]
    if max((versioned(info.key) or 0 for info in checkpoints), default=-1) < delta.version():
        table.patiently(delta.create_checkpoint)
    note_log(table)
    old = [version for info in checkpoints if _is_old(info, keep) and (version := versioned(info.key)) is not None]
    doomed = [info.key for info in entries if old and (versioned(info.key) or 0) < max(old)]
    fixity.retract(table.store, doomed)
    table.store.delete(doomed)
    return doomed


def _vacuumed(table: Table, delta: DeltaTable, hours: int) -> set[str]:
    """Paths of the files that versions up to `hours` ago named and the newest does not."""
    found = table.patiently(lambda: delta.vacuum(hours, enforce_retention_duration=False))
    return {path.rpartition(table.prefix)[2] for path in found}


def _holds(table: Table, path: str, suspect: pl.Expr | None) -> bool:
    if suspect is None:
        return False
    partition = path.split("/")[0].partition("=")[2] if table.spec.partition else None
    return not decode(table.store.get(table.prefix + path), table.spec, partition).filter(suspect).is_empty()


def _is_old(info: ObjectInfo, age: timedelta) -> bool:
    # Objects carry the store's own time, so the archive's clock, which may be set, says nothing about them.
    return utcnow() - info.modified > age

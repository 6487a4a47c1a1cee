"""Daily maintenance: few large sorted files instead of many small ones, a short log, no litter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import polars as pl

from broadtape.archive import fixity, near_duplicates
from broadtape.archive.archive import Archive
from broadtape.archive.claims import sweep_leases
from broadtape.archive.delta.rewrite import DataFile, Rewritten, rewrite
from broadtape.archive.delta.schema import TableName
from broadtape.archive.delta.tables import Table
from broadtape.archive.leases import MAINTENANCE
from broadtape.archive.ledger_summary.summary import keep_summary
from broadtape.archive.lifecycle.vacuum import clean_log, remove_unnamed
from broadtape.archive.spools_elsewhere import sweep_notes
from broadtape.archive.weight import keep_weight
from broadtape.times import utcnow
from broadtape.work import Doing, done_here

__all__ = ["MaintenanceReport", "TableSize", "compact", "maintain", "size_of"]

SMALL = 8 * 2**20
"""Files below this are merged whenever there are two; each day rewrites no more than about this much."""
LARGE = 64 * 2**20
"""Files do not grow beyond about this, which a machine rewrites in memory without noticing."""
_ENOUGH = 6
"""This many files between SMALL and LARGE are merged at once."""


@dataclass(frozen=True, slots=True)
class TableSize:
    """What a table takes up: data files (superseded ones included) and log entries, in number and bytes."""

    files: int
    bytes: int
    log_files: int
    log_bytes: int


@dataclass(slots=True)
class MaintenanceReport:
    """What maintenance found and left, table by table, and what litter it removed."""

    before: dict[TableName, TableSize] = field(default_factory=dict)
    after: dict[TableName, TableSize] = field(default_factory=dict)
    merged: dict[TableName, int] = field(default_factory=dict)
    """Data files that were merged into fewer."""
    bytes_written: int = 0
    pairs: int = 0
    """Pairs of nearly equal texts that were found."""
    removed: int = 0
    """Objects removed: superseded and orphaned data files, log entries, dead leases, unfinished uploads."""


def maintain(archive: Archive, *, run: str, doing: Doing = done_here) -> MaintenanceReport:
    """Compacts the tables, shortens their logs, removes what nobody needs any more; daily is often enough.

    Others may write and read meanwhile; a read begun more than two days ago may then get a StoreError. Raises
    LeaseHeld while another maintenance or a takedown is going on. `doing` compares new texts where they are many.
    """
    report = MaintenanceReport()
    with archive.lease(MAINTENANCE, run=run):
        for name, table in archive.tables.items():
            report.before[name] = size_of(table)
            done = compact(table)
            report.merged[name] = done.files_removed
            report.bytes_written += done.bytes_written
            report.removed += len(remove_unnamed(table)) + len(clean_log(table))
            report.after[name] = size_of(table)
        keep_summary(archive.tables["captures"], archive.objects)
        report.pairs = near_duplicates.update(archive.tables["articles"], archive.objects, doing)
        report.removed += sweep_leases(archive.objects) + fixity.sweep(archive.objects) + archive.objects.sweep()
        report.removed += sweep_notes(archive.objects, utcnow())
        keep_weight(archive.objects, archive.now())
    return report


def compact(table: Table) -> Rewritten:
    """Merges small files, sorted as the table is read most."""

    def ordered(rows: pl.DataFrame) -> pl.DataFrame:
        return rows.sort(table.spec.order, maintain_order=True)

    return rewrite(table, _groups, ordered, data_change=False)


def size_of(table: Table) -> TableSize:
    """Everything stored under the table's prefix."""
    data: list[int] = []
    log: list[int] = []
    for info in table.store.list(table.prefix):
        (log if "/_delta_log/" in info.key else data).append(info.size)
    return TableSize(len(data), sum(data), len(log), sum(log))


def _groups(files: list[DataFile]) -> Iterator[list[DataFile]]:
    partitions = defaultdict(list)
    for file in files:
        partitions[file.partition].append(file)
    for part in partitions.values():
        yield from _bins([file for file in part if file.size < SMALL])
        middling = [file for file in part if SMALL <= file.size < LARGE]
        if len(middling) >= _ENOUGH:
            yield from _bins(middling)


def _bins(files: Sequence[DataFile]) -> Iterator[list[DataFile]]:
    """Neighbours in time together, up to LARGE; a file alone is left as it is."""
    group: list[DataFile] = []
    for file in files:
        if group and sum(other.size for other in group) + file.size > LARGE:
            if len(group) > 1:
                yield group
            group = []
        group.append(file)
    if len(group) > 1:
        yield group

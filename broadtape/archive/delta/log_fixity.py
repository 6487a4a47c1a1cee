"""Saying what the files of a table's log were when they were written, which Delta itself does not."""

from __future__ import annotations

from contextlib import suppress

from broadtape.archive import fixity
from broadtape.archive.delta.tables import Table
from broadtape.errors import StoreError

__all__ = ["note_entry", "note_log", "retract_log", "versioned"]

_VERSION_DIGITS = 20


def note_entry(table: Table, version: int) -> None:
    """Says it of an entry that was just committed. What cannot be said now, `note_log` says."""
    with suppress(StoreError):
        key = f"{table.prefix}_delta_log/{version:020d}.json"
        fixity.note(table.store, key, table.store.get(key))


def note_log(table: Table) -> None:
    """Says it of every entry and checkpoint of which nobody has said it."""
    log = f"{table.prefix}_delta_log/"
    said = fixity.noted(table.store, log)
    for info in list(table.store.list(log)):
        if versioned(info.key) is not None and info.key not in said:
            fixity.note(table.store, info.key, table.store.get(info.key))


def retract_log(table: Table) -> None:
    """Takes back what was said of a log that is gone, before the table is made anew under the same names."""
    fixity.retract(table.store, list(fixity.noted(table.store, f"{table.prefix}_delta_log/")))


def versioned(key: str) -> int | None:
    """The version that a file of the log is about; None for one that is replaced from time to time."""
    name = key.rpartition("/")[2]
    return int(name[:_VERSION_DIGITS]) if name[:_VERSION_DIGITS].isdigit() else None

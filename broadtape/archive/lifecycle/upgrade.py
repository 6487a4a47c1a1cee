"""What an archive of an earlier release lacks of what today's would have, told first and then done.

None of it is needed to open, append to, maintain or read the archive. Done again, or after a kill, it goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from broadtape.archive.archive import Archive
from broadtape.archive.delta import creation
from broadtape.archive.delta.tables import Table
from broadtape.archive.leases import MAINTENANCE
from broadtape.archive.lifecycle.note_form import renew_notes
from broadtape.archive.warc.old_notes import count_old_notes
from broadtape.errors import ArchiveError, WarcError

__all__ = ["Change", "due", "upgrade"]

Progress = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class Change:
    """Something that is, or was, to be changed. `where` is a table's name, or the prefix of the segments."""

    kind: Literal["columns", "properties", "notes", "damaged"]
    where: str
    what: str
    """One sentence."""
    back: str
    """What an earlier release makes of it, and how to go back: one sentence."""


def due(archive: Archive, *, progress: Progress = lambda _done, _total: None) -> list[Change]:
    """What an upgrade would change; nothing where all is as today's release makes it. Reads every segment."""
    return [change for table in archive.tables.values() for change in _of_table(table)] + _of_segments(
        archive, progress
    )


def upgrade(archive: Archive, *, run: str, progress: Progress = lambda _done, _total: None) -> list[Change]:
    """Does what `due` tells, and gives it; raises LeaseHeld while maintenance or a takedown is going on."""
    changes = due(archive, progress=progress)
    with archive.lease(MAINTENANCE, run=run):
        for table in archive.tables.values():
            creation.create(table)
            creation.renew_properties(table)
    if any(change.kind == "notes" for change in changes):
        renew_notes(archive, run=run)
    return changes


def _of_table(table: Table) -> list[Change]:
    there = table.load()
    name = table.spec.name
    if there is None:
        return [
            Change("columns", name, "The table is not there and is made, empty.", "Earlier releases leave it alone.")
        ]
    told = []
    if columns := [field.name for field in creation.missing_columns(table, there)]:
        told.append(
            Change(
                "columns",
                name,
                f"Gets {', '.join(columns)}, null in the rows that are there.",
                "Earlier releases read and append past them; there is nothing to take back.",
            )
        )
    if properties := creation.outdated_properties(table, there):
        settings = ", ".join(f"{key} = {value}" for key, value in sorted(properties.items()))
        told.append(
            Change("properties", name, f"Is set to {settings}.", "Earlier releases follow it; set it back by hand.")
        )
    return told


def _of_segments(archive: Archive, progress: Progress) -> list[Change]:
    keys = list(archive.segments())
    segments = notes = 0
    damaged = []
    for done, key in enumerate(keys, 1):
        try:
            with archive.local_segment(key) as path:
                found = count_old_notes(path)
        except (WarcError, ArchiveError) as error:
            damaged.append(Change("damaged", str(key), f"Stays as it is: {error}", "'broadtape verify' tells more."))
            continue
        segments, notes = segments + bool(found), notes + found
        progress(done, len(keys))
    if not notes:
        return damaged
    return [
        Change(
            "notes",
            "raw/",
            f"{notes:,} notes in {segments:,} segments get the form that replay tools pass over, where they lie.",
            "Release 0.1.0 cannot rebuild tables from them; to go back to it, restore a copy made before.",
        ),
        *damaged,
    ]

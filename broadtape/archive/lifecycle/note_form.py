"""Segments of earlier releases made fit for replay by others: their notes in today's form, where they lie."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from broadtape.archive.leases import MAINTENANCE
from broadtape.archive.warc.old_notes import with_new_notes
from broadtape.errors import WarcError

if TYPE_CHECKING:
    from broadtape.archive.archive import Archive

__all__ = ["NoteForm", "renew_notes"]


@dataclass(slots=True)
class NoteForm:
    """What was rewritten, and what could not be."""

    segments: int = 0
    notes: int = 0
    damaged: dict[str, str] = field(default_factory=dict)
    """Segment → why its notes stay as they are."""


def renew_notes(
    archive: Archive, *, run: str, progress: Callable[[int, int], None] = lambda _done, _total: None
) -> NoteForm:
    """Rewrites the old notes of every segment; reads all of them. Done again, or after a kill, it goes on.

    Raises LeaseHeld while a takedown or maintenance is going on.
    """
    found = NoteForm()
    with archive.lease(MAINTENANCE, run=run):
        keys = list(archive.segments())
        for done, key in enumerate(keys, 1):
            try:
                with archive.local_segment(key) as path:
                    result = with_new_notes(path)
            except WarcError as error:
                found.damaged[str(key)] = str(error)
                continue
            if result:
                archive.objects.put(str(key), result[0])
                found.segments, found.notes = found.segments + 1, found.notes + result[1]
            progress(done, len(keys))
    return found

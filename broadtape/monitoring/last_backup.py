"""The copy that upkeep brings up to date: of when it is, and whether that is long ago."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from broadtape.archive import Archive
from broadtape.archive.copying.marker import Marker
from broadtape.archive.stores.open_store import open_store
from broadtape.errors import BroadtapeError
from broadtape.times import iso

__all__ = ["Backup", "last_backup"]

_OLD = timedelta(days=2)
"""Upkeep is daily, and a day may be missed."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What lies at the place that the settings name."""

    to: str | None
    """None where the settings name none."""
    at: datetime | None = None
    """The moment whose archive the copy is, UTC; None where there is no copy, or nobody can tell."""
    problem: str | None = None
    """Why it is of no use, as a sentence."""

    def as_dict(self) -> dict[str, Any]:
        """Plain data, times as ISO 8601."""
        return {"to": self.to, "at": iso(self.at) if self.at else None, "problem": self.problem}

    def __str__(self) -> str:
        if self.problem:
            return self.problem
        return f"The copy at {self.to} is of {iso(self.at)[:19]}Z." if self.at else f"{self.to} holds no copy yet."


def last_backup(archive: Archive, to: str | None, now: datetime) -> Backup:
    """What lies at `to`. An archive that is younger than two days needs no copy yet."""
    if to is None:
        return Backup(None)
    try:
        marker = Marker.read(open_store(to))
    except BroadtapeError as error:
        return Backup(to, problem=f"The copy at {to} cannot be read: {error}")
    if marker is not None and marker.of != archive.info.id:
        return Backup(to, problem=f"What lies at {to} is a copy of another archive, {marker.source_uri}.")
    at = marker.at if marker else None
    if now - (at or archive.info.created) <= _OLD:
        return Backup(to, at)
    if at is None:
        return Backup(to, problem=f"{to} holds no copy yet: does upkeep run?")
    return Backup(to, at, f"The copy at {to} is of {iso(at)[:19]}Z, which is more than two days ago: does upkeep run?")

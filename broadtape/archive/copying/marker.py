"""What a copy knows of itself, so that it is never taken for an archive of its own, nor one for a copy.

`copy/marker.json` lies in the copy alone. It says of which archive it is, by what line it came, and up to which version
of each table. A copy that goes live, as a restored archive does, keeps it: by the versions it is known that somebody
has written there since, and whether two archives of one origin went on apart.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Self

from broadtape.archive.stores.object_store import ObjectStore
from broadtape.errors import ArchiveError, NotAnArchive, ObjectMissing
from broadtape.times import iso, parse_time

__all__ = ["FOLDER", "Marker", "check_target"]

FOLDER = "copy/"
"""Where a copy keeps what is about the copy; copied nowhere."""
_KEY = f"{FOLDER}marker.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """`versions` are those of each table that the copy has whole; `coming`, what a copy that is going on brings."""

    of: str
    """The archive's id, which all its copies share."""
    copy: str
    """This copy's own id."""
    source: str
    """What it was copied from last: another copy's own id, or the archive's."""
    source_uri: str
    versions: Mapping[str, int] = field(default_factory=dict)
    coming: Mapping[str, int] = field(default_factory=dict)
    at: datetime | None = None
    """The moment whose archive it has whole; aware, UTC. None before the first copy has come to its end."""

    def write(self, store: ObjectStore) -> None:
        """Keeps it in the copy."""
        values = {**asdict(self), "at": iso(self.at) if self.at else None}
        store.put(_KEY, json.dumps(values, indent=1, sort_keys=True).encode())

    @classmethod
    def read(cls, store: ObjectStore) -> Self | None:
        """None for what is no copy; raises ArchiveError for a damaged one."""
        try:
            values = json.loads(store.get(_KEY))
            return cls(**{**values, "at": parse_time(values["at"]) if values["at"] else None})
        except ObjectMissing:
            return None
        except (ValueError, KeyError, TypeError, ArchiveError):
            raise ArchiveError(
                f"{store.uri}/{_KEY} is damaged: nothing says of what this is a copy. Name an empty or a new place."
            ) from None

    def reaches(self, version: int, table: str) -> bool:
        """Whether a table at this version is what copying made of it, and nobody has written it since."""
        return version <= max(self.versions.get(table, -1), self.coming.get(table, -1))


def check_target(
    target: ObjectStore,
    *,
    held: Mapping[str, int],
    archive: str,
    marker: Marker | None,
    here: Mapping[str, int],
) -> Marker | None:
    """The copy that lies at `target` and may be brought up to date; None for an empty place.

    `held` are the target's tables with their versions, `archive` and `marker` what the source is, `here` its tables'
    versions. Raises NotAnArchive where something else is there, and ArchiveError for a copy that has been written
    since, or whose source is older than it, or went on apart.
    """
    there = Marker.read(target)
    if there is None:
        if next(iter(target.list()), None) is None:
            return None
        raise NotAnArchive(
            f"{target.uri} is not empty, and no copy that 'broadtape copy' made: name an empty or a new place, or move "
            "away what lies there."
        )
    if there.of != archive:
        raise NotAnArchive(f"{target.uri} is a copy of another archive, {there.source_uri}: name another place.")
    if written := sorted(name for name, version in held.items() if not there.reaches(version, name)):
        raise ArchiveError(
            f"{target.uri} has been written since it was copied ({', '.join(written)}): it is an archive of its own "
            "now, and copying would take that back. Name another place."
        )
    if not _follows(there, archive, marker, here):
        raise ArchiveError(
            f"{target.uri} holds what its source has not: the source was restored from an older copy, or went on apart "
            f"from {there.source_uri}. Name another place, and keep both until you have looked."
        )
    return there


def _follows(there: Marker, archive: str, marker: Marker | None, here: Mapping[str, int]) -> bool:
    """Whether the source's history goes through what the copy has."""
    line = marker.copy if marker else archive
    if there.source == line:
        past = here
    elif marker and marker.source in {there.copy, there.source}:
        past = marker.versions
    else:
        return not there.versions
    return all(past.get(name, -1) >= version for name, version in there.versions.items())

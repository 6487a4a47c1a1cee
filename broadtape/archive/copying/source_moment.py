"""What an archive holds at one moment, while others write it: the order of the looks makes it fit together.

A run stores a segment, then commits articles, then captures, and saves its state last; a takedown begins with the
tombstones and ends with the rows. So what comes last there is looked at first here, the tombstones alone excepted: a
state never knows more than the tables, no row names a segment that is not there, no text goes without its tombstone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from broadtape.archive.archive import Archive
from broadtape.archive.copying.marker import FOLDER
from broadtape.archive.copying.table_version import TableVersion, take
from broadtape.archive.delta.schema import TableName
from broadtape.archive.segment_key import SegmentKey
from broadtape.archive.spools_elsewhere import PREFIX as SPOOLS
from broadtape.archive.stores.object_store import PROBE, ObjectInfo
from broadtape.errors import ObjectMissing
from broadtape.times import utcnow

__all__ = ["INFO", "SourceMoment", "look"]

INFO = "archive.json"
"""What makes a place an archive, and says what its store can do: made for each copy."""
_ORDER: tuple[TableName, ...] = ("captures", "articles", "decisions")
_UNDER_WAY = timedelta(days=1)
"""A segment that no row names belongs to a run that is going on, unless it is older than this."""


@dataclass(frozen=True, slots=True)
class SourceMoment:
    """One look at the source. Keys are the archive's; `at` is aware, UTC."""

    at: datetime
    tables: Mapping[str, TableVersion]
    small: Mapping[str, bytes]
    """State, and which rules are in force: as they were before the tables were looked at."""
    objects: Mapping[str, ObjectInfo]
    """Segments, sets of rules, and what a later release keeps beside them: what is to be in the copy."""
    named: frozenset[str]
    """The segments that rows name."""
    left: Mapping[str, int]
    """What stays where it is, with the number of objects."""

    @property
    def missing(self) -> list[str]:
        """Segments that rows name and that are not there: the source is damaged."""
        return sorted(self.named - self.objects.keys())


def _small_keys(archive: Archive) -> Iterator[str]:
    """The keys of what is written over and over."""
    yield from (info.key for info in archive.objects.list("state/"))
    yield from (info.key for info in archive.objects.list("rules/") if _is_pointer(info.key))


def look(archive: Archive, had: Iterable[str] = ()) -> SourceMoment:
    """Looks at the source; raises ObjectMissing where it moved on meanwhile, and may be looked at again.

    `had` is what the copy has: a segment that was named once and is blank now is not taken for one under way.
    """
    small = dict(_read_each(archive))
    at = archive.now()
    tables: dict[str, TableVersion] = {name: found for name in _ORDER if (found := take(archive.tables[name]))}
    named = frozenset().union(*(_segments_named(archive, tables.get(name)) for name in ("articles", "captures")))
    objects, left = _sorted_out(archive, tables, named.union(had), small)
    return SourceMoment(at, tables, small, objects, named, left)


def _read_each(archive: Archive) -> Iterator[tuple[str, bytes]]:
    for key in list(_small_keys(archive)):
        try:
            yield key, archive.objects.get(key)
        except ObjectMissing:  # taken down in between
            continue


def _segments_named(archive: Archive, table: TableVersion | None) -> set[str]:
    if table is None:
        return set()
    found = archive.tables[_table(table.name)].read(
        lambda rows: rows.select(pl.col("warc_file").drop_nulls().unique()), version=table.version
    )
    return set(found["warc_file"])


def _table(name: str) -> TableName:
    return next(known for known in _ORDER if known == name)


def _sorted_out(
    archive: Archive,
    tables: Mapping[str, TableVersion],
    known: frozenset[str],
    small: Mapping[str, bytes],
) -> tuple[dict[str, ObjectInfo], dict[str, int]]:
    of_tables = frozenset().union(*(table.keys for table in tables.values()))
    objects: dict[str, ObjectInfo] = {}
    left: dict[str, int] = {}
    young = utcnow() - _UNDER_WAY
    for info in archive.objects.list(""):
        why = _left_out(info, of_tables, known, young)
        if why:
            left[why] = left.get(why, 0) + 1
        elif info.key not in of_tables and info.key not in small and not _is_about_the_place(info.key):
            objects[info.key] = info
    return objects, left


def _left_out(info: ObjectInfo, of_tables: frozenset[str], known: frozenset[str], young: datetime) -> str | None:
    """Why an object is not for the copy; None for one that is, and for what says nothing anywhere else."""
    top = info.key.partition("/")[0]
    if top == "index":
        return "derived"
    if top == "leases":
        return "leases"
    if top in _ORDER and info.key not in of_tables:
        return "superseded"
    if SegmentKey.is_one(info.key) and info.key not in known and info.modified > young:
        return "under_way"
    return None


def _is_pointer(key: str) -> bool:
    return key.endswith("/in-force.json")


def _is_about_the_place(key: str) -> bool:
    """Made anew for each place, as what is said of bytes is, or while one is tried; a state that came since waits."""
    return (
        key == INFO
        or key.startswith((FOLDER, "fixity/", PROBE, SPOOLS, "state/"))
        or (key.startswith("rules/") and _is_pointer(key))
    )

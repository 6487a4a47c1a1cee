"""Are the WARC files those that the rows name; and a part of work for every some of them, to read what is in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import TypeAlias

import polars as pl

from broadtape.archive.archive import Archive
from broadtape.archive.lifecycle.verification.damage import Damage
from broadtape.archive.lifecycle.verification.segment_check import Place, SegmentCheck, SegmentsCheck
from broadtape.archive.segment_key import SegmentKey
from broadtape.archive.stores.object_store import ObjectInfo
from broadtape.work import Doing

__all__ = ["PLACE", "Progress", "check_segments"]

PLACE = ("warc_file", *Place._fields)
"""What a row says of where its record lies, and in which segment."""
_PART_BYTES, _PART_SEGMENTS = 32 * 2**20, 200
"""Packed bytes and segments of a part, of which either is enough: a second's work, on a store some more."""


Progress: TypeAlias = Callable[[int, int, date], None]
"""Hears how many segments are checked, of how many, and of which day the last ones are."""


def check_segments(
    archive: Archive, rows: pl.DataFrame, since: date | None, progress: Progress, doing: Doing
) -> Iterator[Damage]:
    """What is wrong with the segments; those of days before `since`, or all where it is None, are only looked for.

    `rows` have the columns PLACE.
    """
    named: dict[str, pl.DataFrame] = {
        str(key): part for (key,), part in rows.partition_by("warc_file", as_dict=True).items()
    }
    held = list(archive.objects.list(SegmentKey.prefix()))
    for info in held:
        if not SegmentKey.is_one(info.key):
            yield Damage(
                "segment_misnamed", info.key, "Nothing reads a file of this name here; take it in by 'backfill'."
            )
    stored = [info for info in held if SegmentKey.is_one(info.key)]
    for key in sorted(named.keys() - {info.key for info in stored}):
        yield Damage(
            "segment_missing", key, f"{named[key].height} rows name this segment and it is not there; restore it."
        )
    read = [info for info in stored if (since and _day(info) >= since) or info.key not in named]
    parts = list(_parts(read))
    done = len(stored) - len(read)
    checks = (SegmentsCheck(archive.uri, tuple(_check(info, named) for info in part), since) for part in parts)
    for part, found in zip(parts, doing(checks), strict=True):
        yield from found
        done += len(part)
        progress(done, len(stored), _day(part[-1]))
    if not parts and stored:
        progress(done, len(stored), _day(stored[-1]))


def _day(info: ObjectInfo) -> date:
    return SegmentKey.parse(info.key).day


def _check(info: ObjectInfo, named: dict[str, pl.DataFrame]) -> SegmentCheck:
    rows = named.get(info.key)
    places = None if rows is None else tuple(Place(*row) for row in rows.select(Place._fields).iter_rows())
    return SegmentCheck(SegmentKey.parse(info.key), info.size, places)


def _parts(stored: list[ObjectInfo]) -> Iterator[list[ObjectInfo]]:
    """By day, as they were written; each day's in their order."""
    part: list[ObjectInfo] = []
    size = 0
    for info in sorted(stored, key=lambda info: (_day(info), info.key)):
        if part and (size + info.size > _PART_BYTES or len(part) >= _PART_SEGMENTS):
            yield part
            part, size = [], 0
        part.append(info)
        size += info.size
    if part:
        yield part

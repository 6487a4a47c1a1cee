"""Some segments read: are they whole, and with the digests that they, and the rows about them, give."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from broadtape.archive.archive import Archive
from broadtape.archive.lifecycle.verification.damage import Damage
from broadtape.archive.opened_here import opened_here
from broadtape.archive.segment_key import SegmentKey
from broadtape.archive.warc import Record, read_segment
from broadtape.errors import ObjectMissing, WarcError

__all__ = ["Place", "SegmentCheck", "SegmentsCheck"]

_PATIENCE, _BYTES_A_SECOND = 60.0, 2**20
"""Seconds for any part, and packed bytes that are read in one more, on a machine that is busy otherwise."""
_ELSEWHERE = 1200.0
"""Seconds more for a store that is away: it is asked again for that long, and says so itself."""
_GZIP_HEAD = re.compile(rb"\x1f\x8b\x08[\x00\x10]\x00{4}[\x00\x02\x04][\x03\x13\xff]")
"""Ten bytes of a gzip member as we write it: no name, no time, a comment where a record was blanked; on Unix, on macOS,
or by hand. No check sum of gzip's covers them."""


class Place(NamedTuple):
    """What a row says of where its record lies; the names are those of its columns."""

    warc_offset: int | None
    warc_length: int | None
    payload_sha256: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class SegmentCheck:
    """A segment that is to be read, and what rows say of it; None where no row names it."""

    key: SegmentKey
    size: int
    rows: tuple[Place, ...] | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class SegmentsCheck:
    """Reads some segments; see `broadtape.work`.

    Of those of days before `since`, or of all where it is None, it is only asked whether they say something.
    """

    uri: str
    segments: tuple[SegmentCheck, ...]
    since: date | None
    failed: str | None = None

    @property
    def seconds(self) -> float:
        """How long it may take."""
        return _PATIENCE + _ELSEWHERE + sum(each.size for each in self.segments) / _BYTES_A_SECOND

    def pieces(self) -> Sequence[SegmentsCheck]:
        """A check of each segment."""
        return [replace(self, segments=(each,)) for each in self.segments]

    def refused(self, why: str) -> SegmentsCheck:
        """The segment that is not read."""
        return replace(self, failed=why)

    def lost(self, why: str) -> list[Damage]:
        """The segment, of which nothing is known."""
        told = f"It could not be read, so that nothing is known of it: {why}. Run it again."
        return [Damage("segment_unchecked", str(each.key), told) for each in self.segments]

    def joined(self, results: Sequence[list[Damage]]) -> list[Damage]:
        """One segment's after another's."""
        return list(chain.from_iterable(results))

    def __call__(self) -> list[Damage]:
        """What is wrong with them."""
        if self.failed is not None:
            return self.lost(self.failed)
        archive = opened_here(self.uri)
        return [damage for each in self.segments for damage in self._checked(archive, each)]

    def _checked(self, archive: Archive, segment: SegmentCheck) -> Iterator[Damage]:
        if segment.rows is None and _says_something(archive, segment.key):
            told = "No row names this segment: its run died early; 'broadtape rebuild' reads it."
            yield Damage("segment_unknown", str(segment.key), told)
        if self.since and segment.key.day >= self.since:
            yield from _check_segment(archive, segment)


def _says_something(archive: Archive, key: SegmentKey) -> bool:
    """Whether a segment holds more than its warcinfo and what was blanked; a torn one may."""
    try:
        with archive.local_segment(key) as path:
            return any(record.http or record.note for record in read_segment(path))
    except (WarcError, ObjectMissing):
        return True


def _check_segment(archive: Archive, segment: SegmentCheck) -> Iterator[Damage]:
    records: dict[int, tuple[int, str | None]] = {}
    key = segment.key
    try:
        with archive.local_segment(key) as path:
            for record in read_segment(path):
                if problem := _broken(record):
                    yield Damage("digest_differs", f"{key}:{record.offset}", problem)
                payload = record.http.payload_sha256 if record.type == "response" and record.http else None
                records[record.offset] = (record.length, payload)
            yield from _check_heads(key, path, records)
    except (WarcError, ObjectMissing) as error:
        yield Damage("segment_torn", str(key), f"{error} What lies behind is lost; restore the file.")
    for row in segment.rows or ():
        yield from _check_place(key, row, records)


def _check_heads(key: SegmentKey, path: Path, offsets: Iterable[int]) -> Iterator[Damage]:
    with path.open("rb") as file:
        for offset in offsets:
            file.seek(offset)
            if not _GZIP_HEAD.match(file.read(10)):
                yield Damage("digest_differs", f"{key}:{offset}", "The gzip head is not as written; restore the file.")


def _check_place(key: SegmentKey, row: Place, records: dict[int, tuple[int, str | None]]) -> Iterator[Damage]:
    if row.warc_offset is None:
        return
    where = f"{key}:{row.warc_offset}"
    about = row.url or f"outlet {key.site}"
    length, payload = records.get(row.warc_offset, (None, None))
    if length is None or length != row.warc_length:
        yield Damage("record_missing", where, f"A row about {about} names a record that is not there; rebuild it.")
    elif payload and row.payload_sha256 not in (None, payload):
        yield Damage("digest_differs", where, f"The page {about} has not the digest in its row; restore the file.")


def _broken(record: Record) -> str | None:
    """What is wrong with a record by its own digests."""
    checks = [(record.block_digest, record.block)]
    if record.type == "response" and record.http:
        checks.append((record.payload_digest, record.http.body))
    for digest, data in checks:
        algorithm, _, value = (digest or "").partition(":")
        if algorithm == "sha256" and hashlib.sha256(data).hexdigest() != value:
            return (
                f"The record for {record.url or 'a note'} has not the digest it gives; restore the file from a backup."
            )
    return None

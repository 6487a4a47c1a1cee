"""Are the WARC files those that the rows name, whole, and with the digests that they give themselves."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import polars as pl

from broadtape.archive.archive import Archive
from broadtape.archive.lifecycle.verification.damage import Damage
from broadtape.archive.segment_key import SegmentKey
from broadtape.archive.warc import Record, read_segment
from broadtape.errors import ObjectMissing, WarcError

__all__ = ["PLACE", "check_segments"]

PLACE = ("warc_file", "warc_offset", "warc_length", "payload_sha256", "url")
"""What a row says of where its record lies."""
_GZIP_HEAD = re.compile(rb"\x1f\x8b\x08[\x00\x10]\x00{4}[\x00\x02\x04][\x03\x13\xff]")
"""Ten bytes of a gzip member as we write it: no name, no time, a comment where a record was blanked; on Unix, on macOS,
or by hand. No check sum of gzip's covers them."""


def check_segments(
    archive: Archive, rows: pl.DataFrame, digests: bool, progress: Callable[[int, int], None]
) -> Iterator[Damage]:
    """What is wrong with the segments; without `digests`, they are only looked for. `rows` have the columns PLACE."""
    named: dict[str, pl.DataFrame] = {
        str(key): part for (key,), part in rows.partition_by("warc_file", as_dict=True).items()
    }
    held = [info.key for info in archive.objects.list(SegmentKey.prefix())]
    for key in held:
        if not SegmentKey.is_one(key):
            yield Damage("segment_misnamed", key, "Nothing reads a file of this name here; take it in by 'backfill'.")
    stored = {key: SegmentKey.parse(key) for key in held if SegmentKey.is_one(key)}
    for key in sorted(named.keys() - stored.keys()):
        yield Damage(
            "segment_missing", key, f"{named[key].height} rows name this segment and it is not there; restore it."
        )
    for done, (key, segment) in enumerate(sorted(stored.items()), 1):
        if key not in named and _says_something(archive, segment):
            yield Damage(
                "segment_unknown", key, "No row names this segment: its run died early; 'broadtape rebuild' reads it."
            )
        if digests:
            yield from _check_segment(archive, segment, named.get(key))
        progress(done, len(stored))


def _says_something(archive: Archive, key: SegmentKey) -> bool:
    """Whether a segment holds more than its warcinfo and what was blanked; a torn one may."""
    try:
        with archive.local_segment(key) as path:
            return any(record.http or record.note for record in read_segment(path))
    except (WarcError, ObjectMissing):
        return True


def _check_segment(archive: Archive, key: SegmentKey, rows: pl.DataFrame | None) -> Iterator[Damage]:
    records: dict[int, tuple[int, str | None]] = {}
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
    for row in rows.to_dicts() if rows is not None else []:
        yield from _check_place(key, row, records)


def _check_heads(key: SegmentKey, path: Path, offsets: Iterable[int]) -> Iterator[Damage]:
    with path.open("rb") as file:
        for offset in offsets:
            file.seek(offset)
            if not _GZIP_HEAD.match(file.read(10)):
                yield Damage("digest_differs", f"{key}:{offset}", "The gzip head is not as written; restore the file.")


def _check_place(key: SegmentKey, row: dict[str, Any], records: dict[int, tuple[int, str | None]]) -> Iterator[Damage]:
    if row["warc_offset"] is None:
        return
    where = f"{key}:{row['warc_offset']}"
    about = row["url"] or f"outlet {key.site}"
    length, payload = records.get(row["warc_offset"], (None, None))
    if length is None or length != row["warc_length"]:
        yield Damage("record_missing", where, f"A row about {about} names a record that is not there; rebuild it.")
    elif payload and row["payload_sha256"] not in (None, payload):
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

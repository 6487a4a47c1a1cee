"""Checking the archive against itself: tables, WARC files, digests, learnt rules, leases."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from broadtape.archive.archive import Archive
from broadtape.archive.delta.data_files import decode, is_intact
from broadtape.archive.delta.rewrite import DataFile, data_files
from broadtape.archive.delta.tables import Table
from broadtape.archive.leases import claims
from broadtape.archive.segment_key import SegmentKey
from broadtape.archive.warc import Record, read_segment
from broadtape.errors import ArchiveError, BroadtapeError, ObjectMissing, StoreError, WarcError

__all__ = ["Damage", "verify"]

Kind = Literal[
    "table_unreadable",  # its log cannot be read
    "file_missing",  # a data file that the table names is not there
    "file_unreadable",  # it is no Parquet file, or a damaged one
    "text_differs",  # an article's text has not the digest its row gives
    "segment_missing",  # rows name a WARC file that is not there
    "segment_torn",  # a WARC file that ends inside a record, or is damaged
    "segment_unknown",  # a WARC file that no row names: its rows were never written
    "segment_misnamed",  # a file among the segments that is not named as one is: nothing reads it
    "record_missing",  # no record starts where a row says
    "digest_differs",  # a record's bytes have not the digest that it, or its row, gives
    "rules_unreadable",  # a set of learnt rules, or what says which is in force, is missing or damaged
    "lease_dead",  # a run ended without giving its lease back
]
_PLACE = ("warc_file", "warc_offset", "warc_length", "payload_sha256", "url")


@dataclass(frozen=True, slots=True)
class Damage:
    """Something that is not as it should be. `where` is a key, with the offset where there is one."""

    kind: Kind
    where: str
    message: str
    """One sentence with what to do."""


def verify(
    archive: Archive, *, digests: bool = True, progress: Callable[[int, int], None] = lambda _done, _total: None
) -> Iterator[Damage]:
    """Checks tables, segments and digests against each other; gives what is wrong, nothing where all is well.

    Without `digests` no segment is read, only looked for. `progress` is told how many segments are checked, of how
    many.
    """
    places = []
    for name in ("articles", "captures"):
        for found in _check_table(archive.tables[name]):
            if isinstance(found, Damage):
                yield found
            else:
                places.append(found.select(_PLACE).filter(pl.col("warc_file").is_not_null()))
    yield from (found for found in _check_table(archive.tables["decisions"]) if isinstance(found, Damage))
    rows = pl.concat(places).unique() if places else pl.DataFrame(schema=dict.fromkeys(_PLACE, pl.String))
    yield from _check_segments(archive, rows, digests, progress)
    yield from _check_rules(archive)
    yield from _check_leases(archive)


def _check_table(table: Table) -> Iterator[Damage | pl.DataFrame]:
    """What is wrong with a table's files, and the rows of those that are right."""
    try:
        delta = table.snapshot()
        files = data_files(table, delta) if delta else []
    except StoreError as error:
        yield Damage("table_unreadable", table.uri, f"{error} 'broadtape rebuild' makes the table again from raw/.")
        return
    for file in files:
        yield from _check_file(table, file)


def _check_file(table: Table, file: DataFile) -> Iterator[Damage | pl.DataFrame]:
    key = table.prefix + file.path
    advice = "'broadtape rebuild' makes the table again from raw/."
    try:
        data = table.store.get(key)
        # Damaged Parquet can end the process that decodes it, so the digest comes first.
        if not is_intact(file.path, data):
            yield Damage("file_unreadable", key, f"The file has not the digest that its name gives; {advice}")
            return
        rows = decode(data, table.spec, file.partition)
    except ObjectMissing:
        yield Damage("file_missing", key, f"The table names this file and it is not there; {advice}")
        return
    except (pl.exceptions.PolarsError, OSError) as error:
        yield Damage("file_unreadable", key, f"The file cannot be read ({str(error).splitlines()[0]}); {advice}")
        return
    if "text_sha256" in rows.columns:
        for row in rows.filter(pl.col("text").is_not_null()).select("text", "text_sha256", "url").iter_rows():
            if row[1] is not None and hashlib.sha256(row[0].encode()).hexdigest() != row[1]:
                yield Damage("text_differs", key, f"The text of {row[2]} has not the digest in its row; re-extract it.")
    yield rows


def _check_segments(
    archive: Archive, rows: pl.DataFrame, digests: bool, progress: Callable[[int, int], None]
) -> Iterator[Damage]:
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
    except (WarcError, ObjectMissing) as error:
        yield Damage("segment_torn", str(key), f"{error} What lies behind is lost; restore the file.")
    for row in rows.to_dicts() if rows is not None else []:
        yield from _check_place(key, row, records)


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


def _check_rules(archive: Archive) -> Iterator[Damage]:
    """A set holds fewer rules than its name gives once their stories were forgotten: its digest tells nothing."""
    for site in sorted({info.key.split("/")[1] for info in archive.objects.list("rules/")}):
        told: dict[str, str] = {}
        for name in sorted(archive.rules.every(site)):
            try:
                archive.rules.read(site, name)
            except ArchiveError as error:
                told[str(error)] = f"rules/{site}/{name}.json"
        try:
            archive.rules.in_force(site)
        except ArchiveError as error:
            told.setdefault(str(error), f"rules/{site}/in-force.json")
        yield from (Damage("rules_unreadable", where, message) for message, where in told.items())


def _check_leases(archive: Archive) -> Iterator[Damage]:
    now = archive.now()
    try:
        held = claims(archive.objects)
    except BroadtapeError as error:
        yield Damage("lease_dead", "leases/", str(error))
        return
    for claim in held:
        if not claim.released and not claim.live(now):
            yield Damage(
                "lease_dead",
                claim.key,
                f"Run {claim.run} on {claim.host} died; the next run of {claim.site} takes over.",
            )

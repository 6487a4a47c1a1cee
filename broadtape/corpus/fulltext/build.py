"""Making the index and keeping it up to date: new rows only, and the other rows of the articles they belong to."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
from tantivy import Index

from broadtape.archive.delta.failures import reading
from broadtape.archive.leases import MAINTENANCE
from broadtape.archive.scratch import scratch
from broadtape.corpus.fulltext.documents import micros, moment
from broadtape.corpus.fulltext.parts import index_in_parts
from broadtape.corpus.fulltext.rows import Progress, keys_of, write_rows
from broadtape.corpus.fulltext.stored import Files, Manifest, files_of, local_copy, publish, store_files
from broadtape.corpus.reading import plan
from broadtape.corpus.reading.kept_keys import keep_keys
from broadtape.corpus.reading.where import at_least
from broadtape.errors import DigestMismatch, ObjectMissing
from broadtape.work import Doing, done_here

if TYPE_CHECKING:
    from broadtape.archive import Archive

__all__ = ["SLACK", "IndexReport", "update_index"]

SLACK = timedelta(hours=1)
"""Rows are found by when they were archived. One that is stamped so much earlier than another that the index has may
still be missing there: writers' clocks differ, and a commit may take a minute."""


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What became of the index. `version` is that of `articles` which it covers now."""

    version: int
    rows: int
    written: int
    """Rows that were put in, those of changed articles included."""
    made_anew: bool


def update_index(
    archive: Archive,
    *,
    run: str,
    rebuild: bool = False,
    progress: Progress = lambda _done, _total: None,
    doing: Doing = done_here,
) -> IndexReport:
    """Brings the index up to the newest version of `articles`; with `rebuild`, or where it does not add up, anew.

    `progress` is told how many rows, or parts, are in, of how many; parts are made by `doing`, where it is made anew of
    many rows. Raises LeaseHeld while a maintenance or takedown is going on.
    """
    with archive.lease(MAINTENANCE, run=run), reading(archive.uri):
        version = archive.tables["articles"].version()
        scan = partial(archive.tables["articles"].scan, version=version)

        keep_keys(archive.tables["articles"], archive.objects, version, anew=rebuild)
        kept = None if rebuild else Manifest.read(archive)
        if kept and kept.version == version:
            return IndexReport(version, kept.rows, 0, made_anew=False)
        total = _rows(scan)
        with scratch("index") as folder:
            written = _append(archive, kept, folder, scan, progress) if kept else None
            if kept and written is not None and _count(folder) == total:
                _publish(archive, store_files(archive, folder, kept.files), scan, version, total)
                return IndexReport(version, total, written, made_anew=False)
        _publish(archive, _made_anew(archive, scan, version, doing, progress), scan, version, total)
        return IndexReport(version, total, total, made_anew=True)


def _made_anew(archive: Archive, scan: plan.Scan, version: int, doing: Doing, progress: Progress) -> Files:
    keys = keys_of(scan)
    if files := index_in_parts(archive.objects, keys, version, doing, progress):
        return files
    with scratch("index") as folder:
        write_rows(folder, keys, scan, progress)
        return store_files(archive, folder, {})


def _append(archive: Archive, kept: Manifest, folder: Path, scan: plan.Scan, progress: Progress) -> int | None:
    """Puts the articles with new rows into a copy of the index that is kept; how many rows, None if it is broken."""
    try:
        return _append_to(local_copy(archive, kept), kept, folder, scan, progress)
    except (DigestMismatch, ObjectMissing, ValueError):
        return None


def _append_to(copy: Path, kept: Manifest, folder: Path, scan: plan.Scan, progress: Progress) -> int:
    for name in files_of(copy):
        (folder / name).symlink_to((copy / name).resolve())
    shutil.copyfile(copy / "meta.json", folder / "meta.json")
    floor = moment(kept.newest) - SLACK
    changed = scan(at_least("archived_at", floor)).filter(pl.col("archived_at") >= floor)
    names = changed.select("article_id").unique().collect()["article_id"]
    return write_rows(folder, keys_of(scan, names), scan, progress)


def _publish(archive: Archive, files: Files, scan: plan.Scan, version: int, rows: int) -> None:
    newest = scan(None).select(pl.col("archived_at").max()).collect().item()
    publish(archive, files, version=version, rows=rows, newest=micros(newest) if newest else 0)


def _rows(scan: plan.Scan) -> int:
    """How many documents the rows make: repetitions are none."""
    distinct = scan(None).select("article_id", "fetched_at", "extractor").unique()
    return int(distinct.select(pl.len()).collect().item())


def _count(folder: Path) -> int:
    return Index.open(str(folder)).searcher().num_docs

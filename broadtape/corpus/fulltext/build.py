"""Making the index and keeping it up to date: new rows only, and the other rows of the articles they belong to."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
from tantivy import Index, IndexWriter

from broadtape.archive.delta.failures import reading
from broadtape.archive.leases import MAINTENANCE
from broadtape.archive.scratch import scratch
from broadtape.corpus.fulltext.documents import COLUMNS, documents, micros, moment
from broadtape.corpus.fulltext.schema import index_schema, register
from broadtape.corpus.fulltext.stored import Manifest, files_of, local_copy, publish
from broadtape.corpus.reading import plan
from broadtape.corpus.reading.kept_keys import keep_keys
from broadtape.corpus.reading.resolve_versions import KEY
from broadtape.corpus.reading.where import at_least
from broadtape.errors import DigestMismatch, ObjectMissing

if TYPE_CHECKING:
    from broadtape.archive import Archive

__all__ = ["SLACK", "IndexReport", "keys_of", "rows_of", "update_index"]

SLACK = timedelta(hours=1)
"""Rows are found by when they were archived. One that is stamped so much earlier than another that the index has may
still be missing there: writers' clocks differ, and a commit may take a minute."""
_BATCH = 10_000
"""Rows held in memory at a time."""
_HEAP = 256 * 2**20

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What became of the index. `version` is that of `articles` which it covers now."""

    version: int
    rows: int
    written: int
    """Rows that were put in, those of changed articles included."""
    made_anew: bool


def update_index(
    archive: Archive, *, run: str, rebuild: bool = False, progress: Progress = lambda _done, _total: None
) -> IndexReport:
    """Brings the index up to the newest version of `articles`; with `rebuild`, or where it does not add up, anew.

    `progress` is told how many rows are in, of how many. Raises LeaseHeld while a maintenance or takedown is going on.
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
            if written is not None and _count(folder) == total:
                _publish(archive, folder, scan, version, total)
                return IndexReport(version, total, written, made_anew=False)
            _empty(folder)
            _write(folder, keys_of(scan), scan, progress)
            _publish(archive, folder, scan, version, total)
        return IndexReport(version, total, total, made_anew=True)


def keys_of(scan: plan.Scan, article_ids: pl.Series | None = None) -> pl.DataFrame:
    """What names the rows, with their outlets: of these articles, or of all."""
    rows = scan(None).select(*KEY, "site")
    if article_ids is not None:
        rows = rows.filter(pl.col("article_id").is_in(article_ids.implode()))
    return rows.with_columns(pl.lit(1).alias("revision")).collect()


def rows_of(scan: plan.Scan, keys: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The rows with their texts, in batches that hold all rows of their articles."""
    several = pl.len().over("article_id") > 1
    # Articles with one row can be read as they lie; the others' rows may lie anywhere.
    alone = keys.filter(~several).sort(pl.col("fetched_at").dt.truncate("1mo"), "site", "fetched_at")
    for start in range(0, alone.height, _BATCH):
        yield plan.of_keys(scan, alone.slice(start, _BATCH), COLUMNS).collect()
    rest = keys.filter(several)
    names = rest["article_id"].unique().sort()
    for start in range(0, names.len(), _BATCH // 2):
        held = rest.filter(pl.col("article_id").is_in(names.slice(start, _BATCH // 2).implode()))
        yield plan.of_keys(scan, held, COLUMNS).collect()


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
    return _write(folder, keys_of(scan, changed.select("article_id").unique().collect()["article_id"]), scan, progress)


def _write(folder: Path, keys: pl.DataFrame, scan: plan.Scan, progress: Progress) -> int:
    index = register(Index(index_schema(), str(folder)))
    writer = index.writer(_HEAP, 1)
    anew = index.searcher().num_docs == 0
    if not anew:
        for name in keys["article_id"].unique():
            writer.delete_documents_by_term("article_id", name)
    done = 0
    for rows in rows_of(scan, keys):
        _add(writer, rows)
        done += rows.height
        progress(done, keys.height)
    writer.commit()
    writer.wait_merging_threads()
    return done


def _add(writer: IndexWriter, rows: pl.DataFrame) -> None:
    for document in documents(rows):
        writer.add_document(document)


def _publish(archive: Archive, folder: Path, scan: plan.Scan, version: int, rows: int) -> None:
    newest = scan(None).select(pl.col("archived_at").max()).collect().item()
    publish(archive, folder, version=version, rows=rows, newest=micros(newest) if newest else 0)


def _rows(scan: plan.Scan) -> int:
    """How many documents the rows make: repetitions are none."""
    distinct = scan(None).select("article_id", "fetched_at", "extractor").unique()
    return int(distinct.select(pl.len()).collect().item())


def _count(folder: Path) -> int:
    return Index.open(str(folder)).searcher().num_docs


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()

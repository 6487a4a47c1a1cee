"""Rows of `articles` put into an index: those of an article together, however far apart they lie."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import polars as pl
from tantivy import Index

from broadtape.corpus.fulltext.documents import COLUMNS, documents
from broadtape.corpus.fulltext.schema import index_schema, register
from broadtape.corpus.reading import plan
from broadtape.corpus.reading.resolve_versions import KEY

__all__ = ["Progress", "batches_of", "keys_of", "rows_of", "write_rows"]

Progress: TypeAlias = Callable[[int, int], None]

_BATCH = 10_000
"""Rows held in memory at a time."""
_HEAP = 256 * 2**20


def keys_of(scan: plan.Scan, article_ids: pl.Series | None = None) -> pl.DataFrame:
    """What names the rows, with their outlets: of these articles, or of all."""
    rows = scan(None).select(*KEY, "site")
    if article_ids is not None:
        rows = rows.filter(pl.col("article_id").is_in(article_ids.implode()))
    return rows.with_columns(pl.lit(1).alias("revision")).collect()


def batches_of(keys: pl.DataFrame, size: int = _BATCH) -> Iterator[pl.DataFrame]:
    """The keys in batches that hold all rows of their articles; the same for the same keys, whatever their order.

    Articles with one row can be read as they lie, by month and outlet; the others' rows may lie anywhere.
    """
    several = pl.len().over("article_id") > 1
    alone = keys.filter(~several).sort(pl.col("fetched_at").dt.truncate("1mo"), "site", "fetched_at", *KEY)
    for start in range(0, alone.height, size):
        yield alone.slice(start, size)
    rest = keys.filter(several).sort(KEY)
    names = rest["article_id"].unique().sort()
    for start in range(0, names.len(), size // 2):
        yield rest.filter(pl.col("article_id").is_in(names.slice(start, size // 2).implode()))


def rows_of(scan: plan.Scan, keys: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The rows with their texts, in batches that hold all rows of their articles."""
    for batch in batches_of(keys):
        yield plan.of_keys(scan, batch, COLUMNS).collect()


def write_rows(folder: Path, keys: pl.DataFrame, scan: plan.Scan, progress: Progress) -> int:
    """Puts rows into the index in a folder, in place of what it has of their articles; how many they are."""
    index = register(Index(index_schema(), str(folder)))
    writer = index.writer(_HEAP, 1)
    if index.searcher().num_docs:
        for name in keys["article_id"].unique():
            writer.delete_documents_by_term("article_id", name)
    done = 0
    for rows in rows_of(scan, keys):
        for document in documents(rows):
            writer.add_document(document)
        done += rows.height
        progress(done, keys.height)
    writer.commit()
    writer.wait_merging_threads()
    return done

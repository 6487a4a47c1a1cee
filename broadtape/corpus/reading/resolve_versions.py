"""From the rows as they were appended to what a reader sees: which row of an article counts, and as which revision.

Lazy operations over narrow columns only; the texts are joined on at the end, for the rows that were chosen.
"""

from __future__ import annotations

from typing import Literal

import polars as pl

__all__ = ["KEY", "Depth", "choice", "choose"]

Depth = Literal["current", "revisions", "editions"]
"""One row per article; one per revision, in its newest edition; or one per edition."""

KEY = ("article_id", "fetched_at", "extractor", "archived_at")
"""What names one row: the archive never commits two alike."""

_REVISION = ("article_id", "fetched_at")


def choose(rows: pl.LazyFrame, depth: Depth) -> pl.LazyFrame:
    """The key columns of the rows that count, and `revision` (from 1); `rows` holds at least the key columns.

    Rows of equal (`article_id`, `fetched_at`, `extractor`) are one, that which was archived first. `revision` counts
    an article's fetches in their order. Of each, the edition archived last counts; where two came with one commit,
    that of the extractor last in the alphabet.
    """
    each = rows.group_by("article_id").agg(pl.len().alias("rows"), *(pl.col(name).first() for name in KEY[1:]))
    # Nearly all articles have one row, and nothing to choose: only the others take the long way.
    alone = each.filter(pl.col("rows") == 1).select(*KEY, pl.lit(1, pl.Int64).alias("revision"))
    several = rows.join(each.filter(pl.col("rows") > 1), on="article_id", how="semi")
    return pl.concat([alone, _choose_among(several, depth)])


def choice(rows: pl.LazyFrame, depth: Depth) -> pl.LazyFrame:
    """The key of each of these rows with its `revision`, which is 0 where the row does not count."""
    counting = choose(rows, depth)
    every = rows.select(KEY).unique()
    return every.join(counting, on=KEY, how="left", nulls_equal=True).with_columns(pl.col("revision").fill_null(0))


def _choose_among(rows: pl.LazyFrame, depth: Depth) -> pl.LazyFrame:
    editions = rows.group_by(KEY[:3]).agg(pl.col("archived_at").min())
    newest = editions.group_by(_REVISION).agg(
        pl.col("extractor").sort_by("archived_at", "extractor").last(), pl.col("archived_at").max()
    )
    if depth == "current":
        # The newest fetch is the last revision, so that its number is how many there are.
        count = newest.group_by("article_id").agg(pl.col("fetched_at").max(), pl.len().cast(pl.Int64).alias("revision"))
        return newest.join(count, on=_REVISION, nulls_equal=True).select(*KEY, "revision")
    numbered = newest.with_columns(
        pl.col("fetched_at").rank("dense").over("article_id").cast(pl.Int64).alias("revision")
    )
    if depth == "revisions":
        return numbered.select(*KEY, "revision")
    return editions.join(numbered.select(*_REVISION, "revision"), on=_REVISION).select(*KEY, "revision")

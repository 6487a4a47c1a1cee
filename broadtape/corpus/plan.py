"""How a query is answered: narrow columns tell which rows count, then only those rows' texts are read.

Reading one day of one outlet must not read the archive's texts, so every predicate stands where Polars can push it
down to files and row groups, and the choice among an article's rows sees nothing but its narrow columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import polars as pl

from broadtape.corpus.query import Query
from broadtape.corpus.view import KEY, choose

__all__ = ["batches", "chosen", "frame", "of_keys"]

_FIRST_BATCH, _LARGEST_BATCH = 200, 20_000
"""Articles: a small batch brings the first line early, larger ones read a row group fewer times."""


def chosen(rows: pl.LazyFrame, query: Query) -> pl.LazyFrame:
    """Keys of the rows that answer `query`, with `revision` and the column it is ordered by; in order if limited."""
    visible, matches = query.visible(), query.matches()
    history = rows.filter(*visible) if visible else rows
    if matches:
        # Only articles with some row that matches can have their chosen row match.
        candidates = history.filter(*matches).select("article_id").unique()
        history = history.join(candidates, on="article_id", how="semi")
    picked = choose(history.select(KEY), query.depth)
    narrow = rows.filter(*visible, *matches) if visible or matches else rows
    found = narrow.select(*dict.fromkeys((*KEY, "site", query.order))).join(picked, on=KEY, nulls_equal=True)
    if query.limit is None:
        return found
    return found.sort(_order(query), nulls_last=True).head(query.limit)


def frame(rows: pl.LazyFrame, query: Query, columns: Sequence[str]) -> pl.LazyFrame:
    """The answer as one lazy frame, in no particular order."""
    keys = chosen(rows, query).select(*KEY, "revision")
    wide = rows.filter(*query.visible(), *query.matches())
    return wide.join(keys, on=KEY, nulls_equal=True).select(columns)


def batches(keys: pl.DataFrame, query: Query) -> Iterator[pl.DataFrame]:
    """The chosen keys in the order of the answer, in growing batches; one that is empty if there are none."""
    ordered = keys.sort(_order(query), nulls_last=True)
    start, size = 0, _FIRST_BATCH
    while start < max(ordered.height, 1):
        yield ordered.slice(start, size)
        start, size = start + size, min(size * 2, _LARGEST_BATCH)


def of_keys(rows: pl.LazyFrame, keys: pl.DataFrame, columns: Sequence[str]) -> pl.LazyFrame:
    """These rows with their texts, in the order of `keys`."""
    place = keys.lazy().with_row_index("place").select("place", "revision", *KEY)
    return (
        rows.filter(_where(keys))
        .join(place, on=KEY, nulls_equal=True)
        # The archive writes no two rows of one key; were it to, a reader still gets one.
        .unique("place", keep="any")
        .sort("place")
        .select(columns)
    )


def _order(query: Query) -> list[str]:
    return [query.order, *(name for name in KEY if name != query.order)]


def _where(keys: pl.DataFrame) -> pl.Expr:
    """What the files' statistics can tell of where these rows lie: per month of fetching, from when to when."""
    months = keys.group_by(pl.col("fetched_at").dt.truncate("1mo").alias("month")).agg(
        pl.col("fetched_at").min().alias("first"), pl.col("fetched_at").max().alias("last")
    )
    spans: list[tuple[datetime, datetime]] = months.select("first", "last").sort("first").rows()
    if not spans:
        return pl.lit(value=False)
    within = pl.any_horizontal(pl.col("fetched_at").is_between(first, last) for first, last in spans)
    return within & pl.col("site").is_in(keys["site"].unique().sort().to_list())

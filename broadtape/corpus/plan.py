"""How a query is answered: narrow columns tell which rows count, then only those rows' texts are read.

Reading one day of one outlet must not read the archive's texts. So every predicate stands where files (by the table's
statistics) and row groups (by Parquet's) can be left out, and the choice among an article's rows sees nothing but its
narrow columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import polars as pl

from broadtape.corpus.query import Query
from broadtape.corpus.view import KEY, choose
from broadtape.corpus.where import all_of, any_of, at_least, at_most, one_of

__all__ = ["Scan", "at_once", "batches", "chosen", "frame", "is_window", "of_keys", "parts"]

Scan = Callable[[str | None], pl.LazyFrame]
"""The table's rows but those in files that a SQL condition rules out."""

_FIRST_BATCH, _LARGEST_BATCH = 200, 20_000
"""Articles: a small batch brings the first line early, larger ones read a row group fewer times."""
_WINDOW = timedelta(days=2)
_FIRST_PART = 1_000
"""Rows that are chosen among before all others, for the same reason."""


def parts(scan: Scan, query: Query) -> list[Query]:
    """Queries whose answers, one after the other, are that of `query`; the first is small where there is much."""
    if query.article_ids is not None:  # few, whatever they are
        return [query]
    times = _filtered(scan(query.where()), query.visible() + query.matches()).select(query.order).drop_nulls()
    first = times.bottom_k(_FIRST_PART, by=query.order).collect()[query.order]
    if first.len() < _FIRST_PART:
        return [query]
    edge = first.max()
    assert isinstance(edge, datetime)
    return [replace(query, before=edge), replace(query, rest_from=edge)]


def chosen(scan: Scan, query: Query) -> pl.LazyFrame:
    """Keys of the rows that answer `query`, with `revision` and the column it is ordered by; in order if limited."""
    columns = dict.fromkeys((*KEY, "site", query.order))
    narrow = _filtered(scan(query.where()), query.visible() + query.matches()).select(*columns)
    history = _filtered(scan(query.visible_where()), query.visible()).select(KEY)
    if query.matches():
        # Only articles with some row that matches can have their chosen row match.
        narrow = narrow.cache()
        history = history.join(narrow.select("article_id").unique(), on="article_id", how="semi")
    # Used several times over, each with other columns: without a cache, Polars reads the files as often.
    picked = choose(history.cache(), query.depth)
    found = narrow.join(picked, on=KEY, nulls_equal=True)
    if query.limit is None:
        return found
    return found.sort(_order(query), nulls_last=True).head(query.limit)


def is_window(query: Query) -> bool:
    """Whether the answer is that of a day or two, which can be read at once."""
    return query.since is not None and query.until is not None and query.until - query.since <= _WINDOW


def at_once(scan: Scan, query: Query, columns: Sequence[str], revised: pl.DataFrame | None) -> pl.DataFrame:
    """The answer in its order, read whole and chosen from then: fewer requests where each costs a journey.

    `revised` holds the keys of all articles that have several rows; without it, they are looked for in every file.
    """
    wanted = dict.fromkeys((*(name for name in columns if name != "revision"), *KEY, "site", query.order))
    wide = _filtered(scan(query.where()), query.visible() + query.matches()).select(*wanted).collect()
    names = wide.lazy().select("article_id").unique()
    if revised is None:
        history = _filtered(scan(query.visible_where()), query.visible()).select(KEY)
    else:
        several = _filtered(revised.lazy(), query.visible()).select(KEY)
        history = pl.concat([wide.lazy().select(KEY).join(revised.lazy(), on="article_id", how="anti"), several])
    picked = choose(history.join(names, on="article_id", how="semi").cache(), query.depth).collect()
    found = wide.join(picked, on=KEY, nulls_equal=True).unique(KEY, keep="any").sort(_order(query), nulls_last=True)
    return (found if query.limit is None else found.head(query.limit)).select(columns)


def frame(scan: Scan, query: Query, columns: Sequence[str]) -> pl.LazyFrame:
    """The answer as one lazy frame, in no particular order."""
    keys = chosen(scan, query).select(*KEY, "revision")
    wide = _filtered(scan(query.where()), query.visible() + query.matches())
    return wide.join(keys, on=KEY, nulls_equal=True).select(columns)


def batches(keys: pl.DataFrame, query: Query) -> Iterator[pl.DataFrame]:
    """The chosen keys in the order of the answer, in growing batches; one that is empty if there are none."""
    ordered = keys.sort(_order(query), nulls_last=True)
    start, size = 0, _FIRST_BATCH
    while start < max(ordered.height, 1):
        yield ordered.slice(start, size)
        start, size = start + size, min(size * 2, _LARGEST_BATCH)


def of_keys(scan: Scan, keys: pl.DataFrame, columns: Sequence[str]) -> pl.LazyFrame:
    """These rows with their texts, in the order of `keys`."""
    spans, sites = _spans(keys), keys["site"].unique().sort().to_list()
    where = all_of(
        any_of(all_of(at_least("fetched_at", first), at_most("fetched_at", last)) for first, last in spans),
        one_of("site", sites),
    )
    within = [pl.col("fetched_at").is_between(first, last) for first, last in spans]
    place = keys.lazy().with_row_index("place").select("place", "revision", *KEY)
    return (
        scan(where)
        .filter(pl.any_horizontal(within) if within else False, pl.col("site").is_in(sites))
        .join(place, on=KEY, nulls_equal=True)
        # The archive writes no two rows of one key; were it to, a reader still gets one.
        .unique("place", keep="any")
        .sort("place")
        .select(columns)
    )


def _filtered(rows: pl.LazyFrame, predicates: list[pl.Expr]) -> pl.LazyFrame:
    return rows.filter(*predicates) if predicates else rows


def _order(query: Query) -> list[str]:
    return [query.order, *(name for name in KEY if name != query.order)]


def _spans(keys: pl.DataFrame) -> list[tuple[datetime, datetime]]:
    """Where the keys' rows lie, as the table is laid out: per month of fetching, from when to when."""
    months = keys.group_by(pl.col("fetched_at").dt.truncate("1mo").alias("month")).agg(
        pl.col("fetched_at").min().alias("first"), pl.col("fetched_at").max().alias("last")
    )
    return months.select("first", "last").sort("first").rows()

"""How a query is answered: narrow columns tell which rows count, then only those rows' texts are read.

Reading one day of one outlet must not read the archive's texts. So every predicate stands where files (by the table's
statistics) and row groups (by Parquet's) can be left out, and the choice among an article's rows sees nothing but its
narrow columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Self

import polars as pl

from broadtape.corpus.reading.dating import DATED, dated
from broadtape.corpus.reading.query import Query
from broadtape.corpus.reading.resolve_versions import KEY
from broadtape.corpus.reading.where import all_of, any_of, at_least, at_most, one_of

__all__ = ["Scan", "Selection", "around", "filtered", "of_keys"]

Scan = Callable[[str | None], pl.LazyFrame]
"""The table's rows but those in files that a SQL condition rules out."""

_FIRST_BATCH, _LARGEST_BATCH = 200, 20_000
"""Articles: a small batch brings the first line early, larger ones read a row group fewer times."""
_WINDOW = timedelta(days=2)
_FIRST_PART, _PART = 1_000, 100_000
"""Rows that are chosen among at a time: few before all others, for the same reason."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The rows of `scan` that answer `query`.

    `choice` is which rows count of the articles that have several, as `resolve_versions.choice` makes it: rows of all
    others count in any case.
    """

    scan: Scan
    query: Query
    choice: pl.DataFrame

    def limited(self, limit: int) -> Self:
        """No more than so many of them."""
        return replace(self, query=replace(self.query, limit=limit))

    @property
    def is_small(self) -> bool:
        """Whether the answer is that of a day or two, or of stories that are named, and can be read at once."""
        query = self.query
        if query.article_ids is not None:
            return True
        return query.since is not None and query.until is not None and query.until - query.since <= _WINDOW

    def parts(self) -> list[Self]:
        """Selections whose rows, one after the other, are these, and each of which fits in memory."""
        query = self.query
        times = self._admitted().select(query.order).collect()[query.order].sort()
        ends = [place for place in (_FIRST_PART, *range(_PART, times.len(), _PART)) if place < times.len()]
        edges: list[datetime | None] = times.gather(ends).unique().sort().to_list()
        cuts = pairwise([None, *edges, None])
        return [replace(self, query=replace(query, rest_from=start, before=end)) for start, end in cuts]

    def keys(self) -> pl.LazyFrame:
        """Keys of the rows, with `site`, `revision` and the column they are ordered by; in order if limited."""
        columns = dict.fromkeys((*KEY, "site", self.query.order))
        found = self._counted(self._admitted().select(*columns))
        if self.query.limit is None:
            return found
        return found.sort(self._order).head(self.query.limit)

    def at_once(self, columns: Sequence[str]) -> pl.DataFrame:
        """The rows in their order, read whole and chosen from then: fewer requests where each costs a journey."""
        query = self.query
        wanted = dict.fromkeys((*(name for name in columns if name != "revision"), *KEY, "site", query.order))
        found = self._counted(self._admitted().select(*wanted)).collect()
        found = found.unique(KEY, keep="any").sort(self._order)
        return (found if query.limit is None else found.head(query.limit)).select(columns)

    def frame(self, columns: Sequence[str]) -> pl.LazyFrame:
        """The rows as one lazy frame, in no particular order."""
        if self.query.limit is None:
            return self._counted(self._admitted()).select(columns)
        keys = self.keys().select(*KEY, "revision")
        return self._admitted().join(keys, on=KEY, nulls_equal=True).select(columns)

    def in_batches(self, keys: pl.DataFrame) -> Iterator[pl.DataFrame]:
        """These keys in the order of the answer, in growing batches; one that is empty if there are none."""
        ordered = keys.sort(self._order)
        start, size = 0, _FIRST_BATCH
        while start < max(ordered.height, 1):
            yield ordered.slice(start, size)
            start, size = start + size, min(size * 2, _LARGEST_BATCH)

    @property
    def _order(self) -> list[str]:
        return [self.query.order, *(name for name in KEY if name != self.query.order)]

    def _admitted(self) -> pl.LazyFrame:
        """The rows that answer the query, unless another one of the same article counts."""
        return dated(filtered(self.scan(self.query.where()), self.query.visible() + self.query.matches()))

    def _counted(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        """Of the rows, those that count, with `revision`; an article's only row does in any case."""
        if self.choice.is_empty():
            return rows.with_columns(pl.lit(1, pl.Int64).alias("revision"))
        revision = pl.col("revision").fill_null(1)
        joined = rows.join(self.choice.lazy(), on=KEY, how="left", nulls_equal=True)
        return joined.with_columns(revision).filter(revision > 0)


def of_keys(scan: Scan, keys: pl.DataFrame, columns: Sequence[str]) -> pl.LazyFrame:
    """These rows with their texts, in the order of `keys`."""
    place = keys.lazy().with_row_index("place").select("place", "revision", *KEY)
    rows = around(scan, keys)(None)
    return (
        (dated(rows) if set(DATED) & set(columns) else rows)
        .join(place, on=KEY, nulls_equal=True)
        # The archive writes no two rows of one key; were it to, a reader still gets one.
        .unique("place", keep="any")
        .sort("place")
        .select(columns)
    )


def around(scan: Scan, keys: pl.DataFrame) -> Scan:
    """The same rows but those that lie where none of `keys` does: few files and row groups are read."""
    spans, sites = _spans(keys), keys["site"].unique().sort().to_list()
    near = any_of(all_of(at_least("fetched_at", first), at_most("fetched_at", last)) for first, last in spans)
    within = [pl.col("fetched_at").is_between(first, last) for first, last in spans]
    here = pl.any_horizontal(within) if within else pl.lit(value=False)
    return lambda where: scan(all_of(where, near, one_of("site", sites))).filter(here, pl.col("site").is_in(sites))


def filtered(rows: pl.LazyFrame, predicates: Sequence[pl.Expr]) -> pl.LazyFrame:
    """The rows that satisfy all of any number of predicates."""
    return rows.filter(*predicates) if predicates else rows


def _spans(keys: pl.DataFrame) -> list[tuple[datetime, datetime]]:
    """Where the keys' rows lie, as the table is laid out: per month of fetching, from when to when."""
    months = keys.group_by(pl.col("fetched_at").dt.truncate("1mo").alias("month")).agg(
        pl.col("fetched_at").min().alias("first"), pl.col("fetched_at").max().alias("last")
    )
    return months.select("first", "last").sort("first").rows()

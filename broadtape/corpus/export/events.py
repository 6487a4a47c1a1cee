"""The event table: which security was named when, by whom, for the first time and again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from broadtape.corpus.reading.query import Query
from broadtape.corpus.reading.resolve_versions import KEY

if TYPE_CHECKING:
    from broadtape.corpus.reader import Corpus

__all__ = ["COLUMNS", "READ", "events_of", "with_first_seen"]

READ = ("tickers", "published_at", "url", "language", "rights")
"""What is read of each row; the rest is known from its key."""
COLUMNS = (
    "ticker", "exchange", "evidence", "first_seen", "published", "fetched", "archived", "outlet", "cluster", "revision",
    "article_id", "url", "language", "rights",
)  # fmt: skip
_NAMES = {"symbol": "ticker", "published_at": "published", "fetched_at": "fetched", "archived_at": "archived"}


def with_first_seen(corpus: Corpus, query: Query, rows: pl.DataFrame, clusters: pl.DataFrame) -> pl.DataFrame:
    """The rows with `first_seen`, when the archive first saw their story, listed or fetched, and `cluster`: the id of
    the earliest of the stories that are nearly the same, the story's own where it stands alone."""
    seen = pl.min_horizontal("first_listed_at", "fetched_at").min().alias("first_seen")
    visible = corpus.rows(query.visible_where())
    visible = visible.filter(*query.visible()) if query.visible() else visible
    wanted = rows.select("article_id").unique()
    first = corpus.collect(visible.join(wanted.lazy(), on="article_id", how="semi").group_by("article_id").agg(seen))
    named = clusters.select("article_id", "cluster_id")
    return (
        rows.join(first, on="article_id", how="left", maintain_order="left")
        .join(named, on="article_id", how="left", maintain_order="left")
        .with_columns(pl.coalesce("cluster_id", "article_id").alias("event_cluster"))
    )


def events_of(read: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    """One row for each security that a text names; `read` holds `KEY`, `site`, `revision` and `READ`."""
    known = keys.select(*KEY, "first_seen", pl.col("event_cluster").alias("cluster"))
    return (
        read.join(known, on=KEY, nulls_equal=True, maintain_order="left")
        .explode("tickers", empty_as_null=False)
        .drop_nulls("tickers")
        .unnest("tickers")
        .rename({**_NAMES, "site": "outlet"})
        .select(COLUMNS)
        .sort("fetched", "article_id", "ticker", "exchange")
    )

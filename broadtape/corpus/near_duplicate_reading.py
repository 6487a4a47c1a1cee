"""Which rows answer a reader's filters, near-duplicates as one entry where that is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Unpack

import polars as pl

from broadtape.archive.delta.schema import article_of
from broadtape.archive.near_duplicates import pairs_at
from broadtape.article import Article
from broadtape.corpus.ledger_reading import LedgerReading
from broadtape.corpus.near_duplicate_clusters import clusters_of, folded
from broadtape.corpus.reading.filters import Clock, Filters, Moment, Narrowing
from broadtape.corpus.reading.query import Query, checked_columns
from broadtape.errors import UsageError

__all__ = ["NearDuplicateReading"]

_MOMENTS = 8
"""How many moments' near-duplicates are kept: a list and what stands behind its entries ask for the same."""


class NearDuplicateReading(LedgerReading):
    """An archive at one version, as far as filters choose among its rows and rows are alike."""

    def query(self, **filters: Unpack[Filters]) -> Query:
        """What these filters mean to this archive; raises UsageError for what they cannot mean."""
        query = self._snapshot.query(filters)
        if not query.cluster:
            return query
        copies = self.near_duplicates(**filters)["others"].explode().drop_nulls()
        return replace(query, copies=frozenset(copies))

    def near_duplicates(self, **filters: Unpack[Filters]) -> pl.DataFrame:
        """Of the stories that pass the filters, those that are nearly the same, as one entry each: `article_id`, the
        earliest of them, which alone `cluster=True` gives, and `others`, the rest, earliest first."""
        query = replace(self._snapshot.query(filters), limit=None)
        ids = self.collect(self.chosen(query).select("article_id"))["article_id"]
        return folded(ids, self.clusters(as_of=query.as_of, clock=query.clock))

    def chosen(self, query: Query) -> pl.LazyFrame:
        """What names the rows that answer `query`: keys, `site`, `revision` and the column they are ordered by."""
        with self._snapshot.reading():
            return self._snapshot.selection(query).keys()

    def clusters(self, *, as_of: Moment | None = None, clock: Clock = "archived") -> pl.DataFrame:
        """Stories that are nearly the same: `article_id`, `cluster_id`, `place`, by cluster and place, as of any time.

        A story without a near-duplicate is not in it. `cluster_id` is the id of the cluster's earliest story (`place`
        1), the one that the archive saw first, listed or fetched. Join it to `frame`, or drop what has a later place.
        """
        query = self._snapshot.query({"as_of": as_of, "clock": clock})
        archive, known, asked = self._snapshot.archive, self._snapshot.clusters, (query.as_of, query.clock)
        if asked not in known:
            with self._snapshot.reading():
                pairs = pairs_at(archive.tables["articles"], archive.objects, self.versions["articles"])
                rows = self.rows(query.visible_where())
                found = clusters_of(pairs, rows.filter(*visible) if (visible := query.visible()) else rows)
            if len(known) >= _MOMENTS:
                known.clear()
            known[asked] = found
        return known[asked]

    def similar(self, article: Article, *, as_of: Moment | None = None, clock: Clock = "archived") -> list[Article]:
        """The stories of the article's cluster, itself included, earliest first; itself alone where there is none."""
        if article.article_id is None:
            raise UsageError(f"{article.url} was not read from an archive, so that nothing is known to be like it.")
        found = self.clusters(as_of=as_of, clock=clock)
        mine = found.filter(pl.col("article_id") == article.article_id)["cluster_id"]
        ids = found.filter(pl.col("cluster_id").is_in(mine.implode()))["article_id"].to_list() or [article.article_id]
        rows = self.with_ids(ids, as_of=as_of, clock=clock)
        return sorted(rows, key=lambda each: ids.index(each.article_id or ""))

    def with_ids(
        self, article_ids: Iterable[str], *, columns: Iterable[str] | None = None, **filters: Unpack[Narrowing]
    ) -> Iterator[Article]:
        """The articles with these ids that pass the filters, in the order of `articles`; unknown ids give nothing."""
        query = replace(self._snapshot.query(filters), article_ids=frozenset(article_ids))
        read = self._snapshot.batches(query, checked_columns(columns, extra=("minhash",)))
        return (article_of(row) for batch in read for row in batch.iter_rows(named=True))

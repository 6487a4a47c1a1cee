"""`Corpus`: an archive as a reader sees it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from typing import Unpack

import polars as pl

from broadtape.archive.schema import TableName, article_of, capture_of
from broadtape.article import Article
from broadtape.capture import Capture
from broadtape.corpus import plan
from broadtape.corpus.address import article_ids_at
from broadtape.corpus.clusters import clusters_of
from broadtape.corpus.failures import reading
from broadtape.corpus.filters import Clock, Filters, Moment
from broadtape.corpus.outlets import Outlet, coverage_of, outlets_of, polls_within
from broadtape.corpus.query import Query, checked_columns
from broadtape.corpus.rawpage import RawPage
from broadtape.corpus.tables import Tables
from broadtape.errors import ArchiveError, UsageError
from broadtape.urls import url_id

__all__ = ["Corpus"]

_FRAME_ONLY = ("minhash", "fetched_month")
_TABLES: tuple[TableName, ...] = ("articles", "captures", "decisions")
"""In the order they are pinned: decisions last, so that what was forgotten meanwhile is left out."""


class Corpus:
    """An archive, opened for reading at one consistent version; read-only credentials suffice.

    `articles` and `frame` take the filters of `Filters`. An archive that is written to meanwhile gives the same
    answers until `refresh`.
    """

    def __init__(self, archive: Tables) -> None:
        self._archive = archive
        self.versions: dict[TableName, int] = {}
        """Version of each table that is read."""
        self.refresh()

    def __repr__(self) -> str:
        return f"<Corpus {self.uri} articles@{self.versions['articles']}>"

    @property
    def uri(self) -> str:
        """Where the archive lies."""
        return self._archive.uri

    def refresh(self) -> None:
        """Moves on to the newest version of the archive."""
        with self._reading():
            for table in _TABLES:
                self.versions[table] = self._archive.version(table)
                if self.versions[table] < 0:
                    raise ArchiveError(
                        f"{self.uri}: the table {table} is missing; 'broadtape verify' tells what else is."
                    )
            self._forgotten = _forgotten(self._table("decisions"))

    def articles(self, *, columns: Iterable[str] | None = None, **filters: Unpack[Filters]) -> Iterator[Article]:
        """The articles that pass the filters, ordered by time (unknown last) and `article_id`, in constant memory.

        With `columns`, only those fields (and `url`) are read and filled. Raises UsageError at once for a wrong
        call, ArchiveError while reading.
        """
        picked = dict.fromkeys(("url", *checked_columns(columns, extra=("minhash",))))
        read = self._batches(self._query(filters), tuple(picked))
        return (article_of(row) for batch in read for row in batch.iter_rows(named=True))

    def batches(self, *, columns: Iterable[str] | None = None, **filters: Unpack[Filters]) -> Iterator[pl.DataFrame]:
        """The same articles in the same order as frames, in constant memory.

        The first frame is small, so that it comes early; where no article passes, it is empty and the only one.
        """
        return self._batches(self._query(filters), checked_columns(columns, extra=_FRAME_ONLY))

    def frame(self, *, columns: Iterable[str] | None = None, **filters: Unpack[Filters]) -> pl.LazyFrame:
        """The same as a lazy Polars frame with one column for each field, in no particular order.

        Nothing is read before `.collect()`, `.sink_parquet()` or the like; what that raises is Polars' own.
        """
        query, picked = self._query(filters), checked_columns(columns, extra=_FRAME_ONLY)
        with self._reading():
            return plan.frame(self._rows, query, picked)

    def revisions(self, url: str) -> list[Article]:
        """Every revision of the story at this address, oldest first, each in its newest edition; empty if unknown."""
        return list(self.articles(url=url, revisions=True, by="fetched"))

    def clusters(self, *, as_of: Moment | None = None, clock: Clock = "archived") -> pl.DataFrame:
        """Stories that are nearly the same: `article_id`, `cluster_id`, `place`, by cluster and place, as of any time.

        A story without a near-duplicate is not in it. `cluster_id` is the id of the cluster's earliest story (`place`
        1), the one that the archive saw first, listed or fetched. Join it to `frame`, or drop what has a later place.
        """
        query = self._query({"as_of": as_of, "clock": clock})
        with self._reading():
            pairs = self._archive.near_pairs(version=self.versions["articles"])
            rows = self._rows(query.visible_where())
            return clusters_of(pairs, rows.filter(*visible) if (visible := query.visible()) else rows)

    def similar(self, article: Article, *, as_of: Moment | None = None, clock: Clock = "archived") -> list[Article]:
        """The stories of the article's cluster, itself included, earliest first; itself alone where there is none."""
        if article.article_id is None:
            raise UsageError(f"{article.url} was not read from an archive, so that nothing is known to be like it.")
        found = self.clusters(as_of=as_of, clock=clock)
        mine = found.filter(pl.col("article_id") == article.article_id)["cluster_id"]
        ids = found.filter(pl.col("cluster_id").is_in(mine.implode()))["article_id"].to_list() or [article.article_id]
        query = replace(self._query({"as_of": as_of, "clock": clock}), article_ids=frozenset(ids))
        rows = (row for batch in self._batches(query, Article.columns()) for row in batch.iter_rows(named=True))
        return sorted((article_of(row) for row in rows), key=lambda each: ids.index(each.article_id))

    def raw(self, article: Article) -> RawPage:
        """The page an article was made from, as archived, by one ranged read; raises ArchiveError."""
        if article.warc_file is None or article.warc_offset is None or article.warc_length is None:
            raise UsageError(f"{article.url} was not read from an archive, so there is no page kept of it.")
        with self._reading():
            record = self._archive.read_record(article.warc_file, article.warc_offset, article.warc_length)
        return RawPage.of(record, f"{article.warc_file} at {article.warc_offset}")

    def outlets(self) -> list[Outlet]:
        """Every outlet that has an article or a row in the ledger, by name."""
        with self._reading():
            return outlets_of(self._rows(), self.captures())

    def coverage(self, **filters: Unpack[Filters]) -> pl.DataFrame:
        """Per outlet and day (UTC) with either: `site`, `date`, `articles` that pass the filters, `polls` of its feeds.

        The day of an article is that of the clock that `by` names. A day with polls and no articles was quiet; one
        with neither was not looked at.
        """
        query = self._query(filters)
        with self._reading():
            articles = plan.frame(self._rows, query, ("site", query.order))
            return coverage_of(articles, polls_within(self.captures(), query), query.by)

    def sites(self) -> list[str]:
        """Names of the outlets that have an article or a row in the ledger."""
        with self._reading():
            named = pl.concat([frame.select("site").unique() for frame in (self._rows(), self.captures())])
            return sorted(named.unique().drop_nulls().collect()["site"])

    def ledger(self, url: str) -> list[Capture]:
        """What became of this address whenever we looked, oldest first; empty if it was never listed."""
        with self._reading():
            rows = self.captures().filter(pl.col("url_id") == url_id(url)).sort("recorded_at").collect()
        return [capture_of(row) for row in rows.iter_rows(named=True)]

    def taken_down(self, url: str) -> datetime | None:
        """When the story at this address was forgotten; None where it was not."""
        about = pl.col("decision").is_in(["forget", "undo"]) & (pl.col("url_id") == url_id(url))
        with self._reading():
            last = self._table("decisions").filter(about).sort("decided_at").tail(1).collect()
        return next((at for at, what in last.select("decided_at", "decision").iter_rows() if what == "forget"), None)

    def captures(self) -> pl.LazyFrame:
        """The ledger: one row for each change in the state of a URL and for each poll of an outlet, as appended."""
        with self._reading():
            return self._table("captures")

    def _query(self, filters: Filters) -> Query:
        url = filters.get("url")
        if url is None:
            return Query.of(filters)
        with self._reading():
            return Query.of(filters, article_ids_at(url, self._rows(), self.captures()))

    def _table(self, table: TableName, where: str | None = None) -> pl.LazyFrame:
        return self._archive.frame(table, version=self.versions[table], where=where)

    def _rows(self, where: str | None = None) -> pl.LazyFrame:
        rows = self._table("articles", where)
        return rows.filter(~pl.col("article_id").is_in(self._forgotten)) if self._forgotten else rows

    def _batches(self, query: Query, columns: Sequence[str]) -> Iterator[pl.DataFrame]:
        given, limit = 0, query.limit
        with self._reading():
            parts = plan.parts(self._rows, query)
        for number, part in enumerate(parts, start=1):
            if given and given == limit:
                return
            left = part if limit is None else replace(part, limit=limit - given)
            with self._reading():
                keys = plan.chosen(self._rows, left).collect()
            for batch in plan.batches(keys, left):
                if batch.is_empty() and (given or number < len(parts)):
                    continue
                with self._reading():
                    frame = plan.of_keys(self._rows, batch, columns).collect()
                given += frame.height
                yield frame

    def _reading(self) -> AbstractContextManager[None]:
        return reading(self.uri, self._moved_on)

    def _moved_on(self) -> bool:
        return any(self._archive.version(table) != version for table, version in self.versions.items())


def _forgotten(decisions: pl.LazyFrame) -> list[str]:
    """Ids of the stories that were taken down, whatever is left of them in the version that is read."""
    about = decisions.filter(pl.col("decision").is_in(["forget", "undo"])).drop_nulls("article_id")
    last = about.group_by("article_id").agg(pl.col("decision").sort_by("decided_at").last())
    return sorted(last.filter(pl.col("decision") == "forget").collect()["article_id"])

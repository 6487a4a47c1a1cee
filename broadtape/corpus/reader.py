"""`Corpus`: an archive as a reader sees it."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Unpack

import polars as pl

from broadtape.archive.delta.schema import article_of
from broadtape.article import Article
from broadtape.corpus.near_duplicate_reading import NearDuplicateReading
from broadtape.corpus.reading import changes
from broadtape.corpus.reading.dating import DATED
from broadtape.corpus.reading.filters import Clock, Filters, Moment, Narrowing, Where
from broadtape.corpus.reading.query import Query, checked_columns
from broadtape.corpus.reading.raw_page import RawPage
from broadtape.corpus.reading.snapshot import Snapshot
from broadtape.errors import UsageError

if TYPE_CHECKING:
    from broadtape.corpus.fulltext import SearchResults, Sort
    from broadtape.corpus.fulltext.tally import Dimension

__all__ = ["Corpus"]

_FRAME_ONLY = ("minhash", "fetched_month", *DATED)


class Corpus(NearDuplicateReading):
    """An archive, opened for reading at one consistent version; read-only credentials suffice.

    `articles` and `frame` take the filters of `Filters`. An archive that is written to meanwhile gives the same
    answers until `refresh`.
    """

    def __repr__(self) -> str:
        return f"<Corpus {self.uri} articles@{self.versions['articles']}>"

    def _repr_html_(self) -> str:
        """What it holds, since when, and on which days nothing, for notebooks."""
        from broadtape.corpus.notebook_card import corpus_card

        return corpus_card(self)

    def refresh(self) -> None:
        """Moves on to the newest version of the archive."""
        self._snapshot = Snapshot(self._snapshot.archive, self._snapshot, self._snapshot.outlets)

    def at(self, version: int) -> Corpus:
        """The archive as of an earlier `version` of its articles, minus what was forgotten since.

        Versions are kept for two days: raises UsageError for one that never was, ArchiveError for one that is gone.
        """
        found = copy.copy(self)
        found._snapshot = self._snapshot.at(version)
        return found

    def articles(self, *, columns: Iterable[str] | None = None, **filters: Unpack[Filters]) -> Iterator[Article]:
        """The articles that pass the filters, ordered by time (unknown last) and `article_id`, in constant memory.

        With `columns`, only those fields (and `url`) are read and filled. Raises UsageError at once for a wrong
        call, ArchiveError while reading.
        """
        picked = dict.fromkeys(("url", *checked_columns(columns, extra=("minhash",))))
        read = self._snapshot.batches(self.query(**filters), tuple(picked))
        return (article_of(row) for batch in read for row in batch.iter_rows(named=True))

    def batches(self, *, columns: Iterable[str] | None = None, **filters: Unpack[Filters]) -> Iterator[pl.DataFrame]:
        """The same articles in the same order as frames, in constant memory.

        The first frame is small, so that it comes early; where no article passes, it is empty and the only one.
        """
        return self._snapshot.batches(self.query(**filters), checked_columns(columns, extra=_FRAME_ONLY))

    def frame(self, *, columns: Iterable[str] | None = None, **filters: Unpack[Filters]) -> pl.LazyFrame:
        """The same as a lazy Polars frame with one column for each field, in no particular order.

        `columns` may name `dated_at`, the time that `by="published"` means, and `dated_by`, what that rests on:
        `published`, `listed` or `fetched`.
        Nothing but keys is read before `.collect()`, `.sink_parquet()` or the like; what that raises is Polars' own.
        """
        query, picked = self.query(**filters), checked_columns(columns, extra=_FRAME_ONLY)
        with self._snapshot.reading():
            return self._snapshot.selection(query).frame(picked)

    def undated(self, **filters: Unpack[Filters]) -> int:
        """How many of the articles that pass the filters have no time of publication.

        With `by="published"` they stand in every answer by the time when they were first listed, or fetched.
        """
        return int(self.collect(self.frame(columns=("published_at",), **filters).null_count()).item())

    def search(
        self,
        query: str,
        *,
        limit: int = 20,
        offset: int = 0,
        sort: Sort = "relevance",
        snippets: bool = True,
        cluster: bool = False,
        **filters: Unpack[Narrowing],
    ) -> SearchResults:
        """The articles that pass the filters and hold what `query` asks for: `rate cut -fed`, `title:"profit warning"`.

        Words beside each other must all be there; `OR`, `NOT` or `-`, "phrases", parentheses, `begin*`, and before a
        colon `title`, `author`, `ticker`, `site`, `section` or `language`. The filters, `as_of` and
        `cluster` among them, mean what they mean to `articles`; what the index does not cover yet is searched too or
        told of (`SearchResults.notice`).
        Raises UsageError for a query that means nothing, ArchiveError where the index is damaged.
        """
        asked = self._snapshot.query(filters)
        clusters = self.clusters(as_of=asked.as_of, clock=asked.clock) if cluster else None
        with self._snapshot.reading():
            return self._snapshot.fulltext().search(
                query, asked, limit=limit, offset=offset, sort=sort, snippets=snippets, clusters=clusters
            )

    def tally(self, text: str, **filters: Unpack[Narrowing]) -> tuple[dict[Dimension, Counter[str]], Counter[date]]:
        """The hits of a search, counted: by `site`, `language`, `section` and `ticker`, and on each day (UTC).

        What the index does not cover, and `search` tells of in its notice, is not counted.
        """
        from broadtape.corpus.fulltext.tally import days_of, values_of

        query = self._snapshot.query(filters)
        with self._snapshot.reading():
            asked = self._snapshot.fulltext().asked(text, query)
            return values_of(asked), days_of(asked, query)

    def unsearched(self, **filters: Unpack[Narrowing]) -> int:
        """How many texts that these filters may admit a search would not look at: what its notice would tell of."""
        query = self._snapshot.query(filters)
        with self._snapshot.reading():
            return self._snapshot.fulltext().uncovered(query)

    def sql(
        self, query: str, *, as_of: Moment | None = None, clock: Clock = "archived", memory: str | None = None
    ) -> pl.DataFrame:
        """What a SELECT, in DuckDB's SQL, answers over the views `articles`, `revisions` and `captures`.

        `articles` holds what `Corpus.articles` gives, `revisions` every revision, as of `as_of`; `captures` the
        ledger. `memory`, such as `4GB`, is half of the machine's where it is not given. Raises UsageError with the
        place for SQL that is wrong, ArchiveError where memory does not suffice.
        """
        return pl.concat(self.sql_batches(query, as_of=as_of, clock=clock, memory=memory))

    def sql_batches(
        self, query: str, *, as_of: Moment | None = None, clock: Clock = "archived", memory: str | None = None
    ) -> Iterator[pl.DataFrame]:
        """The same in batches, so that answers may be larger than memory; where there are no rows, an empty one."""
        from broadtape.corpus.sql import run_sql  # readers who write no SQL need not load it

        visible = Query.of({"as_of": as_of, "clock": clock})
        with self._snapshot.reading():
            yield from run_sql(
                self._snapshot.archive,
                self.versions,
                query,
                choice=lambda depth: self._snapshot.choice(replace(visible, depth=depth)),
                forgotten=self._snapshot.forgotten,
                as_of=visible.as_of,
                clock=clock,
                memory=memory,
            )

    @property
    def version(self) -> int:
        """The version of `articles` that is read: what to give to `changes` the next time."""
        return self.versions["articles"]

    def changes(
        self, since: int | Moment, *, columns: Iterable[str] | None = None, **filters: Unpack[Where]
    ) -> Iterator[Article]:
        """What was added since a reader last looked, oldest first: new articles, revisions, and editions of either.

        `since` is the `version` that was read then, exact whatever happened meanwhile, or a time, for what the archive
        first had after it. Versions are kept for two days and not beyond a takedown: an ArchiveError then asks for the
        time.
        """
        picked = dict.fromkeys(("url", *checked_columns(columns, extra=("minhash",))))
        keys = self.changed(since, **filters)
        read = changes.in_order(self._snapshot, keys, tuple(picked))
        return (article_of(row) for batch in read for row in batch.iter_rows(named=True))

    def changed(self, since: int | Moment, **filters: Unpack[Where]) -> pl.DataFrame:
        """The same as what names each of those rows: `article_id`, `fetched_at`, `extractor`, `archived_at`, `site`,
        `revision`."""
        query = self._snapshot.query(filters)
        with self._snapshot.reading():
            if isinstance(since, int):
                return changes.added_since_version(self._snapshot, self._snapshot.keys_at(since), query)
            moment = Query.of({"as_of": since}).as_of
            assert moment is not None
            return changes.added_since_time(self._snapshot, moment, query)

    def revisions(self, url: str) -> list[Article]:
        """Every revision of the story at this address, oldest first, each in its newest edition; empty if unknown."""
        return list(self.articles(url=url, revisions=True, by="fetched"))

    def raw(self, article: Article) -> RawPage:
        """The page an article was made from, as archived, by one ranged read; raises ArchiveError."""
        if article.warc_file is None or article.warc_offset is None or article.warc_length is None:
            raise UsageError(f"{article.url} was not read from an archive, so there is no page kept of it.")
        with self._snapshot.reading():
            record = self._snapshot.archive.read_record(article.warc_file, article.warc_offset, article.warc_length)
        return RawPage.of(record, f"{article.warc_file} at {article.warc_offset}")

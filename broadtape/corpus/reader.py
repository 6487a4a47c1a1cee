"""`Corpus`: an archive as a reader sees it."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Unpack

import polars as pl

from broadtape.address_match import AddressMatch
from broadtape.archive import Archive
from broadtape.archive.delta.schema import TableName, article_of, capture_of
from broadtape.archive.near_duplicates import pairs_at
from broadtape.article import Article
from broadtape.capture import Capture
from broadtape.corpus.coverage.outlets import Outlet, coverage_of, outlets_of, polls_within, recorded_by
from broadtape.corpus.near_duplicate_clusters import clusters_of
from broadtape.corpus.reading import changes
from broadtape.corpus.reading.filters import Clock, Filters, Moment, Narrowing, Where
from broadtape.corpus.reading.query import Query, checked_columns
from broadtape.corpus.reading.raw_page import RawPage
from broadtape.corpus.reading.snapshot import Snapshot
from broadtape.errors import UsageError
from broadtape.former_url_ids import former_url_id
from broadtape.outlet_state import OngoingTrouble
from broadtape.urls import url_id

if TYPE_CHECKING:
    from broadtape.corpus.fulltext import SearchResults, Sort
    from broadtape.corpus.fulltext.tally import Dimension

__all__ = ["Corpus"]

_FRAME_ONLY = ("minhash", "fetched_month")


class Corpus:
    """An archive, opened for reading at one consistent version; read-only credentials suffice.

    `articles` and `frame` take the filters of `Filters`. An archive that is written to meanwhile gives the same
    answers until `refresh`.
    """

    def __init__(self, archive: Archive) -> None:
        self._snapshot = Snapshot(archive)

    def __repr__(self) -> str:
        return f"<Corpus {self.uri} articles@{self.versions['articles']}>"

    @property
    def uri(self) -> str:
        """Where the archive lies."""
        return self._snapshot.archive.uri

    @property
    def id(self) -> str:
        """What tells this archive from every other, wherever it lies."""
        return self._snapshot.archive.info.id

    @property
    def versions(self) -> Mapping[TableName, int]:
        """Version of each table that is read."""
        return self._snapshot.versions

    def collect(self, frame: pl.LazyFrame) -> pl.DataFrame:
        """What a frame of this corpus holds: as its own `collect`, but that what goes wrong is an ArchiveError."""
        return self._snapshot.collect(frame)

    def refresh(self) -> None:
        """Moves on to the newest version of the archive."""
        self._snapshot = Snapshot(self._snapshot.archive, self._snapshot)

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
        read = self._snapshot.batches(self._snapshot.query(filters), tuple(picked))
        return (article_of(row) for batch in read for row in batch.iter_rows(named=True))

    def batches(self, *, columns: Iterable[str] | None = None, **filters: Unpack[Filters]) -> Iterator[pl.DataFrame]:
        """The same articles in the same order as frames, in constant memory.

        The first frame is small, so that it comes early; where no article passes, it is empty and the only one.
        """
        return self._snapshot.batches(self._snapshot.query(filters), checked_columns(columns, extra=_FRAME_ONLY))

    def frame(self, *, columns: Iterable[str] | None = None, **filters: Unpack[Filters]) -> pl.LazyFrame:
        """The same as a lazy Polars frame with one column for each field, in no particular order.

        Nothing but keys is read before `.collect()`, `.sink_parquet()` or the like; what that raises is Polars' own.
        """
        query, picked = self._snapshot.query(filters), checked_columns(columns, extra=_FRAME_ONLY)
        with self._snapshot.reading():
            return self._snapshot.selection(query).frame(picked)

    def search(
        self,
        query: str,
        *,
        limit: int = 20,
        offset: int = 0,
        sort: Sort = "relevance",
        snippets: bool = True,
        **filters: Unpack[Narrowing],
    ) -> SearchResults:
        """The articles that pass the filters and hold what `query` asks for: `rate cut -fed`, `title:"profit warning"`.

        Words beside each other must all be there; `OR`, `NOT` or `-`, "phrases", parentheses, `begin*`, and before a
        colon `title`, `author`, `ticker`, `site`, `section` or `language`. The filters, `as_of` among them, mean what
        they mean to `articles`; what the index does not cover yet is searched too or told of (`SearchResults.notice`).
        Raises UsageError for a query that means nothing, ArchiveError where the index is damaged.
        """
        asked = self._snapshot.query(filters)
        with self._snapshot.reading():
            return self._snapshot.fulltext().search(
                query, asked, limit=limit, offset=offset, sort=sort, snippets=snippets
            )

    def tally(
        self, text: str, candidates: Mapping[Dimension, Iterable[str]], **filters: Unpack[Narrowing]
    ) -> tuple[dict[Dimension, Counter[str]], Counter[date]]:
        """The hits of a search, counted: of each of the candidates (outlets, tickers, …), and on each day (UTC).

        What the index does not cover, and `search` tells of in its notice, is not counted.
        """
        from broadtape.corpus.fulltext.tally import days_of, values_of

        query = self._snapshot.query(filters)
        with self._snapshot.reading():
            asked = self._snapshot.fulltext().asked(text, query)
            return values_of(asked, candidates), days_of(asked, query)

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
        query = Query.of(filters)
        picked = dict.fromkeys(("url", *checked_columns(columns, extra=("minhash",))))
        with self._snapshot.reading():
            if isinstance(since, int):
                earlier = self._snapshot.keys_at(since)
                keys = changes.added_since_version(self._snapshot, earlier, query)
            else:
                moment = Query.of({"as_of": since}).as_of
                assert moment is not None
                keys = changes.added_since_time(self._snapshot, moment, query)
            read = changes.in_order(self._snapshot, keys, tuple(picked))
        return (article_of(row) for batch in read for row in batch.iter_rows(named=True))

    def revisions(self, url: str) -> list[Article]:
        """Every revision of the story at this address, oldest first, each in its newest edition; empty if unknown."""
        return list(self.articles(url=url, revisions=True, by="fetched"))

    def clusters(self, *, as_of: Moment | None = None, clock: Clock = "archived") -> pl.DataFrame:
        """Stories that are nearly the same: `article_id`, `cluster_id`, `place`, by cluster and place, as of any time.

        A story without a near-duplicate is not in it. `cluster_id` is the id of the cluster's earliest story (`place`
        1), the one that the archive saw first, listed or fetched. Join it to `frame`, or drop what has a later place.
        """
        query = self._snapshot.query({"as_of": as_of, "clock": clock})
        archive = self._snapshot.archive
        with self._snapshot.reading():
            pairs = pairs_at(archive.tables["articles"], archive.objects, self.version)
            rows = self.rows(query.visible_where())
            return clusters_of(pairs, rows.filter(*visible) if (visible := query.visible()) else rows)

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

    def raw(self, article: Article) -> RawPage:
        """The page an article was made from, as archived, by one ranged read; raises ArchiveError."""
        if article.warc_file is None or article.warc_offset is None or article.warc_length is None:
            raise UsageError(f"{article.url} was not read from an archive, so there is no page kept of it.")
        with self._snapshot.reading():
            record = self._snapshot.archive.read_record(article.warc_file, article.warc_offset, article.warc_length)
        return RawPage.of(record, f"{article.warc_file} at {article.warc_offset}")

    def outlets(self, *, as_of: Moment | None = None, clock: Clock = "archived") -> list[Outlet]:
        """Every outlet that has an article or a row in the ledger, by name; as of a moment, where one is given."""
        query = self._snapshot.query({"as_of": as_of, "clock": clock})
        with self._snapshot.reading():
            rows, captures = self.rows(query.visible_where()), recorded_by(self.captures(), query.as_of, query.clock)
            return outlets_of(rows.filter(*query.visible()) if query.as_of else rows, captures)

    def coverage(self, **filters: Unpack[Filters]) -> pl.DataFrame:
        """Per outlet and day (UTC) with either: `site`, `date`, `articles` that pass the filters, `polls` of its feeds.

        The day of an article is that of the clock that `by` names. A day with polls and no articles was quiet; one
        with neither was not looked at.
        """
        query = self._snapshot.query(filters)
        with self._snapshot.reading():
            articles = self._snapshot.selection(query).frame(("site", query.order))
            return coverage_of(articles, polls_within(self.captures(), query), query.by)

    def sites(self) -> list[str]:
        """Names of the outlets that have an article or a row in the ledger."""
        return self._snapshot.sites()

    def ledger(self, url: str) -> list[Capture]:
        """What became of this address whenever we looked, oldest first; empty if it was never listed."""
        match = AddressMatch(url)
        rows = self.collect(self.captures().filter(pl.col("url_id").is_in(match.numbers)).sort("recorded_at"))
        found = (capture_of(row) for row in rows.iter_rows(named=True))
        return [row for row in found if match.says(row.url, row.url_id)]

    def taken_down(self, url: str) -> datetime | None:
        """When the story at this address was forgotten; None where it was not."""
        numbers = [url_id(url), former_url_id(url)]
        about = pl.col("decision").is_in(["forget", "undo"]) & pl.col("url_id").is_in(numbers)
        last = self.collect(self._snapshot.table("decisions").filter(about).sort("decided_at").tail(1))
        return next((at for at, what in last.select("decided_at", "decision").iter_rows() if what == "forget"), None)

    def trouble(self, site: str) -> str | None:
        """Why the last run over this outlet failed, as `broadtape status` tells it; None where it did not."""
        told = OngoingTrouble.from_json(self._snapshot.archive.load_state(site).get("trouble"))
        return told.reason if told else None

    def held_back(self, sites: Collection[str] = ()) -> list[Capture]:
        """The ledger's newest row of each page that is held back until somebody decides, by outlet and time.

        What waits now, whatever version is read.
        """
        with self._snapshot.reading():
            return self._snapshot.archive.ledger.quarantined(sites)

    def captures(self) -> pl.LazyFrame:
        """The ledger: one row for each change in the state of a URL and for each poll of an outlet, as appended."""
        with self._snapshot.reading():
            return self._snapshot.table("captures")

    def query(self, **filters: Unpack[Filters]) -> Query:
        """What these filters mean to this archive; raises UsageError for what they cannot mean."""
        return self._snapshot.query(filters)

    def chosen(self, query: Query) -> pl.LazyFrame:
        """What names the rows that answer `query`: keys, `site`, `revision` and the column they are ordered by."""
        with self._snapshot.reading():
            return self._snapshot.selection(query).keys()

    def rows(self, where: str | None = None) -> pl.LazyFrame:
        """Every row of `articles` as it was appended, no view applied, but for what was forgotten.

        `where` leaves out whole files, as in `Table.scan`; filter the rows all the same.
        """
        return self._snapshot.rows(where)

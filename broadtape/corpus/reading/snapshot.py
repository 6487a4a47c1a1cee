"""An archive at one version: what every question of a reader is put to."""

from __future__ import annotations

import copy
from collections.abc import Collection, Hashable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import TYPE_CHECKING, Self, cast

import polars as pl

from broadtape.archive import Archive
from broadtape.archive.delta.failures import reading
from broadtape.archive.delta.schema import TableName
from broadtape.archive.ledger_summary.summary import LedgerSummary
from broadtape.corpus.reading import plan
from broadtape.corpus.reading.address import article_ids_at
from broadtape.corpus.reading.filters import Filters, Narrowing, Where
from broadtape.corpus.reading.query import Query
from broadtape.corpus.reading.resolve_versions import KEY, choice
from broadtape.corpus.reading.row_index import RowIndex
from broadtape.errors import ArchiveError, ObjectMissing, StoreError, UsageError

if TYPE_CHECKING:
    from broadtape.corpus.fulltext import FullText

__all__ = ["Snapshot"]

_TABLES: tuple[TableName, ...] = ("articles", "captures", "decisions")
"""In the order they are pinned: decisions last, so that what was forgotten meanwhile is left out."""


class Snapshot:
    """The tables as they were when this was made, minus what was forgotten by then."""

    def __init__(self, archive: Archive, before: Snapshot | None = None, outlets: Collection[str] = ()) -> None:
        """Raises ArchiveError where a table is missing. `before` spares what it knows that is still true; `outlets`
        may be asked for although the archive has nothing of them."""
        self.archive = archive
        self.outlets = frozenset(outlets)
        self.versions: dict[TableName, int] = {}
        with self.reading():
            for table in _TABLES:
                self.versions[table] = archive.tables[table].version()
                if self.versions[table] < 0:
                    raise ObjectMissing(
                        f"{archive.uri}: the table {table} is missing; 'broadtape verify' tells what else is."
                    )
            self.forgotten = _forgotten(self.table("decisions"))
        self._earlier_index: FullText | None = before._earlier_index if before else None
        self._reset()

    def _reset(self) -> None:
        self._sites: list[str] | None = None
        self._fulltext: FullText | None = None
        self._keys: RowIndex | None = None
        self._summary: LedgerSummary | None = None
        self.clusters: dict[Hashable, pl.DataFrame] = {}
        """Near-duplicates by the moment they were asked for, as `Corpus.clusters` finds them."""

    @property
    def version(self) -> int:
        """The version of `articles`."""
        return self.versions["articles"]

    def at(self, version: int) -> Self:
        """The same with an earlier version of `articles`; raises UsageError, or ArchiveError where it is gone."""
        self.keys_at(version)
        found = copy.copy(self)
        found.versions = {**self.versions, "articles": version}
        found._earlier_index = None
        found._reset()
        return found

    def keys_at(self, version: int) -> pl.LazyFrame:
        """The keys of the rows of an earlier version; raises UsageError, or ArchiveError where it is gone."""
        if not 0 <= version <= self.version:
            raise UsageError(f"There is no version {version} of the archive: expected 0 to {self.version}, or a time.")
        try:
            return self.archive.tables["articles"].read(lambda rows: rows.select(*KEY), version=version).lazy()
        except StoreError:
            raise ArchiveError(
                f"Version {version} of the archive is no longer kept: say since when instead, such as since='3d'."
            ) from None

    def table(self, table: TableName, where: str | None = None) -> pl.LazyFrame:
        """A table's rows as they were appended; `where` leaves out whole files, as in `Table.scan`."""
        return self.archive.tables[table].scan(where, version=self.versions[table])

    def captures_of(self, url_ids: Collection[int]) -> pl.LazyFrame:
        """The ledger's rows that have one of these numbers."""
        return self.archive.ledger.numbered(url_ids, self.versions["captures"])

    def rows(self, where: str | None = None) -> pl.LazyFrame:
        """The rows of `articles`, no view applied, but for what was forgotten."""
        rows = self.table("articles", where)
        return rows.filter(~pl.col("article_id").is_in(self.forgotten)) if self.forgotten else rows

    def ledger_summary(self) -> LedgerSummary:
        """What the ledger adds up to."""
        if self._summary is None:
            self._summary = LedgerSummary(
                self.archive.tables["captures"], self.archive.objects, self.versions["captures"]
            )
        return self._summary

    def sites(self) -> list[str]:
        """Names of the outlets that have an article or a row in the ledger."""
        if self._sites is None:
            with self.reading():
                recorded = self.ledger_summary().days()["site"].drop_nulls()
                self._sites = sorted(self.keys().sites().union(recorded))
        return list(self._sites)

    def check_sites(self, names: Collection[str]) -> None:
        """Raises UnknownSite, with the nearest name, for an outlet that the archive has nothing of."""
        with self.reading():
            if self.outlets.issuperset(names) or self.keys().holds(set(names) - self.outlets):
                return
        if unknown := set(names) - self.outlets.union(self.sites()):
            from broadtape.site.outlets import pick_sites

            pick_sites(dict.fromkeys(sorted(self.outlets.union(self.sites()))), sorted(unknown))

    def query(self, filters: Filters | Narrowing | Where) -> Query:
        """What these filters mean to this archive; raises UsageError for what they cannot mean."""
        asked = Query.of(filters)
        self.check_sites(asked.site)
        url = cast("Filters", filters).get("url")
        if url is None:
            return asked
        with self.reading():
            ids = article_ids_at(url, self.keys().sites(), self.rows(), self.captures_of)
        return replace(asked, article_ids=ids)

    def fulltext(self) -> FullText:
        """What full text is searched in: the index, and what it does not cover."""
        from broadtape.corpus.fulltext import FullText  # readers who do not search need not load it

        if self._fulltext is None:
            before = self._earlier_index
            if before is None or not before.is_current(self.version):
                before = FullText(self.archive, self.version, self.rows, self.forgotten, before)
            self._fulltext = self._earlier_index = before
        return self._fulltext

    def keys(self) -> RowIndex:
        """Which rows its articles have, and where."""
        if self._keys is None:
            self._keys = RowIndex(self.archive.tables["articles"], self.archive.objects, self.version)
        return self._keys

    def choice(self, query: Query) -> pl.DataFrame:
        """Which rows that `query` sees count, of the articles that have several; see `resolve_versions.choice`."""
        return _choice(self.keys().several(query), query)

    def selection(self, query: Query) -> plan.Selection:
        """The rows that answer `query`; those that lie where none of the articles lies that it names are not read."""
        keys = self.keys().of(query.article_ids) if query.article_ids is not None else None
        if keys is None:
            return plan.Selection(self.rows, query, self.choice(query))
        several = keys.filter(keys["article_id"].is_duplicated())
        return plan.Selection(plan.around(self.rows, keys), query, _choice(several, query))

    def batches(self, query: Query, columns: Sequence[str]) -> Iterator[pl.DataFrame]:
        """The answer in its order as frames, the first one small; an empty one where there is none."""
        with self.reading():
            selection = self.selection(query)
        if selection.is_small:
            with self.reading():
                frame = selection.at_once(columns)
            yield frame
            return
        given, limit = 0, query.limit
        with self.reading():
            parts = selection.parts()
        for number, part in enumerate(parts, start=1):
            if given and given == limit:
                return
            left = part if limit is None else part.limited(limit - given)
            keys = self.collect(left.keys())
            for batch in left.in_batches(keys):
                if batch.is_empty() and (given or number < len(parts)):
                    continue
                frame = self.collect(plan.of_keys(selection.scan, batch, columns))
                given += frame.height
                yield frame

    def collect(self, frame: pl.LazyFrame) -> pl.DataFrame:
        """What a frame of this snapshot's rows holds; raises ArchiveError where they cannot be read."""
        with self.reading():
            return frame.collect()

    def reading(self) -> AbstractContextManager[None]:
        """Turns what the engine raises meanwhile into an ArchiveError."""
        return reading(f"The archive {self.archive.uri}", self._moved_on)

    def _moved_on(self) -> bool:
        return any(self.archive.tables[table].version() != version for table, version in self.versions.items())


def _choice(several: pl.DataFrame, query: Query) -> pl.DataFrame:
    if several.is_empty():  # true of most stories that are named; to plan the choice takes longer than to find them
        return several.select(*KEY, pl.lit(0, pl.Int64).alias("revision"))
    return choice(plan.filtered(several.lazy(), query.visible()), query.depth).collect()


def _forgotten(decisions: pl.LazyFrame) -> list[str]:
    """Ids of the stories that were taken down, whatever is left of them in the version that is read."""
    about = decisions.filter(pl.col("decision").is_in(["forget", "undo"])).drop_nulls("article_id")
    last = about.group_by("article_id").agg(pl.col("decision").sort_by("decided_at").last())
    return sorted(last.filter(pl.col("decision") == "forget").collect()["article_id"])

"""Which rows an article has, and where: kept beside the archive so that a reader need not look into every file.

Whoever reads a day of one outlet must know whether its stories were revised later, and whoever asks for one story in
which of all files it lies. Both are told by the rows' keys alone. They are kept for one version of the table: those of
articles with several rows, which are few and read at once, and all of them, by time and article, of which a reader
fetches the parts that he needs. Rows that came since lie in files that are not named there.
"""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from broadtape.archive.delta.tables import Table
from broadtape.archive.stores.object_store import ObjectStore
from broadtape.corpus.reading import plan
from broadtape.corpus.reading.kept_keys import COLUMNS, DAMAGED, KeptKeys, files_of, repeated
from broadtape.corpus.reading.query import Query
from broadtape.corpus.reading.where import one_of
from broadtape.errors import ArchiveError

__all__ = ["COLUMNS", "RowIndex"]


class RowIndex:
    """The keys of one version of `articles`, from what is kept and from the files that came since."""

    def __init__(self, articles: Table, store: ObjectStore, version: int) -> None:
        self._articles, self._store, self._version = articles, store, version
        self._kept = KeptKeys.read(store)
        files = files_of(articles, version) if self._kept else frozenset()
        if self._kept and not self._kept.files <= files:
            self._kept = None  # files were merged since, or the version is an earlier one
        self._whole = self._kept is not None and self._kept.files == files
        self._several: pl.DataFrame | None = None
        self._sites: frozenset[str] | None = None

    def several(self, query: Query) -> pl.DataFrame:
        """`COLUMNS` of every row of articles with more than one, of those that `query` sees at the least."""
        if self._kept is None:
            rows = self._articles.scan(query.visible_where(), version=self._version)
            return repeated(plan.filtered(rows, query.visible()).select(COLUMNS)).collect()
        if self._several is None:
            self._several = self._with_those_since(self._kept)
        return self._several

    def of(self, article_ids: Collection[str]) -> pl.DataFrame | None:
        """`COLUMNS` of all rows of these articles; None where only the archive itself can tell."""
        if self._kept is None:
            return None
        wanted = pl.col("article_id").is_in(sorted(article_ids))
        try:
            kept = self._stored(self._kept).filter(wanted).collect()
        except (ArchiveError, OSError, *DAMAGED):  # replaced since, or damaged
            self._kept = None
            return None
        return pl.concat([kept, self._since(self._kept).filter(wanted).collect()])

    def holds(self, sites: Collection[str]) -> bool:
        """Whether each of these outlets has an article: only files that may hold one of them are looked into."""
        if self._sites is not None:
            return self._sites.issuperset(sites)
        rest = set(sites).difference(self._kept.sites if self._kept else ())
        if not rest:
            return True
        but = self._kept.files if self._kept else ()
        rows = self._articles.scan(one_of("site", sorted(rest)), version=self._version, but=but)
        found = rows.select(pl.col("site").unique()).collect()["site"]
        return rest.issubset(found)

    def sites(self) -> frozenset[str]:
        """Names of the outlets that have an article."""
        if self._sites is None:
            rows = self._since(self._kept) if self._kept else self._articles.scan(version=self._version)
            found = rows.select(pl.col("site").unique()).collect()["site"]
            self._sites = frozenset(found).union(self._kept.sites if self._kept else ())
        return self._sites

    def _with_those_since(self, kept: KeptKeys) -> pl.DataFrame:
        new = self._since(kept).collect()
        if new.is_empty():
            return kept.revised
        names = new["article_id"].unique()
        found = self.of(names)
        if found is None:
            return repeated(self._articles.scan(version=self._version).select(COLUMNS)).collect()
        others = kept.revised.filter(~pl.col("article_id").is_in(names.implode()))
        return pl.concat([others, repeated(found.lazy()).collect()])

    def _since(self, kept: KeptKeys) -> pl.LazyFrame:
        if self._whole:
            return kept.revised.clear().lazy()
        return self._articles.scan(version=self._version, but=kept.files).select(COLUMNS)

    def _stored(self, kept: KeptKeys) -> pl.LazyFrame:
        store = self._store
        if not kept.parts:
            return kept.revised.lazy()
        return pl.scan_parquet(
            [f"{store.uri}/{name}" for name in kept.parts.values()],
            glob=False,
            storage_options=store.table_options() or None,
            credential_provider=None,
        )

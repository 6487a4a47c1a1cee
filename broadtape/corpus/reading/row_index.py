"""Which rows an article has, and where: kept beside the archive so that a reader need not look into every file.

Whoever reads a day of one outlet must know whether its stories were revised later, and whoever asks for one story in
which of all files it lies. Both are told by the rows' keys alone. They are kept for one version of the table in two
objects: those of articles with several rows, which are few and read at once, and all of them, by article, of which a
reader fetches the part that he needs. Rows that came since lie in files that these objects do not name.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Self

import polars as pl

from broadtape.archive import fixity
from broadtape.archive.delta.tables import Table
from broadtape.archive.stores.object_store import ObjectStore
from broadtape.corpus.reading import plan
from broadtape.corpus.reading.query import Query
from broadtape.corpus.reading.resolve_versions import KEY
from broadtape.corpus.reading.where import one_of
from broadtape.errors import ArchiveError, ObjectMissing

__all__ = ["COLUMNS", "RowIndex", "keep_keys"]

COLUMNS = (*KEY, "site")
_FOLDER = "index/keys/"
_REVISED = f"{_FOLDER}revised.parquet"
_COVERS = "covers"
_DAMAGED = (pl.exceptions.PolarsError, pl.exceptions.PanicException)
"""What Polars raises over bytes that are not what was written."""
_ROW_GROUP = 4_000
"""Rows that are read for one article: fewer make the file's footer longer than they are."""


def keep_keys(articles: Table, store: ObjectStore, version: int, *, anew: bool = False) -> None:
    """Writes them for this version of `articles` in place of those that are kept: `anew`, or if those are not whole.

    Readers take them as they are, as they do data files; upkeep is who looks whether they still are what was written.
    """
    if not anew and (kept := _Kept.read(store)) and kept.version == version and _is_whole(store, kept):
        return
    rows = articles.read(lambda rows: rows.select(COLUMNS).sort(KEY), version=version)
    data = _parquet(rows, {})
    name = f"{_FOLDER}{version}-{hashlib.sha256(data).hexdigest()}.parquet"
    store.put(name, data)
    covers = {
        "version": version,
        "name": name,
        "files": sorted(_files(articles, version)),
        "sites": rows["site"].unique().sort().to_list(),
    }
    fixity.replace(store, _REVISED, _parquet(_repeated(rows.lazy()).collect(), {_COVERS: json.dumps(covers)}))
    store.delete([info.key for info in store.list(_FOLDER) if info.key not in {name, _REVISED}])


class RowIndex:
    """The keys of one version of `articles`, from what is kept and from the files that came since."""

    def __init__(self, articles: Table, store: ObjectStore, version: int) -> None:
        self._articles, self._store, self._version = articles, store, version
        self._kept = _Kept.read(store)
        if self._kept and not self._kept.files <= _files(articles, version):
            self._kept = None  # files were merged since, or the version is an earlier one
        self._several: pl.DataFrame | None = None
        self._sites: frozenset[str] | None = None

    def several(self, query: Query) -> pl.DataFrame:
        """`COLUMNS` of every row of articles with more than one, of those that `query` sees at the least."""
        if self._kept is None:
            rows = self._articles.scan(query.visible_where(), version=self._version)
            return _repeated(plan.filtered(rows, query.visible()).select(COLUMNS)).collect()
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
        except (ArchiveError, OSError, *_DAMAGED):  # replaced since, or damaged
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

    def _with_those_since(self, kept: _Kept) -> pl.DataFrame:
        new = self._since(kept).collect()
        if new.is_empty():
            return kept.revised
        names = new["article_id"].unique()
        found = self.of(names)
        if found is None:
            return _repeated(self._articles.scan(version=self._version).select(COLUMNS)).collect()
        others = kept.revised.filter(~pl.col("article_id").is_in(names.implode()))
        return pl.concat([others, _repeated(found.lazy()).collect()])

    def _since(self, kept: _Kept) -> pl.LazyFrame:
        rows = self._articles.scan(version=self._version, but=kept.files)
        return rows.select(COLUMNS)

    def _stored(self, kept: _Kept) -> pl.LazyFrame:
        store = self._store
        return pl.scan_parquet(
            f"{store.uri}/{kept.name}",
            glob=False,
            storage_options=store.table_options() or None,
            credential_provider=None,
        )


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is kept: for which version, the rows of articles with several, the object that holds all, the data files
    that both cover, and the outlets in these."""

    version: int
    revised: pl.DataFrame
    name: str
    files: frozenset[str]
    sites: frozenset[str]

    @classmethod
    def read(cls, store: ObjectStore) -> Self | None:
        """In one request; None where nothing is kept, or nothing that can be read."""
        try:
            data = store.get(_REVISED)
            covers = json.loads(pl.read_parquet_metadata(io.BytesIO(data))[_COVERS])
            revised = pl.read_parquet(io.BytesIO(data))
            files, sites = frozenset(covers["files"]), frozenset(covers["sites"])
            return cls(covers["version"], revised, covers["name"], files, sites)
        except (ObjectMissing, *_DAMAGED, ValueError, KeyError, TypeError):
            return None


def _is_whole(store: ObjectStore, kept: _Kept) -> bool:
    try:
        data = store.get(kept.name)
    except ObjectMissing:
        return False
    if hashlib.sha256(data).hexdigest() not in kept.name:
        return False
    return _repeated(pl.scan_parquet(io.BytesIO(data))).sort(KEY).collect().equals(kept.revised.sort(KEY))


def _repeated(rows: pl.LazyFrame) -> pl.LazyFrame:
    """The rows of articles that have more than one."""
    several = rows.group_by("article_id").agg(pl.len().alias("rows")).filter(pl.col("rows") > 1)
    return rows.join(several, on="article_id", how="semi")


def _files(articles: Table, version: int) -> frozenset[str]:
    """The version's data files, by their names below the table."""
    return frozenset(path.rpartition("/articles/")[2] for path in articles.files(version))


def _parquet(rows: pl.DataFrame, metadata: dict[str, str]) -> bytes:
    out = io.BytesIO()
    rows.write_parquet(out, compression="zstd", row_group_size=_ROW_GROUP, metadata=metadata)
    return out.getvalue()

"""The keys of all rows of `articles` as upkeep keeps them: by the month of fetching, so that a day rewrites one month.

index/keys/<month>-<SHA-256>.parquet    the keys of a month's rows, by article
index/keys/revised.parquet              those of articles with several rows; in its metadata, what all of it covers
"""

from __future__ import annotations

import hashlib
import io
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Self

import polars as pl

from broadtape.archive import fixity, sql_text
from broadtape.archive.delta.tables import Table
from broadtape.archive.stores.object_store import ObjectStore
from broadtape.corpus.reading.resolve_versions import KEY
from broadtape.errors import ObjectMissing

__all__ = ["COLUMNS", "DAMAGED", "KeptKeys", "files_of", "keep_keys", "repeated"]

COLUMNS = (*KEY, "site")
DAMAGED = (pl.exceptions.PolarsError, pl.exceptions.PanicException)
"""What Polars raises over bytes that are not what was written."""
_FOLDER = "index/keys/"
_REVISED = f"{_FOLDER}revised.parquet"
_COVERS = "covers"
_ROW_GROUP = 4_000
"""Rows that are read for one article: fewer make the file's footer longer than they are."""
_AT_ONCE = 10_000_000
"""Rows among which repeated articles are looked for at once, where nothing is known of them: 80 MB of their hashes."""


@dataclass(frozen=True, slots=True)
class KeptKeys:
    """What is kept: of which version, the rows of articles with several, the objects that hold all by month, the data
    files that these cover, and the outlets in them."""

    version: int
    revised: pl.DataFrame
    parts: Mapping[str, str]
    files: frozenset[str]
    sites: frozenset[str]

    @classmethod
    def read(cls, store: ObjectStore) -> Self | None:
        """In one request; None where nothing is kept, or nothing that can be read."""
        try:
            return cls._of(store.get(_REVISED))
        except ObjectMissing:
            return None

    @classmethod
    def read_whole(cls, store: ObjectStore) -> Self | None:
        """`read`, but None too where the bytes are not those that were written."""
        try:
            data = store.get(_REVISED)
        except ObjectMissing:
            return None
        said = fixity.noted(store, _REVISED).get(_REVISED, set())
        return cls._of(data) if hashlib.sha256(data).hexdigest() in said else None

    @classmethod
    def _of(cls, data: bytes) -> Self | None:
        try:
            covers = json.loads(pl.read_parquet_metadata(io.BytesIO(data))[_COVERS])
            files, sites = frozenset(covers["files"]), frozenset(covers["sites"])
            return cls(covers["version"], pl.read_parquet(io.BytesIO(data)), dict(covers["parts"]), files, sites)
        except (*DAMAGED, ValueError, KeyError, TypeError):
            return None

    def month(self, store: ObjectStore, month: str) -> pl.DataFrame | None:
        """The keys of a month; None where they are gone, or not what was written."""
        name = self.parts.get(month)
        try:
            data = store.get(name) if name else None
        except ObjectMissing:
            return None
        return pl.read_parquet(io.BytesIO(data)) if data is not None and _name(month, data) == name else None


def keep_keys(articles: Table, store: ObjectStore, version: int, *, anew: bool = False) -> None:
    """Writes the keys of this version of `articles` in place of those that are kept: of months whose data files are
    others than before, or whose keys are not whole; of all, `anew`.

    Readers take them as they are, as they do data files; upkeep is who looks whether they still are what was written.
    """
    kept = None if anew else KeptKeys.read_whole(store)
    files = _by_month(files_of(articles, version))
    before = _by_month(kept.files) if kept else {}
    changed = {month for month, named in files.items() if before.get(month) != named}
    parts: dict[str, str] = {}
    sites = set(kept.sites if kept else ())
    added = []
    for month in sorted(changed):
        rows, known = _keys(articles, month, version), kept.month(store, month) if kept else None
        parts[month] = _put(store, month, rows)
        sites.update(rows["site"].unique())
        added.append(_added(rows, known))
    # An article that no row came of has as many as it had.
    ids = pl.concat([kept.revised["article_id"], *added]) if kept else _repeated_ids(store, parts)
    asked = pl.col("article_id").is_in(ids.unique().implode())
    several = [_keys(articles, "", version), *(_month(store, parts[month]).filter(asked) for month in sorted(changed))]
    for month in sorted(files.keys() - changed):
        whole = kept.month(store, month) if kept else None
        rows = _keys(articles, month, version) if whole is None else whole
        parts[month] = _put(store, month, rows) if whole is None or kept is None else kept.parts[month]
        several.append(rows.filter(asked))
    revised = repeated(pl.concat(several).lazy()).collect().sort(KEY)
    covers = {"version": version, "parts": parts, "files": sorted(set().union(*files.values())), "sites": sorted(sites)}
    fixity.replace(store, _REVISED, _parquet(revised, {_COVERS: json.dumps(covers)}))
    store.delete([info.key for info in store.list(_FOLDER) if info.key not in {*parts.values(), _REVISED}])


def repeated(rows: pl.LazyFrame) -> pl.LazyFrame:
    """The rows of articles that have more than one."""
    several = rows.group_by("article_id").agg(pl.len().alias("rows")).filter(pl.col("rows") > 1)
    return rows.join(several, on="article_id", how="semi")


def files_of(articles: Table, version: int) -> frozenset[str]:
    """The version's data files, by their names below the table."""
    return frozenset(path.rpartition("/articles/")[2] for path in articles.files(version))


def _by_month(files: frozenset[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for path in sorted(files):
        found[path.partition("/")[0].partition("=")[2]].add(path)
    return dict(found)


def _keys(articles: Table, month: str, version: int) -> pl.DataFrame:
    mine = pl.col("fetched_month") == month
    return articles.read(
        lambda rows: rows.filter(mine).select(COLUMNS).sort(KEY), f"fetched_month = {sql_text(month)}", version=version
    )


def _added(rows: pl.DataFrame, known: pl.DataFrame | None) -> pl.Series:
    """The articles that rows came of."""
    return (rows if known is None else rows.join(known, on=KEY, how="anti", nulls_equal=True))["article_id"]


def _repeated_ids(store: ObjectStore, parts: Mapping[str, str]) -> pl.Series:
    """The articles that have several rows, by a hash of their ids: perhaps a few, too, that have not."""
    if not parts:
        return pl.Series("article_id", [], pl.String)
    rounds = 1 + sum(ids.len() for ids in _ids(store, parts)) // _AT_ONCE
    found = [pl.Series("article_id", [], pl.String)]
    for number in range(rounds):
        every = pl.concat([_hashes(ids, rounds, number) for ids in _ids(store, parts)])
        several = every.filter(every.is_duplicated()).unique()
        if several.len():
            found += [ids.filter(ids.hash().is_in(several.implode())) for ids in _ids(store, parts)]
    return pl.concat(found)


def _hashes(ids: pl.Series, rounds: int, number: int) -> pl.Series:
    hashes = ids.hash()
    return hashes.filter(hashes % rounds == number)


def _ids(store: ObjectStore, parts: Mapping[str, str]) -> Iterator[pl.Series]:
    for name in parts.values():
        yield pl.read_parquet(io.BytesIO(store.get(name)), columns=["article_id"])["article_id"]


def _month(store: ObjectStore, name: str) -> pl.DataFrame:
    return pl.read_parquet(io.BytesIO(store.get(name)))


def _put(store: ObjectStore, month: str, rows: pl.DataFrame) -> str:
    data = _parquet(rows, {})
    name = _name(month, data)
    store.put(name, data)
    return name


def _name(month: str, data: bytes) -> str:
    return f"{_FOLDER}{month}-{hashlib.sha256(data).hexdigest()}.parquet"


def _parquet(rows: pl.DataFrame, metadata: dict[str, str]) -> bytes:
    out = io.BytesIO()
    rows.write_parquet(out, compression="zstd", row_group_size=_ROW_GROUP, metadata=metadata)
    return out.getvalue()

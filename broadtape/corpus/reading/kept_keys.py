"""The keys of all rows of `articles` as upkeep keeps them: in parts by time of fetching, so that a day rewrites one.

index/keys/<part>-<SHA-256>.parquet     the keys of the rows of a year, or of a month where a year has many, by article
index/keys/revised.parquet              those of articles with several rows; in its metadata, what all of it covers
"""

from __future__ import annotations

import hashlib
import io
import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Self

import polars as pl

from broadtape.archive import fixity, sql_text
from broadtape.archive.delta.rewrite import data_files
from broadtape.archive.delta.tables import Table
from broadtape.archive.digest_named import put_frame, read_frame
from broadtape.archive.stores.object_store import ObjectStore
from broadtape.corpus.reading.resolve_versions import KEY
from broadtape.errors import DigestMismatch, ObjectMissing

__all__ = ["COLUMNS", "DAMAGED", "KeptKeys", "files_of", "keep_keys", "repeated"]

COLUMNS = (*KEY, "site")
DAMAGED = (pl.exceptions.PolarsError, pl.exceptions.PanicException)
"""What Polars raises over bytes that are not what was written."""
_FOLDER = "index/keys/"
_REVISED = f"{_FOLDER}revised.parquet"
_COVERS = "covers"
_ROW_GROUP = 4_000
"""Rows that are read for one article: fewer make the file's footer longer than they are."""
_PAST, _PRESENT = 2_000_000, 400_000
"""Rows of a past year, and of the one that rows are added to, that are one part: a reader of one story looks into each
part, in two requests; a part is sorted in memory, and the newest is written anew each day (40 bytes a row)."""
_AT_ONCE = 10_000_000
"""Rows among which repeated articles are looked for at once, where nothing is known of them: 80 MB of their hashes."""


@dataclass(frozen=True, slots=True)
class KeptKeys:
    """What is kept: of which version, the rows of articles with several, the objects that hold all by part, the data
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

    def covered(self) -> dict[str, set[str]]:
        """The data files by the part that covers them."""
        found: dict[str, set[str]] = defaultdict(set)
        for path in self.files:
            month = _month_of(path)
            found[month if month in self.parts else month[:4]].add(path)
        return found

    def part(self, store: ObjectStore, part: str) -> pl.DataFrame | None:
        """The keys of a part; None where they are gone, or not what was written."""
        name = self.parts.get(part)
        try:
            return read_frame(store, _stem(part), name) if name else None
        except (ObjectMissing, DigestMismatch):
            return None


def keep_keys(articles: Table, store: ObjectStore, version: int, *, anew: bool = False) -> None:
    """Writes the keys of this version of `articles` in place of those that are kept: of parts whose data files are
    others than before, or whose keys are not whole; of all, `anew`.

    Readers take them as they are, as they do data files; upkeep is who looks whether they still are what was written.
    """
    kept = None if anew else KeptKeys.read_whole(store)
    files = _parted(articles, version)
    before = kept.covered() if kept else {}
    changed = sorted(part for part, named in files.items() if before.get(part) != named)
    parts: dict[str, str] = {}
    sites = set(kept.sites if kept else ())
    added = []
    for part in changed:
        rows, known = _keys(articles, files[part], version), kept.part(store, part) if kept else None
        parts[part] = _put(store, part, rows)
        sites.update(rows["site"].unique())
        added.append(_added(rows, known))
    # An article that no row came of has as many as it had.
    ids = pl.concat([kept.revised["article_id"], *added]) if kept else _repeated_ids(store, parts)
    asked = pl.col("article_id").is_in(ids.unique().implode())
    several = [_keys(articles, set(), version), *(_read(store, parts[part]).filter(asked) for part in changed)]
    for part in sorted(files.keys() - set(changed)):
        whole = kept.part(store, part) if kept else None
        rows = _keys(articles, files[part], version) if whole is None else whole
        parts[part] = _put(store, part, rows) if whole is None or kept is None else kept.parts[part]
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


def _parted(articles: Table, version: int) -> dict[str, set[str]]:
    """The version's data files by part."""
    loaded = articles.load(version)
    files = data_files(articles, loaded) if loaded else []
    newest = max((_month_of(file.path) for file in files), default="")[:4]
    rows: Counter[str] = Counter()
    for file in files:
        rows[_month_of(file.path)[:4]] += file.rows
    found: dict[str, set[str]] = defaultdict(set)
    for file in files:
        month = _month_of(file.path)
        small = rows[month[:4]] <= (_PRESENT if month[:4] == newest else _PAST)
        found[month[:4] if small else month].add(file.path)
    return dict(found)


def _month_of(path: str) -> str:
    return path.partition("/")[0].partition("=")[2]


def _keys(articles: Table, files: Collection[str], version: int) -> pl.DataFrame:
    """The keys of the rows of all months that these files are of."""
    months = sorted({_month_of(path) for path in files}) or [""]
    mine = pl.col("fetched_month").is_in(months)
    where = f"fetched_month IN ({', '.join(map(sql_text, months))})"
    return articles.read(lambda rows: rows.filter(mine).select(COLUMNS).sort(KEY), where, version=version)


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


def _read(store: ObjectStore, name: str) -> pl.DataFrame:
    return pl.read_parquet(io.BytesIO(store.get(name)))


def _put(store: ObjectStore, part: str, rows: pl.DataFrame) -> str:
    return put_frame(store, _stem(part), rows, row_group_size=_ROW_GROUP)


def _stem(part: str) -> str:
    return f"{_FOLDER}{part}-"


def _parquet(rows: pl.DataFrame, metadata: dict[str, str]) -> bytes:
    out = io.BytesIO()
    rows.write_parquet(out, compression="zstd", row_group_size=_ROW_GROUP, metadata=metadata)
    return out.getvalue()

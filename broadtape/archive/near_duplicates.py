"""Near-duplicates: which texts of different stories are nearly the same, as a derived table of pairs in `index/near/`.

Found from the MinHash that each article carries, for what is new since the last time, among what was fetched within
some days of it: no text is read, and the archive is not read anew. All of it may be deleted and is made again; it names
stories by id only, and a takedown deletes it.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from operator import eq
from typing import TYPE_CHECKING

import polars as pl

from broadtape.archive import fixity
from broadtape.archive.delta.queries import sql_time
from broadtape.archive.stores.object_store import ObjectStore
from broadtape.errors import DigestMismatch, ObjectMissing
from broadtape.times import iso, parse_time, shifted

if TYPE_CHECKING:
    from broadtape.archive.delta.tables import Table

__all__ = ["PAIRS", "WINDOW", "compare", "likeness", "pairs_at", "update"]

WINDOW = timedelta(days=14)
"""How far apart two texts may have been fetched: the same release runs everywhere within days."""
_LEAST = 0.45
"""Estimated Jaccard likeness of a pair; a text of which every tenth word was changed has about 0.55."""
_BANDS, _BAND = 42, 6
"""Bands of three 16-bit values: a pair at the least likeness shares one of them with probability 0.98."""
_CROWD = 30
"""Texts that share a band; more of them are each compared with the earliest only."""
_CHUNK = 20_000
_SETTLING = timedelta(minutes=10)
"""Commits may become visible in another order than their times; what is this young is looked at again."""
_FOLDER = "index/near/"
_DONE = f"{_FOLDER}done.json"
_TIME = pl.Datetime("us", "UTC")
_SIDE = ("article_id", "fetched_at", "archived_at")

PAIRS = pl.Schema(
    {f"{side}_{name}": pl.String if name == "article_id" else _TIME for side in ("a", "b") for name in _SIDE}
    | {"likeness": pl.Float32}
)
"""Two texts, each named by its story and its two clocks; `a` is the one that sorts first."""


def update(articles: Table, store: ObjectStore) -> int:
    """Adds the pairs of what was archived since the last time; their number. One at a time may do so."""
    since, known = _kept(store)
    texts, found = 0, 0
    newest = since
    for compared, chunk in _found(articles, since):
        pairs = compared.join(known, on=list(PAIRS), how="anti")  # what is settling was looked at before
        texts, found = texts + chunk.height, found + pairs.height
        last = chunk["archived_at"].max()
        assert isinstance(last, datetime)
        newest = last if newest is None else max(newest, last)
        if pairs.height:
            data = io.BytesIO()
            pairs.write_parquet(data, compression="zstd")
            store.put(f"{_FOLDER}{_digest(data.getvalue())}.parquet", data.getvalue())
    if texts and newest:
        # Last: a takedown or a crash in between costs doing it again.
        fixity.replace(store, _DONE, json.dumps({"until": iso(newest - _SETTLING)}).encode())
    return found


def _kept(store: ObjectStore) -> tuple[datetime | None, pl.DataFrame]:
    """Until when texts were compared, and the pairs found so far; what is damaged is thrown away, and made anew."""
    try:
        return _done(store), _stored_pairs(store)
    except DigestMismatch:
        keys = [info.key for info in store.list(_FOLDER)]
        fixity.retract(store, keys)
        store.delete(keys)
        return None, pl.DataFrame(schema=PAIRS)


def _stored_pairs(store: ObjectStore) -> pl.DataFrame:
    """The pairs found so far, by `PAIRS`; raises DigestMismatch."""
    keys = [info.key for info in store.list(_FOLDER) if info.key.endswith(".parquet")]
    parts = [_pairs_of(store, key) for key in sorted(keys)]
    return pl.concat(parts).unique() if parts else pl.DataFrame(schema=PAIRS)


def _pairs_of(store: ObjectStore, key: str) -> pl.DataFrame:
    data = store.get(key)
    # Damaged Parquet can end the process that decodes it, so the digest comes first.
    if key != f"{_FOLDER}{_digest(data)}.parquet":
        raise _damaged(key)
    return pl.read_parquet(io.BytesIO(data)).select(PAIRS.names())


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:32]


def _damaged(key: str) -> DigestMismatch:
    return DigestMismatch(f"{key}: its bytes are not those that were stored; 'broadtape maintain' makes it anew.")


def pairs_at(articles: Table, store: ObjectStore, version: int) -> pl.DataFrame:
    """The pairs of nearly equal texts, by `PAIRS`, of the articles at this version or before.

    What `update` has not yet compared is compared now, and kept nowhere. Raises DigestMismatch where one is damaged.
    """
    newer = [pairs for pairs, _ in _found(articles, _done(store), version)]
    return pl.concat([_stored_pairs(store), *newer]).unique()


def _done(store: ObjectStore) -> datetime | None:
    try:
        return parse_time(json.loads(store.get(_DONE))["until"])
    except ObjectMissing:
        return None
    except (ValueError, TypeError, KeyError):
        raise _damaged(_DONE) from None


def _found(
    articles: Table, since: datetime | None, version: int | None = None
) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """Pairs and the new texts they were looked for with, in chunks of texts that were fetched one after the other."""
    after = since or datetime.min.replace(tzinfo=UTC)
    where = f"archived_at > {sql_time(after)}" if after.year > 1 else None
    new = _texts(articles, pl.col("archived_at") > after, where, version).drop("minhash").sort(_SIDE[1], _SIDE[0])
    for start in range(0, new.height, _CHUNK):
        chunk = new.slice(start, _CHUNK)
        first, last = chunk["fetched_at"].min(), chunk["fetched_at"].max()
        assert isinstance(first, datetime)
        assert isinstance(last, datetime)
        since, until = shifted(first, -WINDOW), shifted(last, WINDOW)
        near = pl.col("fetched_at").is_between(since, until)
        bounds = f"fetched_at >= {sql_time(since)} AND fetched_at <= {sql_time(until)}"
        rows = _texts(articles, near, bounds, version)
        yield compare(rows.join(chunk, on=_SIDE, how="semi"), rows), chunk


def _texts(articles: Table, wanted: pl.Expr, where: str | None, version: int | None) -> pl.DataFrame:
    found = articles.read(
        lambda rows: rows.filter(wanted, pl.col("minhash").is_not_null()).select(*_SIDE, "minhash"),
        where,
        version=version,
    )
    return found.unique(_SIDE, keep="any")


def compare(new: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """The pairs of each `new` text with others among `rows`; both hold the two clocks, `article_id` and `minhash`."""
    rows = rows.sort("archived_at", *_SIDE).with_row_index("row")
    fresh = rows.join(new.select(_SIDE), on=_SIDE, how="semi")["row"].implode()
    candidates = pl.concat([_sharing(rows, band, fresh) for band in range(_BANDS)]).unique()
    hashes, ids = rows["minhash"].to_list(), rows["article_id"].to_list()
    alike = [
        (a, b, share)
        for a, b in candidates.iter_rows()
        if ids[a] != ids[b] and (share := likeness(hashes[a], hashes[b])) >= _LEAST
    ]
    return _as_pairs(rows, alike)


def _sharing(rows: pl.DataFrame, band: int, fresh: pl.Series) -> pl.DataFrame:
    """Rows, as pairs of numbers, that are equal in one band, of which one is fresh."""
    keys = rows.select("row", pl.col("minhash").bin.slice(band * _BAND, _BAND).alias("key"))
    groups = keys.group_by("key").agg(pl.col("row").sort(), pl.len()).filter(pl.col("len") > 1)
    each, earliest = pl.col("row").alias("a"), pl.col("row").list.first().alias("a")
    crowds = groups.filter(pl.col("len") > _CROWD).select(earliest, pl.col("row").alias("b"))
    small = groups.filter(pl.col("len") <= _CROWD).select(each, pl.col("row").alias("b"))
    pairs = pl.concat([crowds.explode("b"), small.explode("a").explode("b")])
    return pairs.filter(pl.col("a") < pl.col("b"), pl.col("a").is_in(fresh) | pl.col("b").is_in(fresh))


def likeness(a: bytes, b: bytes) -> float:
    """The share of equal 16-bit values: an estimate of two texts' Jaccard likeness."""
    equal: int = sum(map(eq, memoryview(a).cast("H"), memoryview(b).cast("H")))
    return 2 * equal / len(a)


def _as_pairs(rows: pl.DataFrame, alike: list[tuple[int, int, float]]) -> pl.DataFrame:
    if not alike:
        return pl.DataFrame(schema=PAIRS)
    named = rows.select(_SIDE)
    a, b = named[[pair[0] for pair in alike]], named[[pair[1] for pair in alike]]
    sides = [a.rename({name: f"a_{name}" for name in _SIDE}), b.rename({name: f"b_{name}" for name in _SIDE})]
    shares = pl.DataFrame({"likeness": pl.Series([share for *_, share in alike], dtype=pl.Float32)})
    pairs = pl.concat([*sides, shares], how="horizontal").select(PAIRS.names())
    return pairs.filter((pl.col("a_fetched_at") - pl.col("b_fetched_at")).abs() <= WINDOW)

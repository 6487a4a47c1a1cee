"""Near-duplicates: which texts of different stories are nearly the same, as a derived table of pairs.

Found from the MinHash that each article carries, for what is new since the last time, among what was fetched within
some days of it: no text is read, and the archive is not read anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from operator import eq
from typing import TYPE_CHECKING

import polars as pl

from broadtape.archive.delta.queries import sql_text, sql_time
from broadtape.archive.near_pairs import (
    PAIRS,
    SIDE,
    clear,
    compared_until,
    gather,
    keep,
    note_compared_until,
    stored_pairs,
)
from broadtape.archive.stores.object_store import ObjectStore
from broadtape.errors import DigestMismatch
from broadtape.times import shifted

if TYPE_CHECKING:
    from broadtape.archive.delta.tables import Table

__all__ = ["WINDOW", "compare", "likeness", "pairs_at", "update"]

WINDOW = timedelta(days=14)
"""How far apart two texts may have been fetched: the same release runs everywhere within days."""
_LEAST = 0.45
"""Estimated Jaccard likeness of a pair; a text of which every tenth word was changed has about 0.55."""
_BANDS, _BAND = 42, 6
"""Bands of three 16-bit values: a pair at the least likeness shares one of them with probability 0.98."""
_CROWD = 30
"""Texts that share a band; more of them are each compared with the earliest only."""
_CHUNK = 200_000
"""New texts that are looked for at once. All texts of four weeks and more are read for each chunk, so that small ones
would read a dense month (a backfill's) many times: what is read for so many is 50 to 200 MB."""
_SETTLING = timedelta(minutes=10)
"""Commits may become visible in another order than their times; what is this young is looked at again."""


def update(articles: Table, store: ObjectStore) -> int:
    """Adds the pairs of what was archived since the last time; their number. One at a time may do so."""
    since, known = _kept(store)
    found, newest = 0, None
    for compared, last in _found(articles, since):
        pairs = compared.join(known, on=list(PAIRS), how="anti")  # what is settling was looked at before
        found, newest = found + pairs.height, max(newest or last, last)
        if pairs.height:
            keep(store, pairs)
            known = pl.concat([known, pairs])
    if newest:
        note_compared_until(store, max(newest - _SETTLING, since or newest - _SETTLING))
    gather(store)
    return found


def pairs_at(articles: Table, store: ObjectStore, version: int) -> pl.DataFrame:
    """The pairs of nearly equal texts, by `PAIRS`, of the articles at this version or before.

    What `update` has not yet compared is compared now, and kept nowhere. Raises DigestMismatch where one is damaged.
    """
    newer = [pairs for pairs, _ in _found(articles, compared_until(store), version)]
    return pl.concat([stored_pairs(store), *newer]).unique()


def _kept(store: ObjectStore) -> tuple[datetime | None, pl.DataFrame]:
    """Until when texts were compared, and the pairs found so far; what is damaged is thrown away, and made anew."""
    try:
        return compared_until(store), stored_pairs(store)
    except DigestMismatch:
        clear(store)
        return None, pl.DataFrame(schema=PAIRS)


def _found(
    articles: Table, since: datetime | None, version: int | None = None
) -> Iterator[tuple[pl.DataFrame, datetime]]:
    """Pairs, and when the last of the new texts that they were looked for with was archived: in chunks of texts that
    were fetched one after the other."""
    after = since or datetime.min.replace(tzinfo=UTC)
    where = f"archived_at > {sql_time(after)}" if since else None
    for month in articles.partitions(where, version):
        only = f"fetched_month = {sql_text(month)}" + (f" AND {where}" if where else "")
        wanted = (pl.col("fetched_month") == month) & (pl.col("archived_at") > after)
        new = _texts(articles, wanted, only, version).sort("fetched_at", "article_id")
        for start in range(0, new.height, _CHUNK):
            chunk = new.slice(start, _CHUNK)
            last = chunk["archived_at"].max()
            assert isinstance(last, datetime)
            rows = _about(articles, chunk, version)
            yield compare(rows.join(chunk, on=SIDE, how="semi"), rows), last


def _about(articles: Table, chunk: pl.DataFrame, version: int | None) -> pl.DataFrame:
    """All texts that were fetched as late as these, or within WINDOW of them, with their MinHash."""
    first, last = chunk["fetched_at"].min(), chunk["fetched_at"].max()
    assert isinstance(first, datetime)
    assert isinstance(last, datetime)
    since, until = shifted(first, -WINDOW), shifted(last, WINDOW)
    near = pl.col("fetched_at").is_between(since, until)
    bounds = f"fetched_at >= {sql_time(since)} AND fetched_at <= {sql_time(until)}"
    return _texts(articles, near, bounds, version, "minhash")


def _texts(articles: Table, wanted: pl.Expr, where: str, version: int | None, *more: str) -> pl.DataFrame:
    found = articles.read(
        lambda rows: rows.filter(wanted, pl.col("minhash").is_not_null()).select(*SIDE, *more), where, version=version
    )
    return found.unique(SIDE, keep="any")


def compare(new: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """The pairs of each `new` text with others among `rows`; both hold the two clocks, `article_id` and `minhash`."""
    rows = rows.sort("archived_at", *SIDE).with_row_index("row")
    fresh = rows.join(new.select(SIDE), on=SIDE, how="semi").select("row", "minhash")
    candidates = pl.concat([_sharing(rows, fresh, band) for band in range(_BANDS)]).unique()
    named = candidates["a"].append(candidates["b"]).unique()
    texts = rows.filter(pl.col("row").is_in(named.implode())).select("row", "article_id", "minhash")
    hashes = dict(texts.select("row", "minhash").iter_rows())
    ids = dict(texts.select("row", "article_id").iter_rows())
    alike = [
        (a, b, share)
        for a, b in candidates.iter_rows()
        if ids[a] != ids[b] and (share := likeness(hashes[a], hashes[b])) >= _LEAST
    ]
    return _as_pairs(rows, alike)


def _sharing(rows: pl.DataFrame, fresh: pl.DataFrame, band: int) -> pl.DataFrame:
    """Rows, as pairs of numbers, that are equal in one band, of which one is fresh."""
    # A hash of the band is compared faster than the band; that two bands had the same one, `likeness` finds out.
    key = pl.col("minhash").bin.slice(band * _BAND, _BAND).hash().alias("key")
    sought = fresh.select(key).unique()
    keys = rows.select("row", key).join(sought, on="key", how="semi")
    groups = keys.group_by("key").agg(pl.col("row").sort(), pl.len()).filter(pl.col("len") > 1)
    each, earliest = pl.col("row").alias("a"), pl.col("row").list.first().alias("a")
    crowds = groups.filter(pl.col("len") > _CROWD).select(earliest, pl.col("row").alias("b"))
    small = groups.filter(pl.col("len") <= _CROWD).select(each, pl.col("row").alias("b"))
    pairs = pl.concat([crowds.explode("b"), small.explode("a").explode("b")]).filter(pl.col("a") < pl.col("b"))
    new = fresh["row"].implode()
    return pairs.filter(pl.col("a").is_in(new) | pl.col("b").is_in(new))


def likeness(a: bytes, b: bytes) -> float:
    """The share of equal 16-bit values: an estimate of two texts' Jaccard likeness."""
    equal: int = sum(map(eq, memoryview(a).cast("H"), memoryview(b).cast("H")))
    return 2 * equal / len(a)


def _as_pairs(rows: pl.DataFrame, alike: list[tuple[int, int, float]]) -> pl.DataFrame:
    if not alike:
        return pl.DataFrame(schema=PAIRS)
    named = rows.select(SIDE)
    a, b = named[[pair[0] for pair in alike]], named[[pair[1] for pair in alike]]
    sides = [a.rename({name: f"a_{name}" for name in SIDE}), b.rename({name: f"b_{name}" for name in SIDE})]
    shares = pl.DataFrame({"likeness": pl.Series([share for *_, share in alike], dtype=pl.Float32)})
    pairs = pl.concat([*sides, shares], how="horizontal").select(PAIRS.names())
    return pairs.filter((pl.col("a_fetched_at") - pl.col("b_fetched_at")).abs() <= WINDOW)

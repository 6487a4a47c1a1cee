"""Texts compared by the MinHash that each carries: those that share a band of it, and are alike enough."""

from __future__ import annotations

from datetime import timedelta
from operator import eq

import polars as pl

from broadtape.archive.near_pairs import PAIRS, SIDE

__all__ = ["WINDOW", "compare", "likeness"]

WINDOW = timedelta(days=14)
"""How far apart two texts may have been fetched: the same release runs everywhere within days."""
_LEAST = 0.45
"""Estimated Jaccard likeness of a pair; a text of which every tenth word was changed has about 0.55."""
_BANDS, _BAND = 42, 6
"""Bands of three 16-bit values: a pair at the least likeness shares one of them with probability 0.98."""
_CROWD = 30
"""Texts that share a band; more of them are each compared with the earliest only."""


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

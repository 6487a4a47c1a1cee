"""Which texts are the same, or nearly: by digest, and by their MinHash values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import polars as pl

__all__ = ["LIKE", "clusters", "nearest"]

LIKE = 0.8
"""Share of three-word shingles that two texts must have in common (Jaccard, as MinHash estimates it) to be near."""
_BANDS, _BAND = 16, 16
"""The 256 bytes of MinHash values are compared in so many bands of so many bytes: texts that share 0.8 meet in one of
them with a chance of 94 %, those that share 0.4 with one of 1 %; what meets is then compared whole."""


def clusters(rows: pl.DataFrame, *, near: bool) -> pl.Series:
    """For each row the number of the first row whose text is the same or, where `near`, nearly the same.

    Needs `article_id`, `text_sha256` and, where `near`, `minhash`. All rows of an article are of one cluster. Being
    near goes on: if b is near a and c is near b, all three are of one cluster.
    """
    numbered = rows.with_row_index("row")
    group = _Groups(rows.height)
    for column in ("article_id", "text_sha256"):
        for first, *others in _alike(numbered, pl.col(column)):
            for other in others:
                group.join(first, other)
    if near:
        values = rows["minhash"]
        for first, second in _candidates(numbered):
            if group.of(first) != group.of(second) and _likeness(values[first], values[second]) >= LIKE:
                group.join(first, second)
    return pl.Series("cluster", [group.of(row) for row in range(rows.height)], pl.UInt32)


def nearest(rows: pl.LazyFrame, minhash: bytes) -> pl.DataFrame:
    """Those of `rows` whose `minhash` is near this one, most alike first, with their `likeness` instead of it."""
    bands = [slice(band * _BAND, (band + 1) * _BAND) for band in range(_BANDS)]
    meets = (pl.col("minhash").bin.slice(band.start, _BAND) == minhash[band] for band in bands)
    found = rows.filter(pl.any_horizontal(meets)).collect()
    likeness = pl.Series("likeness", [_likeness(value, minhash) for value in found["minhash"]], pl.Float64)
    near = found.drop("minhash").with_columns(likeness).filter(pl.col("likeness") >= LIKE)
    return near.sort("likeness", descending=True, maintain_order=True)


class _Groups:
    """Rows joined into groups, each known by its first row."""

    def __init__(self, count: int) -> None:
        self._first = list(range(count))

    def of(self, row: int) -> int:
        while self._first[row] != row:
            self._first[row] = row = self._first[self._first[row]]
        return row

    def join(self, one: int, other: int) -> None:
        low, high = sorted((self.of(one), self.of(other)))
        self._first[high] = low


def _candidates(rows: pl.DataFrame) -> Iterator[tuple[int, int]]:
    """Pairs that meet in a band: each row of a bucket with its first, since a bucket may be large."""
    for band in range(_BANDS):
        for first, *others in _alike(rows, pl.col("minhash").bin.slice(band * _BAND, _BAND)):
            for other in others:
                yield first, other


def _alike(rows: pl.DataFrame, what: pl.Expr) -> Iterable[list[int]]:
    """Rows of equal value, where there are several; null equals nothing."""
    alike = rows.select("row", what.alias("value")).drop_nulls().group_by("value").agg("row")
    return alike.filter(pl.col("row").list.len() > 1).select(pl.col("row").list.sort())["row"].to_list()


def _likeness(one: bytes, other: bytes) -> float:
    pairs = zip(memoryview(one).cast("H"), memoryview(other).cast("H"), strict=True)
    return sum(mine == theirs for mine, theirs in pairs) / (len(one) // 2)

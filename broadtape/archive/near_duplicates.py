"""Near-duplicates: which texts of different stories are nearly the same, as a derived table of pairs.

Found from the MinHash that each article carries, for what is new since the last time, among what was fetched within
some days of it: no text is read, and the archive is not read anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import polars as pl

from broadtape.archive.delta.queries import sql_text, sql_time
from broadtape.archive.near_comparison import WINDOW, compare
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
from broadtape.archive.opened_here import opened_here
from broadtape.archive.stores.object_store import ObjectStore
from broadtape.errors import DigestMismatch
from broadtape.times import shifted
from broadtape.work import Doing, WholePart

if TYPE_CHECKING:
    from broadtape.archive.delta.tables import Table

__all__ = ["NearPart", "pairs_at", "update"]

_CHUNK = 200_000
"""New texts that are looked for at once. All texts of four weeks and more are read for each chunk, so that small ones
would read a dense month (a backfill's) many times: what is read for so many is 50 to 200 MB."""
_FEW = 50_000
"""New texts that are compared in this process: some seconds' work, where a day's are some hundred or thousand."""
_SETTLING = timedelta(minutes=10)
"""Commits may become visible in another order than their times; what is this young is looked at again."""

_Found: TypeAlias = tuple[pl.DataFrame, datetime]
"""Pairs, and when the last of the new texts that they were looked for with was archived."""


class _Chunk(NamedTuple):
    """Some new texts of a month, which begin at this place among all of them."""

    month: str
    start: int
    texts: pl.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class NearPart(WholePart[_Found]):
    """Looks for the pairs of a chunk, at a version of `articles`; see `broadtape.work`."""

    uri: str
    version: int
    since: datetime | None
    month: str
    start: int
    texts: int

    @property
    def about(self) -> str:
        """What it is."""
        return f"The near-duplicates of {self.texts:,} texts of {self.month}"

    def do(self) -> _Found:
        """Reads the texts of the month anew, and all within WINDOW of them."""
        articles = opened_here(self.uri).tables["articles"]
        new = _new(articles, self.month, self.since, self.version)
        return _compared(articles, new.slice(self.start, self.texts), self.version)


def update(articles: Table, store: ObjectStore, doing: Doing | None = None) -> int:
    """Adds the pairs of what was archived since the last time; their number. One at a time may do so.

    `doing` compares them where they are many. Killed, the pairs found by then are kept, and found but once.
    """
    since, known = _kept(store)
    version = articles.version()
    found, newest = 0, None
    for compared, last in _found(articles, since, version if version >= 0 else None, doing):
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
    newer = [pairs for pairs, _ in _found(articles, compared_until(store), version, None)]
    return pl.concat([stored_pairs(store), *newer]).unique()


def _kept(store: ObjectStore) -> tuple[datetime | None, pl.DataFrame]:
    """Until when texts were compared, and the pairs found so far; what is damaged is thrown away, and made anew."""
    try:
        return compared_until(store), stored_pairs(store)
    except DigestMismatch:
        clear(store)
        return None, pl.DataFrame(schema=PAIRS)


def _found(articles: Table, since: datetime | None, version: int | None, doing: Doing | None) -> Iterator[_Found]:
    """What is found with each chunk of texts that were fetched one after the other; by `doing` where they are many."""
    chunks = _chunks(articles, since, version)
    first, texts = [], 0
    while doing and texts <= _FEW and (chunk := next(chunks, None)):
        first.append(chunk)
        texts += chunk.texts.height
    every = chain(first, chunks)
    if doing is None or version is None or texts <= _FEW:
        yield from (_compared(articles, chunk.texts, version) for chunk in every)
        return
    uri = articles.store.uri
    yield from doing(
        NearPart(uri=uri, version=version, since=since, month=chunk.month, start=chunk.start, texts=chunk.texts.height)
        for chunk in every
    )


def _chunks(articles: Table, since: datetime | None, version: int | None) -> Iterator[_Chunk]:
    for month in articles.partitions(f"archived_at > {sql_time(since)}" if since else None, version):
        new = _new(articles, month, since, version)
        for start in range(0, new.height, _CHUNK):
            yield _Chunk(month, start, new.slice(start, _CHUNK))


def _new(articles: Table, month: str, since: datetime | None, version: int | None) -> pl.DataFrame:
    """The texts that were fetched in a month and archived after that time, in an order that is always the same."""
    after = since or datetime.min.replace(tzinfo=UTC)
    only = f"fetched_month = {sql_text(month)}" + (f" AND archived_at > {sql_time(since)}" if since else "")
    wanted = (pl.col("fetched_month") == month) & (pl.col("archived_at") > after)
    return _texts(articles, wanted, only, version).sort("fetched_at", "article_id", "archived_at")


def _compared(articles: Table, chunk: pl.DataFrame, version: int | None) -> _Found:
    last = chunk["archived_at"].max()
    assert isinstance(last, datetime)
    rows = _about(articles, chunk, version)
    return compare(rows.join(chunk, on=SIDE, how="semi"), rows), last


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

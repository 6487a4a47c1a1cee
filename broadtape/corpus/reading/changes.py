"""What was added to an archive since a reader last looked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import polars as pl

from broadtape.corpus.reading import plan
from broadtape.corpus.reading.query import Query
from broadtape.corpus.reading.snapshot import Snapshot
from broadtape.corpus.reading.where import at_least

__all__ = ["added_since_time", "added_since_version", "in_order"]

_SLACK = timedelta(hours=1)
"""How much earlier than what was there already a row may be stamped that came later: commits race, clocks differ."""
_BATCH = 5_000
_EDITION = ("article_id", "fetched_at", "extractor")


def added_since_version(pinned: Snapshot, before: pl.LazyFrame, query: Query) -> pl.DataFrame:
    """Keys of the editions that `query` admits and that `before` does not hold."""
    last = before.select(pl.col("archived_at").max()).collect().item()
    found = _archived_from(pinned, last - _SLACK if last else None, query)
    known = before.filter(pl.col("article_id").is_in(found["article_id"].unique().implode()))
    return found.join(known.select(_EDITION).unique().collect(), on=_EDITION, how="anti")


def added_since_time(pinned: Snapshot, moment: datetime, query: Query) -> pl.DataFrame:
    """Keys of the editions that `query` admits and that the archive first had after `moment`."""
    return _archived_from(pinned, moment, query).filter(pl.col("archived_at") > moment)


def in_order(pinned: Snapshot, keys: pl.DataFrame, columns: Sequence[str]) -> Iterator[pl.DataFrame]:
    """The rows with their texts, in the order in which they were archived."""
    ordered = keys.sort("archived_at", *_EDITION)
    for start in range(0, ordered.height, _BATCH):
        yield pinned.collect(plan.of_keys(pinned.rows, ordered.slice(start, _BATCH), columns))


def _archived_from(pinned: Snapshot, moment: datetime | None, query: Query) -> pl.DataFrame:
    """The editions of every article that has a row archived from `moment` on."""
    if moment is not None:
        recent = pinned.rows(at_least("archived_at", moment)).filter(pl.col("archived_at") >= moment)
        names = frozenset(recent.select("article_id").unique().collect()["article_id"])
        query = replace(query, article_ids=names)
    found = pinned.selection(replace(query, depth="editions")).keys().collect()
    return found if moment is None else found.filter(pl.col("archived_at") >= moment)

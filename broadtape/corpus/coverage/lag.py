"""How long an outlet's stories take from publication into the archive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import polars as pl

from broadtape.corpus.reading.filters import Clock

if TYPE_CHECKING:
    from broadtape.corpus.reader import Corpus

__all__ = ["Lag", "lag_of"]


@dataclass(frozen=True, slots=True)
class Lag:
    """From when the publisher says to when the archive had the first text: half of the stories took no longer than
    `median`, nine of ten no longer than `most`."""

    stories: int
    median: timedelta
    most: timedelta


def lag_of(
    corpus: Corpus, site: str, *, since: datetime, as_of: datetime | None = None, clock: Clock = "archived"
) -> Lag | None:
    """Of the outlet's stories published since then and fetched by a crawl; None where there is none.

    Left out are stories of which only the day is known, and those archived before they claim to be published.
    """
    rows = corpus.rows().filter(pl.col("site") == site, pl.col("source") == "crawl")
    if as_of is not None:
        rows = rows.filter(pl.col(f"{clock}_at") <= as_of)
    first = rows.group_by("article_id").agg(
        pl.col("archived_at").min(), pl.col("published_at", "published_precision").sort_by("fetched_at").first()
    )
    took = pl.col("archived_at") - pl.col("published_at")
    dated = first.filter(pl.col("published_at") >= since, pl.col("published_precision") != "day", took >= timedelta(0))
    told = corpus.collect(
        dated.select(
            pl.len().alias("stories"),
            took.quantile(0.5, "lower").alias("median"),
            took.quantile(0.9, "higher").alias("most"),
        )
    ).row(0, named=True)
    return Lag(told["stories"], told["median"], told["most"]) if told["stories"] else None

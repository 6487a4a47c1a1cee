"""What was listed and is not in the archive, with the reason; and how each day's looks at an outlet went."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import polars as pl

from broadtape.corpus.ledger_reading import LedgerReading
from broadtape.corpus.reading.filters import Clock

__all__ = ["looks_of", "missing_of"]


def looks_of(
    corpus: LedgerReading,
    sites: Collection[str] = (),
    *,
    as_of: datetime | None = None,
    clock: Clock = "archived",
) -> pl.DataFrame:
    """Per outlet and day (UTC) with a look at it: `site`, `date`, `looks`, `failed` (in trouble), `busy`; as of any
    time."""
    found = corpus.days(as_of=as_of, clock=clock).filter(pl.col("polls") + pl.col("busy") > 0)
    if sites:
        found = found.filter(pl.col("site").is_in(list(sites)))
    return found.select("site", "date", pl.col("polls").alias("looks"), "failed", "busy").sort("site", "date")


def missing_of(
    corpus: LedgerReading,
    sites: Collection[str] = (),
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    as_of: datetime | None = None,
    clock: Clock = "archived",
) -> pl.DataFrame:
    """Each listed story of which the archive has no text: `site`, `date`, `url`, `outcome`, `reason`, by day; as of any
    time.

    Its day (UTC) is that of its publication as the listing has it, else of its first listing. An address that is no
    story by the outlet's patterns is left out.
    """
    newest = corpus.missing(sites, as_of=as_of, clock=clock)
    if since is not None:
        newest = newest.filter(pl.col("at") >= since)
    if until is not None:
        newest = newest.filter(pl.col("at") < until)
    reason = pl.coalesce("reason", pl.col("status").cast(pl.String), pl.lit("unknown"))
    told = newest.select("site", pl.col("at").dt.date().alias("date"), "url", "outcome", reason.alias("reason"))
    return told.sort("site", "date", "url")

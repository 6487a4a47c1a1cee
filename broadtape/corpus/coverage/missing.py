"""What was listed and is not in the archive, with the reason; and how each day's looks at an outlet went."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import polars as pl

from broadtape.corpus.coverage.outlets import recorded_by
from broadtape.corpus.ledger_reading import LedgerReading
from broadtape.corpus.reading.filters import Clock

__all__ = ["looks_of", "missing_of"]

_LISTED = ("feed", "news_sitemap", "archive_sitemap", "section")
_HELD = ("archived", "unchanged", "gone")
"""Outcomes of a story that the archive has a text of."""
_NO_STORY = "pattern"
"""How the reason of an address begins that is no story by the outlet's own file: nothing is missing with it."""


def looks_of(
    corpus: LedgerReading,
    sites: Collection[str] = (),
    *,
    as_of: datetime | None = None,
    clock: Clock = "archived",
) -> pl.DataFrame:
    """Per outlet and day (UTC) with a look at it: `site`, `date`, `looks`, `failed` (in trouble), `busy`; as of any
    time."""
    of_outlets = (pl.col("url").is_null(), pl.col("outcome").is_in(["polled", "busy"]))
    about = recorded_by(corpus.captures(), as_of, clock).filter(*of_outlets)
    if sites:
        about = about.filter(pl.col("site").is_in(list(sites)))
    day = pl.coalesce("fetched_at", "recorded_at").dt.date().alias("date")
    polled = pl.col("outcome") == "polled"
    counts = (
        polled.sum().cast(pl.Int64).alias("looks"),
        (polled & pl.col("reason").is_not_null()).sum().cast(pl.Int64).alias("failed"),
        (~polled).sum().cast(pl.Int64).alias("busy"),
    )
    return corpus.collect(about.group_by("site", day).agg(counts).sort("site", "date"))


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
    rows = recorded_by(corpus.captures(), as_of, clock).filter(pl.col("url_id").is_not_null())
    if sites:
        rows = rows.filter(pl.col("site").is_in(list(sites)))
    said = pl.coalesce("published_at", "first_listed_at", "recorded_at")
    newest = (
        rows.sort("recorded_at", maintain_order=True)
        .group_by("site", "url_id")
        .agg(
            pl.col("url", "outcome", "reason", "status").last(),
            said.drop_nulls().last().alias("at"),
            pl.col("via").is_in(_LISTED).any().alias("listed"),
            pl.col("outcome").is_in(_HELD).any().alias("held"),
        )
        .filter(
            pl.col("listed"),
            ~pl.col("held"),
            ~((pl.col("outcome") == "skipped") & pl.col("reason").str.starts_with(_NO_STORY).fill_null(value=False)),
        )
    )
    if since is not None:
        newest = newest.filter(pl.col("at") >= since)
    if until is not None:
        newest = newest.filter(pl.col("at") < until)
    reason = pl.coalesce("reason", pl.col("status").cast(pl.String), pl.lit("unknown"))
    told = newest.select("site", pl.col("at").dt.date().alias("date"), "url", "outcome", reason.alias("reason"))
    return corpus.collect(told.sort("site", "date", "url"))

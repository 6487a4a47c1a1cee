"""What rows of the ledger add up to, in frames of which two parts of the ledger make one.

`days`: how often an outlet was looked at on a day; `looks`: what its last look said of its listings; `addresses`: the
state of each address. Of the latter those are kept that somebody asks for: listed and not held, or quarantined.
"""

from __future__ import annotations

import polars as pl

__all__ = [
    "COLUMNS",
    "DAYS",
    "LOOKS",
    "addresses",
    "days",
    "is_lacking",
    "is_missing",
    "is_waiting",
    "joined_addresses",
    "joined_days",
    "joined_looks",
    "looks",
]

COLUMNS = (
    "site", "outcome", "recorded_at", "fetched_at", "url", "url_id", "reason", "status", "via", "published_at",
    "first_listed_at", "detail",
)  # fmt: skip
"""Of the ledger: all that the sums are made of."""
_COUNTS = ("polls", "failed", "busy")
_LASTS = ("last_polled", "last_run", "last_archived")
DAYS = ("site", "date", *_COUNTS, *_LASTS)
"""Per outlet and day (UTC) with a row: `polls` of its listings, how many of them `failed`, runs that found it `busy`;
when its listings were last polled; and when the last look and the last `archived` row of that day were recorded."""
LOOKS = ("site", "recorded_at", "detail")
"""The last look of each outlet that tells of its listings."""

_LISTED = ("feed", "news_sitemap", "archive_sitemap", "section")
_HELD = ("archived", "unchanged", "gone")
"""Outcomes of a story that the archive has a text of."""
_NO_STORY = "pattern"
"""How the reason of an address begins that is no story by the outlet's own file: nothing is missing with it."""
_OF_OUTLET = pl.col("url").is_null()
_LISTINGS = r'"listings":\s?\[\{'


def days(rows: pl.LazyFrame) -> pl.LazyFrame:
    """`DAYS` of these rows."""
    outcome = pl.col("outcome")
    polled = _OF_OUTLET & (outcome == "polled")
    counts = {
        "polls": polled,
        "failed": polled & pl.col("reason").is_not_null(),
        "busy": _OF_OUTLET & (outcome == "busy"),
    }
    looked = pl.coalesce("fetched_at", "recorded_at")
    return rows.group_by("site", looked.dt.date().alias("date")).agg(
        *(which.sum().cast(pl.Int64).alias(name) for name, which in counts.items()),
        looked.filter(polled).max().alias("last_polled"),
        pl.col("recorded_at").filter(outcome == "polled").max().alias("last_run"),
        pl.col("recorded_at").filter(outcome == "archived").max().alias("last_archived"),
    )


def joined_days(parts: pl.DataFrame) -> pl.DataFrame:
    """One `DAYS` of the rows of several."""
    return parts.group_by("site", "date").agg(pl.col(*_COUNTS).sum(), pl.col(*_LASTS).max())


def looks(rows: pl.LazyFrame) -> pl.LazyFrame:
    """`LOOKS` of these rows."""
    polled = rows.filter(_OF_OUTLET, pl.col("outcome") == "polled", pl.col("detail").str.contains(_LISTINGS))
    return _newest(polled.select(LOOKS), "site")


def joined_looks(parts: pl.DataFrame) -> pl.DataFrame:
    """One `LOOKS` of the rows of several."""
    return _newest(parts.lazy(), "site").collect()


def addresses(rows: pl.LazyFrame) -> pl.LazyFrame:
    """The state of each address of these rows: its newest row's `url`, `outcome`, `reason`, `status`, `recorded_at`;
    `at`, its day; whether it was ever `listed`, whether a text of it is `held`."""
    said = pl.coalesce("published_at", "first_listed_at", "recorded_at")
    told = rows.filter(pl.col("url_id").is_not_null()).with_columns(
        at=said, listed=pl.col("via").is_in(_LISTED), held=pl.col("outcome").is_in(_HELD)
    )
    return _states(told)


def joined_addresses(parts: pl.DataFrame) -> pl.DataFrame:
    """The states of addresses of which several parts of the ledger have rows."""
    return _states(parts.lazy()).collect()


def is_lacking() -> pl.Expr:
    """Of an address: no text is held, and it is a story by its outlet's patterns."""
    no_story = (pl.col("outcome") == "skipped") & pl.col("reason").str.starts_with(_NO_STORY).fill_null(value=False)
    return ~pl.col("held") & ~no_story


def is_missing() -> pl.Expr:
    """Of an address: it is lacking, and was listed."""
    return pl.col("listed") & is_lacking()


def is_waiting() -> pl.Expr:
    """Of an address: its page is quarantined."""
    return pl.col("outcome") == "quarantined"


def _states(rows: pl.LazyFrame) -> pl.LazyFrame:
    newest = rows.sort("recorded_at", maintain_order=True).group_by("site", "url_id")
    return newest.agg(
        pl.col("url", "outcome", "reason", "status", "recorded_at").last(),
        pl.col("at").drop_nulls().last(),
        pl.col("listed", "held").any(),
    )


def _newest(rows: pl.LazyFrame, *by: str) -> pl.LazyFrame:
    return rows.sort("recorded_at", maintain_order=True).group_by(*by).last()

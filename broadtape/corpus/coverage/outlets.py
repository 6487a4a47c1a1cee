"""What the archive holds of each outlet, and on which days it looked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

import polars as pl

from broadtape.corpus.reading.dating import UNDATED
from broadtape.corpus.reading.filters import Clock
from broadtape.corpus.reading.query import Query
from broadtape.times import utc

__all__ = [
    "Outlet",
    "coverage_of",
    "daily_polls",
    "of_whole_days",
    "outlets_of",
    "polls_of_days",
    "polls_within",
    "recorded_by",
]

_POLLED = (pl.col("outcome") == "polled") & pl.col("url").is_null()
"""A row about a look at the outlet; with an address it is about its robots.txt."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """One outlet in the archive. All times UTC; None where nothing of the kind is archived."""

    site: str
    articles: int
    revisions: int
    """Texts that publishers gave, first ones included."""
    first_published_at: datetime | None
    last_published_at: datetime | None
    last_fetched_at: datetime | None
    last_polled_at: datetime | None
    """When its feeds were last looked at."""
    access: str | None
    rights: str | None
    rights_checked_at: datetime | None
    """Rights as of the story fetched last."""


def outlets_of(rows: pl.LazyFrame, captures: pl.LazyFrame) -> list[Outlet]:
    """Every outlet that has an article or a row in the ledger, by name."""
    newest = pl.col("fetched_at").arg_max()
    held = rows.group_by("site").agg(
        pl.col("article_id").n_unique().alias("articles"),
        pl.struct("article_id", "fetched_at").n_unique().alias("revisions"),
        pl.col("published_at").min().alias("first_published_at"),
        pl.col("published_at").max().alias("last_published_at"),
        pl.col("fetched_at").max().alias("last_fetched_at"),
        pl.col("access", "rights", "rights_checked_at").get(newest),
    )
    looked = captures.group_by("site").agg(_polled_at().max().alias("last_polled_at"))
    joined = looked.join(held, on="site", how="full", coalesce=True).sort("site").collect()
    names = list(Outlet.__dataclass_fields__)
    return [Outlet(**_plain(row)) for row in joined.select(names).iter_rows(named=True)]


def coverage_of(current: pl.LazyFrame, polls: pl.LazyFrame, order: str) -> pl.DataFrame:
    """Per outlet and day (UTC) with either: `site`, `date`, `articles` by the column `order`, `polls` of its feeds (as
    `daily_polls` gives them), `undated`: how many of the articles have no time of publication."""
    articles = _daily(current, pl.col(order), "articles", UNDATED.sum().cast(pl.Int64).alias("undated"))
    return (
        articles.join(polls, on=["site", "date"], how="full", coalesce=True)
        .select("site", "date", pl.col("articles", "polls", "undated").fill_null(0))
        .sort("site", "date")
        .collect()
    )


def daily_polls(captures: pl.LazyFrame) -> pl.LazyFrame:
    """Per outlet and day (UTC) with one, its `polls`."""
    return _daily(captures, _polled_at(), "polls")


def of_whole_days(query: Query) -> bool:
    """Whether what `query` asks of the ledger can be told by days."""
    ends = (moment for moment in (query.since, query.until) if moment is not None)
    return query.as_of is None and all(moment.time() == time.min for moment in map(utc, ends))


def polls_of_days(days: pl.DataFrame, query: Query) -> pl.LazyFrame:
    """`daily_polls` from the ledger's days, of the outlets and in the time that `query` asks about."""
    found = days.lazy().filter(pl.col("polls") > 0)
    if query.site:
        found = found.filter(pl.col("site").is_in(query.site))
    if query.since is not None:
        found = found.filter(pl.col("date") >= utc(query.since).date())
    if query.until is not None:
        found = found.filter(pl.col("date") < utc(query.until).date())
    return found.select("site", "date", "polls")


def polls_within(captures: pl.LazyFrame, query: Query) -> pl.LazyFrame:
    """The ledger's polls of the outlets and in the time that `query` asks about."""
    polled, found = _polled_at(), captures.filter(_POLLED)
    if query.site:
        found = found.filter(pl.col("site").is_in(query.site))
    if query.since is not None:
        found = found.filter(polled >= query.since)
    if query.until is not None:
        found = found.filter(polled < query.until)
    return recorded_by(found, query.as_of, query.clock)


def recorded_by(captures: pl.LazyFrame, as_of: datetime | None, clock: Clock) -> pl.LazyFrame:
    """The ledger as of a moment; all of it where none is given."""
    if as_of is None:
        return captures
    stamp = pl.col("recorded_at") if clock == "archived" else pl.coalesce("fetched_at", "recorded_at")
    return captures.filter(stamp <= as_of)


def _polled_at() -> pl.Expr:
    polled = pl.coalesce("fetched_at", "recorded_at")
    return pl.when(_POLLED).then(polled)


def _daily(rows: pl.LazyFrame, moment: pl.Expr, name: str, *others: pl.Expr) -> pl.LazyFrame:
    days = rows.with_columns(moment.dt.date().alias("date")).drop_nulls("date")
    return days.group_by("site", "date").agg(pl.len().cast(pl.Int64).alias(name), *others)


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    for name in ("articles", "revisions"):
        row[name] = row[name] or 0
    return {name: value.replace(tzinfo=UTC) if isinstance(value, datetime) else value for name, value in row.items()}

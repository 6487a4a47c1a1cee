"""`time_to_go_by` over the archive's rows, in a form that still leaves out files and row groups by their statistics."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from broadtape.corpus.reading.where import all_of, any_of, between

__all__ = ["DATED", "DATED_SQL", "UNDATED", "dated", "from_on", "until", "where_between"]

DATED = ("dated_at", "dated_by")
"""Columns that are made on reading: the time that a row goes by, and what it rests on (`DatedBy`)."""

_said, _listed, _fetched = pl.col("published_at"), pl.col("first_listed_at"), pl.col("fetched_at")
_seen = pl.min_horizontal(_listed, _fetched)
UNDATED = _said.is_null()
"""Whether a row has no time of publication."""
DATED_SQL = """
coalesce(published_at, least(first_listed_at, fetched_at)) AS dated_at,
CASE WHEN published_at IS NOT NULL THEN 'published' WHEN first_listed_at <= fetched_at THEN 'listed' ELSE 'fetched' END
AS dated_by
"""
"""The same columns in DuckDB's SQL."""


def dated(rows: pl.LazyFrame) -> pl.LazyFrame:
    """The rows with the columns `DATED`."""
    listed = (_listed <= _fetched).fill_null(value=False)
    by = pl.when(~UNDATED).then(pl.lit("published")).when(listed).then(pl.lit("listed")).otherwise(pl.lit("fetched"))
    return rows.with_columns(pl.coalesce(_said, _seen).alias("dated_at"), by.alias("dated_by"))


def from_on(moment: datetime) -> pl.Expr:
    """Whether a row goes by this time or a later one."""
    # What was fetched earlier was seen earlier: said apart, since statistics know it.
    return (_said >= moment) | (UNDATED & (_fetched >= moment) & (_seen >= moment))


def until(moment: datetime) -> pl.Expr:
    """Whether a row goes by an earlier time."""
    return (_said < moment) | (UNDATED & (_seen < moment))


def where_between(first: datetime | None, end: datetime | None) -> str | None:
    """What the table's statistics can tell of both."""
    said = between("published_at", first, end)
    return said and any_of([said, all_of("published_at IS NULL", between("fetched_at", first, None))])

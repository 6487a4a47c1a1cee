"""One security: the stories that name it, when they came, beside which others, and who had them first."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from broadtape.corpus import Corpus
from broadtape.corpus.reading.filters import Narrowing
from broadtape.times import EARLIEST, utcnow
from broadtape.web.article_list import PER_PAGE, Listing, newest
from broadtape.web.page_context import PageContext, context_of
from broadtape.web.page_query import PageQuery
from broadtape.web.pages.corrected import corrected_lately
from broadtape.web.prices import Closes
from broadtape.web.shortlist import Shortlist
from broadtape.web.snapshot_cache import CachedView
from broadtape.web.widgets.timeline import Timeline, timeline_of

__all__ = ["ticker"]

_DAYS = 90
_OTHERS, _CORRECTED = 12, 4


@dataclass(frozen=True, slots=True)
class OutletShare:
    """How much of the news of a security one outlet had."""

    site: str
    stories: int
    first: int
    """Stories that others had in nearly the same words, and this one before them."""


@dataclass(frozen=True, slots=True)
class Named:
    """How the security's stories speak of it."""

    ways: list[dict[str, Any]]
    """`exchange`, `evidence` and in how many `stories`, most frequent first."""
    others: Shortlist[tuple[str, int]]
    """Symbols that stand in the same stories, with in how many."""
    outlets: list[OutletShare]


def ticker(request: Request) -> Response:
    """The ticker's page."""
    context, asked = context_of(request), PageQuery.of(request.query_params)
    view, symbol = context.view(), request.path_params["symbol"].upper()
    filters = asked.then(ticker=symbol)
    found = newest(view, filters, offset=(asked.page - 1) * PER_PAGE)
    if not symbol or not found.total:
        then = f" as of {asked.as_of:%Y-%m-%d %H:%M} UTC" if asked.as_of else ""
        raise HTTPException(404, f"No story in the archive {view.corpus.uri} names {symbol[:100]}{then}.")
    closes = context.prices.of(symbol) if context.prices else None
    corrections, corrected = corrected_lately(view, filters, limit=_CORRECTED)
    return context.page(
        request,
        "ticker",
        asked,
        symbol=symbol,
        found=found,
        named=view.remember(("named", *sorted(filters.items())), lambda: _named(view, asked, filters, symbol)),
        timeline=_timeline(context, asked, found, symbol, closes or Closes()),
        closes=closes,
        corrections=corrections,
        corrected=corrected,
    )


def _timeline(context: PageContext, asked: PageQuery, found: Listing, symbol: str, closes: Closes) -> Timeline:
    """The last days; those up to the newest story where nothing came in them."""
    last = (asked.as_of or utcnow()).date()
    newest_day = found.rows[0]["published_at"] if asked.page == 1 and found.rows else None
    if newest_day and (last - newest_day.date()).days >= _DAYS:
        last = max(newest_day.date(), EARLIEST)
    days: Narrowing = asked.then(ticker=symbol, since=last - timedelta(days=_DAYS - 1), until=last + timedelta(days=1))
    coverage = context.view().corpus.coverage(**days)
    counts: Counter[date] = Counter()
    for day, count in coverage.select("date", "articles").iter_rows():
        counts[day] += count
    # Prices of later days are not what a reader as of then could know.
    known = {day: close for day, close in closes.by_day.items() if asked.as_of is None or day < asked.as_of.date()}
    return timeline_of(
        counts, known, last, _DAYS, lambda day: asked.link("/search", ticker=symbol, since=day, until=day)
    )


def _named(view: CachedView, asked: PageQuery, filters: Narrowing, symbol: str) -> Named:
    rows = view.corpus.collect(view.corpus.frame(columns=("article_id", "site", "tickers"), **filters))
    named = rows.select("article_id", "tickers").explode("tickers").unnest("tickers")
    exchange, _, bare = symbol.rpartition(":")
    mine = named.filter(pl.col("symbol") == bare, pl.lit(not exchange) | (pl.col("exchange") == exchange))
    ways = mine.group_by("exchange", "evidence").len("stories")
    others = named.filter(pl.col("symbol") != bare).unique(("article_id", "symbol")).group_by("symbol").len("stories")
    ranked = others.sort("stories", "symbol", descending=[True, False])
    return Named(
        ways.sort("stories", "exchange", "evidence", descending=[True, False, False]).to_dicts(),
        Shortlist.of(list(ranked.iter_rows()), _OTHERS),
        _outlets(view.corpus, asked, rows),
    )


def _outlets(corpus: Corpus, asked: PageQuery, rows: pl.DataFrame) -> list[OutletShare]:
    clusters = corpus.clusters(as_of=asked.as_of, clock=asked.clock)
    first = set(clusters.filter(pl.col("place") == 1)["article_id"])
    counted = rows.group_by("site").agg(
        pl.len().alias("stories"), pl.col("article_id").is_in(first).sum().alias("first")
    )
    ranked = counted.sort("first", "stories", "site", descending=[True, True, False])
    return [OutletShare(**row) for row in ranked.iter_rows(named=True)]

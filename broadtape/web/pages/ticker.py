"""One security: the stories that name it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import polars as pl
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from broadtape.corpus import Corpus
from broadtape.corpus.reading.filters import Narrowing
from broadtape.times import EARLIEST, utcnow
from broadtape.web.article_list import PER_PAGE, newest
from broadtape.web.page_context import context_of
from broadtape.web.page_query import PageQuery
from broadtape.web.widgets.chart import daily_chart

__all__ = ["ticker"]

_DAYS = 90


def ticker(request: Request) -> Response:
    """The ticker's page."""
    context, asked = context_of(request), PageQuery.of(request.query_params)
    view, symbol = context.view(), request.path_params["symbol"].upper()
    corpus, filters = view.corpus, asked.then(ticker=symbol)
    found = newest(view, filters, offset=(asked.page - 1) * PER_PAGE)
    if not symbol or not found.total:
        then = f" as of {asked.as_of:%Y-%m-%d %H:%M} UTC" if asked.as_of else ""
        raise HTTPException(404, f"No story in the archive {corpus.uri} names {symbol}{then}.")
    last = (asked.as_of or utcnow()).date()
    newest_day = found.rows[0]["published_at"] if asked.page == 1 and found.rows else None
    if newest_day and (last - newest_day.date()).days >= _DAYS:
        last = max(newest_day.date(), EARLIEST)
    days: Narrowing = {**filters, "since": last - timedelta(days=_DAYS - 1), "until": last + timedelta(days=1)}
    return context.page(
        request,
        "ticker",
        asked,
        symbol=symbol,
        found=found,
        pages=-(-found.total // PER_PAGE),
        names=_names(corpus, filters, symbol),
        chart=daily_chart(corpus.coverage(**days), last, _DAYS, context.titles),
    )


def _names(corpus: Corpus, filters: Narrowing, symbol: str) -> list[dict[str, Any]]:
    """How pages name this security: `exchange`, `evidence` and in how many stories, most frequent first."""
    exchange, _, bare = symbol.rpartition(":")
    named = corpus.frame(columns=("tickers",), **filters).explode("tickers").unnest("tickers")
    counted = (
        named.filter(pl.col("symbol") == bare, pl.lit(not exchange) | (pl.col("exchange") == exchange))
        .group_by("exchange", "evidence")
        .len("stories")
        .sort("stories", "exchange", "evidence", descending=[True, False, False])
    )
    return corpus.collect(counted).to_dicts()

"""One author: the stories under that name, for whom and on what."""

from __future__ import annotations

from collections import Counter

import polars as pl
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from broadtape.corpus.reading.filters import Narrowing
from broadtape.web.article_list import PER_PAGE, newest
from broadtape.web.page_context import context_of
from broadtape.web.page_query import PageQuery
from broadtape.web.shortlist import Shortlist
from broadtape.web.snapshot_cache import CachedView

__all__ = ["author"]

_SHOWN = 12
Counts = Shortlist[tuple[str, int]]


def author(request: Request) -> Response:
    """The author's page; the name is taken as pages write it, for nobody knows who is the same person."""
    context, asked = context_of(request), PageQuery.of(request.query_params)
    name = request.path_params["name"].strip()
    view, filters = context.view(), asked.then(site=asked.site)
    found = newest(view, filters, offset=(asked.page - 1) * PER_PAGE, author=name)
    if not name or not found.total:
        then = f" as of {asked.as_of:%Y-%m-%d %H:%M} UTC" if asked.as_of else ""
        raise HTTPException(404, f"No story in the archive {view.corpus.uri} is by {name[:200]}{then}.")
    outlets, tickers = view.remember(("author", name, *sorted(filters.items())), lambda: _about(view, filters, name))
    return context.page(
        request,
        "author",
        asked,
        name=name,
        found=found,
        outlets=outlets,
        tickers=tickers,
    )


def _about(view: CachedView, filters: Narrowing, name: str) -> tuple[Counts, Counts]:
    """Outlets and symbols of the author's stories, with how many, the most frequent first."""
    rows = view.corpus.frame(columns=("site", "tickers", "authors"), **filters)
    mine = view.corpus.collect(rows.filter(pl.col("authors").list.contains(name)).select("site", "tickers"))
    tickers = Counter(
        symbol for named in mine["tickers"].to_list() for symbol in {each["symbol"] for each in named or ()}
    )
    return Shortlist.of(Counter(mine["site"]).most_common(), _SHOWN), Shortlist.of(tickers.most_common(), _SHOWN)

"""Two outlets side by side: how much, how fast, how often corrected, and who had first what both had."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import polars as pl
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from broadtape.corpus import Outlet
from broadtape.corpus.coverage.lag import Lag
from broadtape.errors import UsageError
from broadtape.web.page_context import context_of
from broadtape.web.page_query import PageQuery
from broadtape.web.pages.held import held_by_outlet
from broadtape.web.pages.outlet import lag_of_last_days
from broadtape.web.pages.overview import DAYS, last_day
from broadtape.web.snapshot_cache import CachedView
from broadtape.web.widgets.chart import daily_chart

__all__ = ["compare_outlets"]


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two."""

    outlet: Outlet
    lag: Lag | None
    held: int | None
    """None as of an earlier moment, of which it is not known."""
    first: int
    """Of the stories that both had in nearly the same words, those that this one had first."""


def compare_outlets(request: Request) -> Response:
    """The page; raises UsageError where not two are named, HTTPException for one of which nothing is held."""
    context, asked = context_of(request), PageQuery.of(request.query_params)
    if len(asked.site) != 2:
        raise UsageError(f"Two outlets stand side by side, and {len(asked.site)} were named: expected ?site=…&site=….")
    view = context.view()
    known = {each.site: each for each in view.outlets(asked.as_of, asked.clock)}
    for site in asked.site:
        if site not in known:
            raise HTTPException(404, f"The archive {view.corpus.uri} holds nothing of an outlet {site[:100]!r}.")
    first = view.remember(("first", asked.site, asked.as_of, asked.clock), lambda: _first(view, asked))
    held = held_by_outlet(view) if asked.as_of is None else None
    last = last_day([known[site] for site in asked.site], asked)
    since, until = last - timedelta(days=DAYS - 1), last + timedelta(days=1)
    coverage = view.corpus.coverage(**asked.then(site=asked.site, since=since, until=until))
    return context.page(
        request,
        "compare",
        asked,
        sides=[
            Side(known[site], lag_of_last_days(view, asked, site), None if held is None else held[site], first[site])
            for site in asked.site
        ],
        both=sum(first.values()),
        every=list(known),
        chart=daily_chart(coverage, last, DAYS, context.titles),
    )


def _first(view: CachedView, asked: PageQuery) -> dict[str, int]:
    """Outlet → stories that the other one had later in nearly the same words."""
    clusters = view.corpus.clusters(as_of=asked.as_of, clock=asked.clock)
    rows = view.corpus.collect(view.corpus.frame(columns=("article_id", "site"), **asked.then(site=asked.site)))
    shared = rows.join(clusters, on="article_id").filter(pl.col("site").n_unique().over("cluster_id") > 1)
    leaders = shared.sort("place").group_by("cluster_id").agg(pl.col("site").first())
    counts = dict(leaders["site"].value_counts().iter_rows())
    return {site: counts.get(site, 0) for site in asked.site}

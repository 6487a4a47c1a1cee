"""The front page: what came in, from whom, and which outlets are in trouble."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from starlette.requests import Request
from starlette.responses import Response

from broadtape.corpus import Corpus, Outlet
from broadtape.times import EARLIEST, utcnow
from broadtape.web.article_list import newest
from broadtape.web.page_context import context_of
from broadtape.web.page_query import PageQuery
from broadtape.web.pages.held import held_by_outlet
from broadtape.web.snapshot_cache import CachedView
from broadtape.web.trouble_words import in_words
from broadtape.web.widgets.chart import Chart, daily_chart

__all__ = ["DAYS", "last_day", "overview"]

DAYS = 30
"""Days of a chart."""
_STORIES = 10


def overview(request: Request) -> Response:
    """The front page."""
    context, asked = context_of(request), PageQuery.of(request.query_params)
    view = context.view()
    key = (asked.as_of, asked.clock)
    outlets = view.outlets(asked.as_of, asked.clock)
    last = last_day(outlets, asked)
    return context.page(
        request,
        "overview",
        asked,
        outlets=outlets,
        troubles=view.remember("troubles", lambda: _troubles(view, outlets)) if asked.as_of is None else {},
        held=held_by_outlet(view).total() if asked.as_of is None else 0,
        chart=view.remember(("chart", key, last), lambda: _chart(view.corpus, asked, last, context.titles)),
        stories=view.remember(("newest", key), lambda: newest(view, asked.then(), limit=_STORIES)).rows,
    )


def last_day(outlets: list[Outlet], asked: PageQuery) -> date:
    """Today, or the day asked about; the newest story's where nothing came in the days before."""
    today = (asked.as_of or utcnow()).date()
    published = [outlet.last_published_at.date() for outlet in outlets if outlet.last_published_at]
    newest_day = max(min(max(published, default=today), today), EARLIEST)
    return newest_day if (today - newest_day).days >= DAYS else today


def _chart(corpus: Corpus, asked: PageQuery, last: date, titles: Mapping[str, str]) -> Chart:
    since, until = last - timedelta(days=DAYS - 1), last + timedelta(days=1)
    coverage = corpus.coverage(**asked.then(since=since, until=until))
    return daily_chart(coverage, last, DAYS, titles)


def _troubles(view: CachedView, outlets: list[Outlet]) -> dict[str, str]:
    """Outlet → what is wrong with it now, in words."""
    held = held_by_outlet(view)
    told = {outlet.site: in_words(view.corpus.trouble(outlet.site), held[outlet.site]) for outlet in outlets}
    return {site: why for site, why in told.items() if why}

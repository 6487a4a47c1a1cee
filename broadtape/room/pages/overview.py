"""The front page: what came in, from whom, and which outlets are in trouble."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from starlette.requests import Request
from starlette.responses import Response

from broadtape.corpus import Corpus, Outlet
from broadtape.room.asked import Asked
from broadtape.room.chart import Chart, daily_chart
from broadtape.room.desk import desk_of
from broadtape.room.library import Shelf
from broadtape.room.listing import newest
from broadtape.times import utcnow

__all__ = ["overview"]

_DAYS = 30
_STORIES = 10


def overview(request: Request) -> Response:
    """The front page."""
    desk, asked = desk_of(request), Asked.of(request.query_params)
    shelf = desk.shelf()
    key = (asked.as_of, asked.clock)
    outlets = shelf.outlets(asked.as_of, asked.clock)
    last = _last_day(outlets, asked)
    return desk.page(
        request,
        "overview",
        asked,
        outlets=outlets,
        troubles=_troubles(shelf, outlets) if asked.as_of is None else {},
        chart=shelf.remember(("chart", key, last), lambda: _chart(shelf.corpus, asked, last, desk.titles)),
        stories=shelf.remember(("newest", key), lambda: newest(shelf, asked.then(), limit=_STORIES)).rows,
    )


def _last_day(outlets: list[Outlet], asked: Asked) -> date:
    """Today, or the day asked about; the newest story's where nothing came in the days before."""
    today = (asked.as_of or utcnow()).date()
    published = [outlet.last_published_at.date() for outlet in outlets if outlet.last_published_at]
    newest_day = min(max(published, default=today), today)
    return newest_day if (today - newest_day).days >= _DAYS else today


def _chart(corpus: Corpus, asked: Asked, last: date, titles: Mapping[str, str]) -> Chart:
    since, until = last - timedelta(days=_DAYS - 1), last + timedelta(days=1)
    coverage = corpus.coverage(**asked.then(since=since, until=until))
    return daily_chart(coverage, last, _DAYS, titles)


def _troubles(shelf: Shelf, outlets: list[Outlet]) -> dict[str, str]:
    """Outlet → why its last run failed, as at this version."""

    def asked_for() -> dict[str, str]:
        told = {outlet.site: shelf.corpus.trouble(outlet.site) for outlet in outlets}
        return {site: why for site, why in told.items() if why}

    return shelf.remember("troubles", asked_for)

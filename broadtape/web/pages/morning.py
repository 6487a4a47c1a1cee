"""The morning page: what is new on each saved search and each watched ticker since this reader's last visit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from broadtape.corpus.reading.filters import Narrowing
from broadtape.errors import UsageError
from broadtape.times import utcnow
from broadtape.web.arrivals import Arrivals, arrivals
from broadtape.web.page_context import PageContext, context_of
from broadtape.web.page_query import PageQuery
from broadtape.web.room_settings import SavedSearch
from broadtape.web.visits import COOKIE, Visits

__all__ = ["morning"]

_PATH = "/morning"
_OWN = 30
"""Tickers in the address: each is looked up."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A saved search or a ticker, and what is new on it."""

    name: str
    link: str
    """All of its stories."""
    new: Arrivals | None
    wrong: str | None = None
    """Why it could not be searched for."""


def morning(request: Request) -> Response:
    """The page. What stands in its address (`q`, `ticker`, `site`, …) is watched as well: a bookmark is a watchlist.

    New is what the archive has had only since the visit before, or since the time that `since` names.
    """
    context, asked = context_of(request), PageQuery.of(request.query_params)
    if len(asked.ticker) > _OWN:
        raise UsageError(f"{len(asked.ticker)} tickers were named: a morning page has {_OWN} of one's own at the most.")
    visits = Visits.now(request.cookies.get(COOKIE), utcnow())
    since = asked.since or visits.before
    watched = [_look(context, asked, search, since) for search in _searches(context, asked)]
    response = context.page(request, "morning", asked, since=since, watched=watched, chosen=asked.since is not None)
    if asked.since is None:
        visits.remember(response, _PATH)
    return response


def _searches(context: PageContext, asked: PageQuery) -> Iterator[SavedSearch]:
    """What the address names, then what the operator's file does."""
    kinds = {"site": asked.site, "language": asked.language, "section": asked.section}
    if asked.query:
        yield SavedSearch(name=asked.query[:200], q=asked.query, ticker=asked.ticker, **kinds)
    else:
        yield from (SavedSearch(name=symbol[:200], ticker=(symbol,), **kinds) for symbol in asked.ticker)
        if not asked.ticker and any(kinds.values()):
            names = [context.titles.get(value, value) for values in kinds.values() for value in values]
            yield SavedSearch(name=", ".join(names)[:200], **kinds)
    yield from context.settings.search
    yield from (SavedSearch(name=symbol[:200], ticker=(symbol,)) for symbol in context.settings.tickers)


def _look(context: PageContext, asked: PageQuery, search: SavedSearch, since: datetime) -> Watched:
    filters: Narrowing = {**search.filters, "as_of": asked.as_of, "clock": asked.clock}
    link = asked.link("/search", q=search.q, sort="newest" if search.q else None, **search.filters)
    view = context.view()
    try:
        new = view.remember(
            ("arrivals", search, asked.as_of, asked.clock, since),
            lambda: arrivals(view, search.q, filters, since),
        )
    except UsageError as error:
        return Watched(search.name, link, None, str(error))
    return Watched(search.name, link, new)

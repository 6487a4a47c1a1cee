"""Finding stories: words, filters, a moment; and the ways on from what was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from broadtape.corpus.facets import Facets, facets_of
from broadtape.corpus.fulltext.results import DEEPEST
from broadtape.errors import BadQuery, UsageError
from broadtape.web.alike import COLUMNS, with_alike
from broadtape.web.article_list import PER_PAGE, Listing, newest
from broadtape.web.facet_links import facet_links
from broadtape.web.page_context import PageContext, context_of
from broadtape.web.page_query import PageQuery
from broadtape.web.safe_text import web_address
from broadtape.web.snapshot_cache import CachedView
from broadtape.web.widgets.histogram import histogram_of

__all__ = ["search"]


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a question means nothing, and at which character of its words, from 0, where that can be told."""

    sentence: str
    at: int | None


def search(request: Request) -> Response:
    """The search page, with what passes the filters; the story itself where an address is asked for.

    What cannot be searched for keeps its form, with the place where it is wrong.
    """
    context = context_of(request)
    try:
        asked = PageQuery.of(request.query_params)
        if web_address(asked.query):
            return RedirectResponse(asked.link("/story", url=asked.query), 303)
        return _answer(context, request, asked)
    except UsageError as error:
        wrong = Wrong(str(error), error.at if isinstance(error, BadQuery) else None)
        kept = PageQuery.kept(request.query_params)
        return context.page(request, "search", kept, status=400, wrong=wrong, found=None)


def _answer(context: PageContext, request: Request, asked: PageQuery) -> Response:
    view = context.view()
    facets = _facets(view, asked)
    found = _found(view, asked)
    drawn = histogram_of(facets.days, lambda first, last: asked.again("/search", since=first, until=last))
    return context.page(
        request,
        "search",
        asked,
        wrong=None,
        found=found.listing,
        notice=found.notice,
        undated=found.undated,
        facets=facet_links(asked, facets, context.titles),
        histogram=drawn,
    )


@dataclass(frozen=True, slots=True)
class Found:
    """A page of stories, and what must be said of it."""

    listing: Listing
    notice: str | None
    undated: int
    """How many go by another time than that of publication, where days of publication are asked for."""


def _found(view: CachedView, asked: PageQuery) -> Found:
    offset = (asked.page - 1) * PER_PAGE
    if not asked.query:
        return Found(newest(view, asked.filters, offset=offset), None, _undated(view, asked))
    results = view.corpus.search(
        asked.query, limit=PER_PAGE, offset=offset, sort=asked.sort, cluster=True, **asked.filters
    )
    rows: list[dict[str, Any]] = [
        {name: getattr(hit.article, name) for name in COLUMNS} | {"snippet": _pieces(hit.snippet, hit.highlights)}
        for hit in results
    ]
    others = {hit.article.article_id or "": hit.others for hit in results}
    listed = with_alike(view, rows, others, asked.filters)
    behind = results.behind or 0
    listing = Listing(results.total + behind, listed, behind, deepest=DEEPEST)
    return Found(listing, results.notice, results.undated if asked.since or asked.until else 0)


def _facets(view: CachedView, asked: PageQuery) -> Facets:
    """What the answer is made of, counted once for each version and question."""
    text = asked.query or None
    key = ("facets", text, *sorted(asked.filters.items()))
    return view.remember(key, lambda: facets_of(view.corpus, text, **asked.filters))


def _undated(view: CachedView, asked: PageQuery) -> int:
    if asked.by != "published" or not (asked.since or asked.until):
        return 0
    return view.remember(("undated", *sorted(asked.filters.items())), lambda: view.corpus.undated(**asked.filters))


def _pieces(snippet: str, highlights: tuple[tuple[int, int], ...]) -> list[tuple[str, bool]]:
    """The snippet in runs of characters, each with whether it was searched for."""
    pieces, place = [], 0
    for first, last in highlights:
        pieces += [(snippet[place:first], False), (snippet[first:last], True)]
        place = last
    return [*pieces, (snippet[place:], False)]

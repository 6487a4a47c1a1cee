"""Finding stories: words, filters, a moment."""

from __future__ import annotations

from typing import Any

import polars as pl
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from broadtape.corpus import Corpus
from broadtape.web.article_list import COLUMNS, PER_PAGE, Listing, newest
from broadtape.web.page_context import context_of
from broadtape.web.page_query import PageQuery
from broadtape.web.safe_text import web_address
from broadtape.web.snapshot_cache import CachedView

__all__ = ["search"]

_SECTIONS = 300
"""Sections that are suggested at the most."""


def search(request: Request) -> Response:
    """The search page, with what passes the filters; the story itself where an address is asked for."""
    context, asked = context_of(request), PageQuery.of(request.query_params)
    if web_address(asked.query):
        return RedirectResponse(asked.link("/story", url=asked.query), 303)
    view = context.view()
    found, notice = _found(view, asked)
    languages, sections = view.remember("facets", lambda: _facets(view.corpus))
    return context.page(
        request,
        "search",
        asked,
        found=found,
        notice=notice,
        pages=-(-found.total // PER_PAGE),
        sites=view.remember("sites", view.corpus.sites),
        languages=languages,
        sections=sections,
    )


def _found(view: CachedView, asked: PageQuery) -> tuple[Listing, str | None]:
    """A page of stories, and what must be said of it."""
    offset = (asked.page - 1) * PER_PAGE
    if not asked.query:
        return newest(view, asked.filters, offset=offset), None
    results = view.corpus.search(asked.query, limit=PER_PAGE, offset=offset, sort=asked.sort, **asked.filters)
    rows: list[dict[str, Any]] = [
        {name: getattr(hit.article, name) for name in COLUMNS} | {"snippet": _pieces(hit.snippet, hit.highlights)}
        for hit in results
    ]
    return Listing(results.total, rows), results.notice


def _pieces(snippet: str, highlights: tuple[tuple[int, int], ...]) -> list[tuple[str, bool]]:
    """The snippet in runs of characters, each with whether it was searched for."""
    pieces, place = [], 0
    for first, last in highlights:
        pieces += [(snippet[place:first], False), (snippet[first:last], True)]
        place = last
    return [*pieces, (snippet[place:], False)]


def _facets(corpus: Corpus) -> tuple[list[str], list[str]]:
    """Languages, and the commonest sections."""
    rows = corpus.rows()
    languages, sections = pl.collect_all(
        [
            rows.select(pl.col("language").drop_nulls().unique().sort()),
            rows.drop_nulls("section").group_by("section").len().sort("len", "section", descending=[True, False]),
        ]
    )
    return languages["language"].to_list(), sorted(sections["section"].head(_SECTIONS))

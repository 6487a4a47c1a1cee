"""What publishers corrected lately: the newest revisions, each with the sentence that changed."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from broadtape.corpus.reading.corrections import corrections
from broadtape.corpus.reading.filters import Narrowing
from broadtape.web.article_list import PER_PAGE
from broadtape.web.page_context import context_of
from broadtape.web.page_query import PageQuery
from broadtape.web.snapshot_cache import CachedView
from broadtape.web.widgets.changed_sentence import ChangedSentence, changed_sentence

__all__ = ["corrected", "corrected_lately"]


def corrected(request: Request) -> Response:
    """The page of revisions: of all outlets, or of those and the tickers that are asked for."""
    context, asked = context_of(request), PageQuery.of(request.query_params)
    offset = (asked.page - 1) * PER_PAGE
    filters = asked.then(site=asked.site, ticker=asked.ticker)
    total, rows = corrected_lately(context.view(), filters, limit=PER_PAGE, offset=offset)
    return context.page(request, "corrected", asked, total=total, rows=rows, pages=-(-total // PER_PAGE))


def corrected_lately(
    view: CachedView, filters: Narrowing, *, limit: int, offset: int = 0
) -> tuple[int, list[ChangedSentence]]:
    """How many revisions there are beside first ones, and some of them, newest first; told once for a version."""

    def told() -> tuple[int, list[ChangedSentence]]:
        found = corrections(view.corpus, limit=limit, offset=offset, **filters)
        return found.total, [changed_sentence(each) for each in found.shown]

    return view.remember(("corrected", limit, offset, *sorted(filters.items())), told)

"""Pages that are held back: which, by what rule, and each beside the outlet's last good one. It decides nothing."""

from __future__ import annotations

import shlex
import threading
from collections import Counter

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from broadtape.article import Article
from broadtape.capture import Capture
from broadtape.errors import UsageError
from broadtape.web.held_text import HeldText
from broadtape.web.page_context import PageContext, context_of
from broadtape.web.page_query import PageQuery
from broadtape.web.pages.archived import caged
from broadtape.web.snapshot_cache import CachedView

__all__ = ["held", "held_body", "held_by_outlet", "held_page"]

_SHOWN = 200
_one_at_a_time = threading.Lock()
"""Cleaning a page starts processes: readers wait for each other."""


def held(request: Request) -> Response:
    """The list, by outlet and time."""
    context, asked = context_of(request), PageQuery.of(request.query_params)
    every = _held(context.view())
    chosen = [page for page in every if not asked.site or page.site in asked.site]
    return context.page(
        request, "held", asked, pages=chosen[:_SHOWN], total=len(chosen), outlets=held_by_outlet(context.view())
    )


def held_page(request: Request) -> Response:
    """One page: what would be published of it, and the page as archived, each beside the outlet's last good one."""
    context, asked = context_of(request), PageQuery.of(request.query_params)
    page = _asked_for(context, asked)
    return context.page(request, "held_page", asked, page=page, text=_text(context, page), commands=_commands(page))


def held_body(request: Request) -> Response:
    """The page as archived, in its cage."""
    context, asked = context_of(request), PageQuery.of(request.query_params)
    page = _asked_for(context, asked)
    where = Article(
        url=page.url or "", warc_file=page.warc_file, warc_offset=page.warc_offset, warc_length=page.warc_length
    )
    return caged(context.view().corpus.raw(where))


def held_by_outlet(view: CachedView) -> Counter[str]:
    """How many pages of each outlet wait for a decision."""
    return Counter(page.site for page in _held(view))


def _commands(page: Capture) -> str:
    """What publishes the page and what keeps it out, its address quoted for a shell: other people wrote it."""
    address = shlex.quote(page.url or "")
    return f"broadtape quarantine approve {address}\nbroadtape quarantine reject {address}"


def _held(view: CachedView) -> list[Capture]:
    return view.remember("held", view.corpus.held_back)


def _asked_for(context: PageContext, asked: PageQuery) -> Capture:
    url = asked.given.get("url")
    for page in _held(context.view()):
        if page.url == url and (not asked.site or page.site in asked.site):
            return page
    raise HTTPException(404, "No page is held back at this address: it was published, or kept out, meanwhile.")


def _text(context: PageContext, page: Capture) -> HeldText | None:
    """What would come of the page; None where nobody is there to clean it."""
    examine, view = context.examine, context.view()
    if examine is None or page.url is None:
        return None
    url = page.url

    def examined() -> HeldText:
        try:
            with _one_at_a_time:
                return examine(url)
        except UsageError as error:  # decided on since this version was opened
            raise HTTPException(404, str(error)) from None

    return view.remember(("examined", page.site, url), examined)

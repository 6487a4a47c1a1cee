"""The page a story was made from: what is known of the response, and the response itself in a cage."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from broadtape.corpus import RawPage
from broadtape.errors import UndecodableBody
from broadtape.web.page_context import context_of
from broadtape.web.page_query import PageQuery
from broadtape.web.pages.story import find
from broadtape.web.sanitize import POLICY, disarmed

__all__ = ["archived", "body", "caged"]

_PAGES = ("text/html", "application/xhtml+xml")


def archived(request: Request) -> Response:
    """What the server answered, with the body in a frame."""
    context, asked = context_of(request), PageQuery.of(request.query_params)
    corpus = context.view().corpus
    found = find(corpus, asked)
    return context.page(request, "archived", asked, story=found, page=corpus.raw(found.shown))


def body(request: Request) -> Response:
    """The archived body, content encoding undone, so that no browser runs or loads anything for it."""
    context, asked = context_of(request), PageQuery.of(request.query_params)
    corpus = context.view().corpus
    return caged(corpus.raw(find(corpus, asked).shown))


def caged(page: RawPage) -> Response:
    """An archived body as an answer that can run nothing, load nothing and lead nowhere."""
    try:
        content = page.content()
    except UndecodableBody as error:
        raise HTTPException(422, f"The archived body cannot be decoded: {error}") from None
    headers = {"Content-Security-Policy": POLICY, "X-DNS-Prefetch-Control": "off"}
    kind = page.header("Content-Type") or "text/html"
    if kind.partition(";")[0].strip().lower() not in _PAGES:
        return Response(content, headers=headers, media_type="text/plain")
    return Response(disarmed(content, kind), headers=headers, media_type="text/html")

"""The page a story was made from: what is known of the response, and the response itself in a cage."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from broadtape.errors import UndecodableBody
from broadtape.room.asked import Asked
from broadtape.room.cage import POLICY, disarmed
from broadtape.room.desk import desk_of
from broadtape.room.pages.story import find

__all__ = ["archived", "body"]

_PAGES = ("text/html", "application/xhtml+xml")


def archived(request: Request) -> Response:
    """What the server answered, with the body in a frame."""
    desk, asked = desk_of(request), Asked.of(request.query_params)
    corpus = desk.shelf().corpus
    found = find(corpus, asked)
    return desk.page(request, "archived", asked, story=found, page=corpus.raw(found.shown))


def body(request: Request) -> Response:
    """The archived body, content encoding undone, so that no browser runs or loads anything for it."""
    desk, asked = desk_of(request), Asked.of(request.query_params)
    corpus = desk.shelf().corpus
    page = corpus.raw(find(corpus, asked).shown)
    try:
        content = page.content()
    except UndecodableBody as error:
        raise HTTPException(422, f"The archived body cannot be decoded: {error}") from None
    headers = {"Content-Security-Policy": POLICY, "X-DNS-Prefetch-Control": "off"}
    kind = page.header("Content-Type") or "text/html"
    if kind.partition(";")[0].strip().lower() not in _PAGES:
        return Response(content, headers=headers, media_type="text/plain")
    return Response(disarmed(content, kind), headers=headers, media_type="text/html")

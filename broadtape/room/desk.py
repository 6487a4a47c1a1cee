"""What every page needs: the archive, the outlets' names, and the way to an answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from broadtape.errors import UsageError
from broadtape.room.asked import Asked
from broadtape.room.library import Library, Shelf
from broadtape.room.rendering import environment
from broadtape.times import utcnow

__all__ = ["Desk", "desk_of"]


class Desk:
    """Hands out pages."""

    def __init__(self, library: Library, titles: Mapping[str, str]) -> None:
        self.library = library
        self.titles = titles
        self._templates = environment(titles, library.shelf().corpus.uri)

    def shelf(self) -> Shelf:
        """The newest version of the archive."""
        return self.library.shelf()

    def page(self, request: Request, template: str, asked: Asked, *, status: int = 200, **shown: Any) -> HTMLResponse:
        """A page from a template."""
        values = {"asked": asked, "path": request.url.path, "now": utcnow(), **shown}
        return HTMLResponse(self._templates.get_template(f"{template}.html.j2").render(values), status)

    def sorry(self, request: Request, status: int, sentence: str) -> HTMLResponse:
        """A page with one sentence; as of the moment that was asked for, where that can be read."""
        try:
            asked = Asked.of(request.query_params)
        except UsageError:
            asked = Asked()
        return self.page(request, "error", asked, status=status, code=status, sentence=sentence)


def desk_of(request: Request) -> Desk:
    """The desk of the application that is asked."""
    desk: Desk = request.app.state.desk
    return desk

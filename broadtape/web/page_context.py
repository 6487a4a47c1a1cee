"""What every page needs: the archive, the outlets' names, and the way to an answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from broadtape.errors import UsageError
from broadtape.times import utcnow
from broadtape.web.held_text import Examine
from broadtape.web.page_query import PageQuery
from broadtape.web.prices import Prices
from broadtape.web.rendering import environment
from broadtape.web.room_settings import RoomSettings
from broadtape.web.snapshot_cache import CachedView, SnapshotCache

__all__ = ["PageContext", "absolute", "context_of"]


class PageContext:
    """Hands out pages."""

    def __init__(
        self, cache: SnapshotCache, titles: Mapping[str, str], settings: RoomSettings, examine: Examine | None
    ) -> None:
        """Raises ConfigError for a file of prices that cannot be read."""
        self.cache = cache
        self.titles = titles
        self.settings = settings
        self.prices = Prices(settings.prices) if settings.prices else None
        self.examine = examine
        self._templates = environment(titles, cache.view().corpus.uri)

    def view(self) -> CachedView:
        """The newest version of the archive."""
        return self.cache.view()

    def page(
        self, request: Request, template: str, asked: PageQuery, *, status: int = 200, **shown: Any
    ) -> HTMLResponse:
        """A page from a template."""
        values = {"asked": asked, "path": request.url.path, "now": utcnow(), **shown}
        return HTMLResponse(self._templates.get_template(f"{template}.html.j2").render(values), status)

    def sorry(self, request: Request, status: int, sentence: str) -> HTMLResponse:
        """A page with one sentence; as of the moment that was asked for, where that can be read."""
        try:
            asked = PageQuery.of(request.query_params)
        except UsageError:
            asked = PageQuery()
        return self.page(request, "error", asked, status=status, code=status, sentence=sentence)


def absolute(request: Request, path: str) -> str:
    """A path of the room as others may open it: by the name under which this reader reached it."""
    return f"{request.url.scheme}://{request.url.netloc}{path}"


def context_of(request: Request) -> PageContext:
    """The context of the application that is asked."""
    context: PageContext = request.app.state.context
    return context

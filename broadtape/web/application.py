"""The reading room as an ASGI application: which address is which page, and what an error looks like."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import wraps
from http import HTTPStatus
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from broadtape.errors import ArchiveError, BroadtapeError, FileGone, StoreError, UsageError
from broadtape.web.api import api_application
from broadtape.web.held_text import Examine
from broadtape.web.page_context import PageContext, context_of
from broadtape.web.pages.archived import archived, body
from broadtape.web.pages.author import author
from broadtape.web.pages.compare import compare_outlets
from broadtape.web.pages.corrected import corrected
from broadtape.web.pages.download import download
from broadtape.web.pages.feed import atom
from broadtape.web.pages.held import held, held_body, held_page
from broadtape.web.pages.morning import morning
from broadtape.web.pages.outlet import outlet
from broadtape.web.pages.overview import overview
from broadtape.web.pages.search import search
from broadtape.web.pages.story import changes, cite, removed, story
from broadtape.web.pages.ticker import ticker
from broadtape.web.request_guard import Guard
from broadtape.web.room_settings import RoomSettings
from broadtape.web.snapshot_cache import SnapshotCache

__all__ = ["application"]

_ROUTES = (
    ("/", overview),
    ("/search", search),
    ("/story", story),
    ("/story/changes", changes),
    ("/story/removed", removed),
    ("/story/page", archived),
    ("/story/page/body", body),
    ("/story/cite", cite),
    ("/corrected", corrected),
    ("/author/{name:path}", author),
    ("/feed.atom", atom),
    ("/morning", morning),
    ("/held", held),
    ("/held/page", held_page),
    ("/held/body", held_body),
    ("/outlets", compare_outlets),
    ("/outlet/{site}", outlet),
    ("/ticker/{symbol:path}", ticker),
    ("/download.{form}", download),
)
_STATUSES: Mapping[type[BroadtapeError], int] = {
    UsageError: 400,
    FileGone: HTTPStatus.SERVICE_UNAVAILABLE,
    StoreError: 502,
    ArchiveError: 500,
}
_NO_PAGE = "There is no such page in the reading room."


def application(
    cache: SnapshotCache,
    *,
    titles: Mapping[str, str] | None = None,
    hosts: Collection[str] = (),
    api: Starlette | None = None,
    settings: RoomSettings | None = None,
    examine: Examine | None = None,
) -> Starlette:
    """The room over an archive. `titles` are the outlets' names as readers know them; `api` answers programs.

    It answers to `localhost`, to IP addresses, and to the names in `hosts`. `settings` are what is watched; `examine`
    cleans pages that are held back. Raises ConfigError for a file of prices that cannot be read.
    """
    made = Starlette(
        routes=[
            *(Route(path, _read_again(page), methods=["GET"]) for path, page in _ROUTES),
            Mount("/api/v1", api or api_application(cache)),
            Mount("/static", StaticFiles(directory=Path(__file__).parent / "static")),
        ],
        middleware=[Middleware(Guard, hosts=hosts)],
        exception_handlers={BroadtapeError: _refused, HTTPException: _not_there},
    )
    made.state.context = PageContext(cache, titles or {}, settings or RoomSettings(), examine)
    return made


def _read_again(page: Callable[[Request], Response]) -> Callable[[Request], Response]:
    """The page, read once more where a file of its version went meanwhile, compacted or taken down."""

    @wraps(page)
    def answer(request: Request) -> Response:
        try:
            return page(request)
        except FileGone:
            context_of(request).cache.look_again()
            return page(request)

    return answer


def _refused(request: Request, error: Exception) -> Response:
    status = next((status for kind, status in _STATUSES.items() if isinstance(error, kind)), 500)
    return context_of(request).sorry(request, status, str(error))


def _not_there(request: Request, error: Exception) -> Response:
    """What a page says of an address without an answer; Starlette itself says but `Not Found`."""
    assert isinstance(error, HTTPException)
    sentence = _NO_PAGE if error.detail == HTTPStatus.NOT_FOUND.phrase else error.detail
    return context_of(request).sorry(request, error.status_code, sentence)

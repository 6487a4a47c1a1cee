"""The API as an ASGI application: who may ask, what is answered, in which form, and what an error looks like."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from broadtape.article.formats import json_line
from broadtape.errors import ArchiveError, BroadtapeError, StoreError, UnknownSite, UsageError
from broadtape.web.api.cursors import fingerprint
from broadtape.web.api.description import description, parameters_of
from broadtape.web.api.limits import Limits, Turnstile
from broadtape.web.api.operations import OPERATIONS, Answer, Gone, Operation, Turn
from broadtape.web.api.parameters import read_all
from broadtape.web.snapshot_cache import SnapshotCache

__all__ = ["api_application"]

_STATUSES: Mapping[type[BroadtapeError], int] = {
    UnknownSite: 404,
    Gone: 410,
    UsageError: 400,
    StoreError: 502,
    ArchiveError: 500,
}
_PROBLEM = "application/problem+json"
_CLOSED = "The room is open to other machines and the API has no token, so that it is closed: set one by --token-file."


def api_application(
    cache: SnapshotCache, *, token: str | None = None, closed: bool = False, limits: Limits | None = None
) -> Starlette:
    """The API over an archive. `token` is asked for where one is given; `closed` refuses everything.

    Pages of the API are those of one version of the archive each, as the room's are.
    """
    bounds = limits or Limits()
    door = _Door(token, Turnstile(bounds), closed=closed)
    described = JSONResponse(description(bounds.rows, token=token is not None))

    def describe(request: Request) -> Response:
        door.admit(request)
        return described

    def answering(operation: Operation) -> Any:
        def answer(request: Request) -> Response:
            door.admit(request)
            return _answered(request, operation, cache, bounds)

        return answer

    return Starlette(
        routes=[
            Route("/openapi.json", describe, methods=["GET"]),
            *(Route(f"/{each.name}", answering(each), methods=["GET"]) for each in OPERATIONS),
        ],
        exception_handlers={BroadtapeError: _refused, HTTPException: _problem},
    )


class _Door:
    """Lets in who has the token, and each of them as often as is allowed."""

    def __init__(self, token: str | None, turnstile: Turnstile, *, closed: bool) -> None:
        self._token, self._turnstile, self._closed = token, turnstile, closed

    def admit(self, request: Request) -> None:
        """Raises HTTPException for who may not ask, or not now."""
        # Counted first: whoever guesses at tokens is held up as well.
        wait = self._turnstile.wait(request.client.host if request.client else "")
        if wait:
            raise HTTPException(429, "Too many questions: wait.", {"Retry-After": str(int(wait) + 1)})
        if self._closed:
            raise HTTPException(403, _CLOSED)
        kind, _, given = request.headers.get("authorization", "").partition(" ")
        if self._token is not None and not (
            kind.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), self._token.encode())
        ):
            raise HTTPException(401, "The API asks for its token.", {"WWW-Authenticate": "Bearer"})


def _answered(request: Request, operation: Operation, cache: SnapshotCache, limits: Limits) -> Response:
    given = request.query_params.multi_items()
    asked = read_all(parameters_of(operation, limits.rows), request.query_params)
    form, rows = asked.pop("format", "json"), asked.pop("limit", min(100, limits.rows))
    turn = Turn(fingerprint(operation.name, given), asked.pop("cursor", None), rows)
    corpus = cache.view().corpus
    # Of what was asked, as it was read: a span back from now is another question each time.
    tag = _tag([*corpus.versions.items()], operation.name, asked, turn, form)
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers={"ETag": tag})
    answer = operation.answer(corpus, asked, turn)
    lines = list(_fitting(answer, limits.bytes))
    more = answer.more or len(lines) < len(answer.rows)
    following = answer.cursor(len(lines)) if more else None
    facts = answer.facts(len(lines))
    headers = {} if facts.get("notice") else {"ETag": tag}
    if following:
        kept = [pair for pair in given if pair[0] != "cursor"]
        headers["Link"] = f'<{request.url.path}?{urlencode([*kept, ("cursor", following)])}>; rel="next"'
    if form == "ndjson":
        return Response("".join(f"{line}\n" for line in lines), headers=headers, media_type="application/x-ndjson")
    version = corpus.version if answer.version is None else answer.version
    told = json.dumps({"version": version, "next": following, **facts})
    body = f'{told[:-1]}, "items": [{", ".join(lines)}]}}'
    return Response(body, headers=headers, media_type="application/json")


def _fitting(answer: Answer, most: int) -> Iterator[str]:
    """Rows as JSON until a page is full; one, however large, is always given."""
    size = 0
    for row in answer.rows:
        line = json_line(dict(row))
        size += len(line.encode())
        if size > most and size != len(line.encode()):
            return
        yield line


def _tag(*parts: object) -> str:
    told = json.dumps(parts, default=str, sort_keys=True)
    return f'"{hashlib.sha256(told.encode()).hexdigest()[:32]}"'


def _refused(_: Request, error: Exception) -> Response:
    status = next((status for kind, status in _STATUSES.items() if isinstance(error, kind)), 500)
    return _told(status, str(error))


def _problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _told(error.status_code, error.detail, error.headers)


def _told(status: int, sentence: str, headers: Mapping[str, str] | None = None) -> Response:
    told = {"title": HTTPStatus(status).phrase, "status": status, "detail": sentence}
    return JSONResponse(told, status, headers, media_type=_PROBLEM)

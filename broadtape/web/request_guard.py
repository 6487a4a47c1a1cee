"""What holds for every answer: who may ask, for what, and what a browser may do with it."""

from __future__ import annotations

import ipaddress
import logging
import re
from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Guard"]

_log = logging.getLogger(__name__)

_HOST = re.compile(r"(?:\[(?P<six>[^\[\]]*)\]|(?P<name>[^:\[\]]*))(?::\d*)?")
_METHODS = ("GET", "HEAD")
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; frame-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    # What an archive answers may change with the next commit, and is nobody's but the reader's.
    "Cache-Control": "no-cache, private",
}


class Guard:
    """Lets read requests to this server's own names through, and binds browsers to what the pages need.

    The Host is checked because a page from the web can make a name of its own point at this machine, and would then be
    of one origin with the room (DNS rebinding). An IP address is nobody's name.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str] = ()) -> None:
        self._app = app
        self._names = {"localhost", *(host.lower() for host in hosts)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers, or refuses to."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        begun = False

        async def guarded(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refusal = self._refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, guarded)
            return
        try:
            await self._app(scope, receive, guarded)
        except Exception:
            # Every error made on purpose is a page by now: this one is ours, and whoever runs the room should hear it.
            _log.exception("GET %s failed", scope["path"])
            if begun:
                raise
            await PlainTextResponse("The reading room met an error of its own; its terminal tells which.", 500)(
                scope, receive, guarded
            )

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        host = Headers(scope=scope).get("host", "")
        if not self._is_ours(host):
            told = "This is the reading room of an archive, and it does not answer to that name: use its IP address."
            return PlainTextResponse(told, 421)
        if scope["method"] not in _METHODS:
            told = "The reading room is read-only: it answers GET and HEAD."
            return PlainTextResponse(told, 405, headers={"Allow": ", ".join(_METHODS)})
        return None

    def _is_ours(self, host: str) -> bool:
        match = _HOST.fullmatch(host)
        if match is None:
            return False
        if (match["name"] or "").lower().rstrip(".") in self._names:
            return True
        try:
            ipaddress.ip_address(match["six"] or match["name"])
        except ValueError:
            return False
        return True

"""Opening the room: an address to listen at, and a server that ends when it is told to."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import os
import socket
from collections.abc import Callable, Mapping

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from broadtape.errors import CannotListen
from broadtape.urls.loopback import is_loopback
from broadtape.web.api import api_application
from broadtape.web.application import application
from broadtape.web.held_text import Examine
from broadtape.web.room_settings import RoomSettings
from broadtape.web.snapshot_cache import SnapshotCache

__all__ = ["HEADERS_WITHIN", "ImpatientProtocol", "serve"]

HEADERS_WITHIN = 10.0
"""Seconds a connection may take to ask something: a browser that opens one in advance is given up after as many."""
_LAST_ANSWERS = 2
"""Seconds that downloads under way are given once the room closes."""


def serve(
    uri: str,
    *,
    host: str,
    port: int,
    titles: Mapping[str, str],
    on_open: Callable[[str, str], None],
    token: str | None = None,
    settings: RoomSettings | None = None,
    examine: Examine | None = None,
) -> None:
    """Opens the room over the archive at `uri` until interrupted; port 0 is any that is free.

    Programs need `token` where one is given; without one the API is closed to other machines.
    `on_open` is told where the archive lies and where the room is. Raises KeyboardInterrupt in the end, ArchiveError
    where there is no archive, CannotListen, ConfigError.
    """
    cache = SnapshotCache(uri, outlets=titles)
    with _listening(host, port) as listener:
        names = [host] if not is_loopback(host) else []
        if _is_every(host):
            names += [socket.gethostname(), socket.getfqdn()]
        api = api_application(cache, token=token, closed=token is None and not is_loopback(host))
        config = uvicorn.Config(
            application(cache, titles=titles, hosts=names, api=api, settings=settings, examine=examine),
            log_level="warning",
            access_log=False,
            ws="none",
            http=ImpatientProtocol,
            server_header=False,
            timeout_graceful_shutdown=_LAST_ANSWERS,
        )
        on_open(cache.view().corpus.uri, _url(host, listener))
        uvicorn.Server(config).run(sockets=[listener])


class ImpatientProtocol(H11Protocol):
    """HTTP/1.1 that closes a connection on which nothing is asked: whoever holds many open must not lock others out."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begins to wait for what is asked."""
        super().connection_made(transport)
        self.loop.call_later(HEADERS_WITHIN, self._give_up)

    def _give_up(self) -> None:
        if self.cycle is None and not self.transport.is_closing():
            self.transport.close()


def _listening(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError):
        raise CannotListen(
            f"{host!r} is no address of this machine: name one with --host, such as 127.0.0.1."
        ) from None
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(place)
        listener.listen()
    except OSError as error:
        listener.close()
        raise CannotListen(_why_not(error, host, port)) from None
    return listener


def _why_not(error: OSError, host: str, port: int) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return f"Port {port} of {host} is taken, perhaps by another reading room: name another with --port."
        case errno.EADDRNOTAVAIL:
            return f"{host} is no address of this machine: name one with --host, such as 127.0.0.1."
        case errno.EACCES:
            return f"Port {port} is not for this user: name one from 1024 on with --port."
    return f"{host}, port {port}, cannot be listened at: {os.strerror(error.errno or 0)}."


def _url(host: str, listener: socket.socket) -> str:
    """The address to type: where the room is open to every network, that of this machine alone."""
    port = listener.getsockname()[1]
    shown = host
    if _is_every(host):
        shown = "::1" if listener.family == socket.AF_INET6 else "127.0.0.1"
    return f"http://[{shown}]:{port}/" if ":" in shown else f"http://{shown}:{port}/"


def _is_every(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False

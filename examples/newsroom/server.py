"""One outlet's HTTP server: HTTP/1.1 with keep-alive, conditional requests, encodings, and a log of what it saw."""

from __future__ import annotations

import itertools
import socket
import sys
import threading
from collections.abc import Callable, Iterable
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from examples.newsroom.log import Log, Request
from examples.newsroom.page import Page, pick_encoding

__all__ = ["Answer", "Exchange", "Listener"]

HOST = "127.0.0.1"
_CONNECTIONS = itertools.count(1)


class Exchange(BaseHTTPRequestHandler):
    """One connection's requests and their answers."""

    protocol_version = "HTTP/1.1"
    server_version = "Newsroom/1.0"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 75
    server: Listener
    request_seen: Request

    def setup(self) -> None:
        """Numbers the connection, so that the log tells how many there were."""
        super().setup()
        self.number = next(_CONNECTIONS)
        self.server.connected(self.connection)

    def finish(self) -> None:
        """Closes the connection, whether or not the client still listens."""
        try:
            super().finish()
        except OSError:
            pass
        finally:
            self.server.disconnected(self.connection)

    def do_GET(self) -> None:
        """Answers as the outlet would."""
        if self.path.startswith("/_newsroom/"):
            self.send(self.server.control(self.path) or _no_such_page(self.path))
            return
        self.asked = {name.lower(): value for name, value in self.headers.items()}
        with self.server.log.answering(self.server.name, self.command, self.path, self.asked, self.number) as request:
            self.request_seen = request
            try:
                self._answer(request.path)
                self.wfile.flush()
            except OSError:
                request.broken_off = True
                self.close_connection = True

    do_HEAD = do_GET  # noqa: N815 - http.server looks for this name

    def _answer(self, path: str) -> None:
        self.pause(self.server.latency)
        answer = self.server.find(path) or _no_such_page(path)
        if isinstance(answer, Page):
            self.send(answer)
        else:
            answer(self)

    def send(self, page: Page) -> None:
        """Sends a page whole, or 304 where the client has it already."""
        asked = {name.lower(): value for name, value in self.headers.items()}
        headers = [*page.headers]
        if page.status == HTTPStatus.OK:
            headers += [("ETag", page.etag), ("Vary", "Accept-Encoding")]
            headers += [("Last-Modified", page.last_modified)] if page.last_modified else []
            if page.unchanged_for(asked):
                self.begin(HTTPStatus.NOT_MODIFIED, headers)
                return
        encoding = pick_encoding(asked.get("accept-encoding", "")) if page.compressible else "identity"
        body = page.encoded(encoding)
        headers += [("Content-Encoding", encoding)] if encoding != "identity" else []
        self.begin(page.status, [("Content-Type", page.content_type), *headers, ("Content-Length", str(len(body)))])
        self.write(body)

    def begin(self, status: int, headers: Iterable[tuple[str, str]]) -> None:
        """Sends status and headers."""
        if hasattr(self, "request_seen"):
            self.request_seen.status = int(status)
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()

    def write(self, part: bytes) -> None:
        """Sends a part of the body; raises OSError once the client is gone."""
        if self.command == "HEAD":
            return
        self.wfile.write(part)
        if hasattr(self, "request_seen"):
            self.request_seen.sent += len(part)

    def pause(self, seconds: float) -> bool:
        """Waits, and says whether the newsroom is closing."""
        return self.server.closing.wait(seconds) if seconds else self.server.closing.is_set()

    def log_message(self, *_: Any) -> None:
        """Nothing on stderr: the log is `server.log`."""


Answer = Callable[[Exchange], None]


class Listener(ThreadingHTTPServer):
    """Listens on one loopback port for one outlet; `find` gives what lies at a path."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(
        self,
        name: str,
        port: int,
        *,
        find: Callable[[str], Page | Answer | None],
        control: Callable[[str], Page | None],
        log: Log,
        latency: float = 0.0,
    ) -> None:
        super().__init__((HOST, port), Exchange)
        self.name, self.find, self.control, self.log, self.latency = name, find, control, log, latency
        self.closing = threading.Event()
        self._open: set[socket.socket] = set()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), name=f"newsroom {name}", daemon=True)

    @property
    def base(self) -> str:
        """Its address without a trailing slash."""
        return f"http://{HOST}:{self.server_port}"

    def start(self) -> None:
        """Begins to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Stops answering, and ends the connections that are open."""
        self.closing.set()
        if self._thread.is_alive():
            self.shutdown()
        self.server_close()
        for connection in tuple(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def connected(self, connection: socket.socket) -> None:
        """Remembers an open connection."""
        self._open.add(connection)

    def disconnected(self, connection: socket.socket) -> None:
        """Forgets a connection that has ended."""
        self._open.discard(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keeps what a client that leaves raises off the terminal; anything else is a fault of ours and shown."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


def _no_such_page(path: str) -> Page:
    body = f"<!DOCTYPE html><title>Page not found</title><h1>Page not found</h1><p>Nothing lies at {escape(path)}.</p>"
    return Page(body.encode(), status=HTTPStatus.NOT_FOUND)

"""A proxy on loopback in front of an S3 server, which records requests and misbehaves on demand."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import urlsplit


class Request(NamedTuple):
    method: str
    path: str
    headers: dict[str, str]


class Gateway:
    """`refuse` answers instead of the server; `lose` forwards the request and drops the answer; `strip` takes headers
    off. Each is asked for every request."""

    def __init__(self, server_url: str) -> None:
        self.requests: list[Request] = []
        self.refuse: Callable[[Request], tuple[int, str] | None] = lambda _request: None
        self.lose: Callable[[Request], bool] = lambda _request: False
        self.strip: frozenset[str] = frozenset()
        target = urlsplit(server_url).netloc

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _serve(handler) -> None:  # noqa: N805
                length = int(handler.headers.get("Content-Length") or 0)
                body = handler.rfile.read(length) if length else b""
                request = Request(handler.command, handler.path, {k.lower(): v for k, v in handler.headers.items()})
                self.requests.append(request)
                if refusal := self.refuse(request):
                    status, code = refusal
                    answer = f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()
                    handler.send_response(status)
                    handler.send_header("Content-Type", "application/xml")
                    handler.send_header("Content-Length", str(len(answer)))
                    handler.end_headers()
                    handler.wfile.write(b"" if handler.command == "HEAD" else answer)
                    return
                upstream = http.client.HTTPConnection(target, timeout=30)
                kept = {k: v for k, v in handler.headers.items() if k.lower() not in self.strip}
                upstream.request(handler.command, handler.path, body, kept)
                response = upstream.getresponse()
                content = response.read()
                upstream.close()
                if self.lose(request):
                    handler.close_connection = True
                    handler.connection.close()
                    return
                handler.send_response_only(response.status, response.reason)
                for name, value in response.getheaders():
                    if name.lower() not in {"transfer-encoding", "content-length", "connection"}:
                        handler.send_header(name, value)
                size = response.getheader("Content-Length") if handler.command == "HEAD" else str(len(content))
                handler.send_header("Content-Length", size or "0")
                handler.end_headers()
                handler.wfile.write(content)

            do_GET = do_PUT = do_HEAD = do_DELETE = do_POST = _serve  # noqa: N815 - the base class looks for these

            def log_message(handler, *_: object) -> None:  # noqa: N805
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

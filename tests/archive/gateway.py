"""A proxy on loopback in front of an S3 server, which records requests and misbehaves on demand."""

from __future__ import annotations

import http.client
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

Fault = Literal["500", "503", "403", "cut", "reset", "lost", "stale"]
"""Refused by the server, with its word for it; an answer cut off in its body; no answer, before the request was carried
out or after it; a list as it was before the last changes."""
_CODES: dict[Fault, tuple[int, str]] = {
    "500": (500, "InternalError"),
    "503": (503, "SlowDown"),
    "403": (403, "AccessDenied"),
}


class Request(NamedTuple):
    method: str
    path: str
    headers: dict[str, str]

    @property
    def lists(self) -> bool:
        return self.method == "GET" and "list-type=2" in self.path


class Answer(NamedTuple):
    status: int
    reason: str
    headers: list[tuple[str, str]]
    content: bytes


class Gateway:
    """`refuse` answers instead of the server; `lose` forwards the request and drops the answer; `strip` takes headers
    off; `fault` names how an answer goes wrong. Each is asked for every request."""

    def __init__(self, server_url: str) -> None:
        self.requests: list[Request] = []
        self.refuse: Callable[[Request], tuple[int, str] | None] = lambda _request: None
        self.lose: Callable[[Request], bool] = lambda _request: False
        self.fault: Callable[[Request], Fault | None] = lambda _request: None
        self.strip: frozenset[str] = frozenset()
        self._target = urlsplit(server_url).netloc
        self._lists: dict[str, Answer] = {}
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # head and body go one by one: the second would wait 40 ms for an answer

            def _serve(handler) -> None:  # noqa: N805
                length = int(handler.headers.get("Content-Length") or 0)
                body = handler.rfile.read(length) if length else b""
                request = Request(handler.command, handler.path, {k.lower(): v for k, v in handler.headers.items()})
                gateway.requests.append(request)
                fault = gateway.fault(request)
                refusal = _CODES.get(fault) if fault else gateway.refuse(request)
                if refusal or fault == "reset":
                    handler._answer(_refused(*refusal) if refusal else None)
                    return
                answer = gateway._forward(request, handler.headers.items(), body, stale=fault == "stale")
                lost = fault == "lost" or gateway.lose(request)
                handler._answer(None if lost else answer, cut=fault == "cut")

            def _answer(handler, answer: Answer | None, *, cut: bool = False) -> None:  # noqa: N805
                if answer is None:
                    handler.close_connection = True
                    handler.connection.close()
                    return
                handler.send_response_only(answer.status, answer.reason)
                told = dict(answer.headers).get("Content-Length")
                for name, value in answer.headers:
                    if name.lower() not in {"transfer-encoding", "content-length", "connection"}:
                        handler.send_header(name, value)
                head = handler.command == "HEAD"
                handler.send_header("Content-Length", (told or "0") if head else str(len(answer.content)))
                handler.end_headers()
                content = b"" if head else answer.content
                if cut and content:
                    handler.wfile.write(content[: len(content) // 2])
                    handler._answer(None)
                    return
                handler.wfile.write(content)

            do_GET = do_PUT = do_HEAD = do_DELETE = do_POST = _serve  # noqa: N815 - the base class looks for these

            def log_message(handler, *_: object) -> None:  # noqa: N805
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def _forward(self, request: Request, headers: list[tuple[str, str]], body: bytes, *, stale: bool) -> Answer:
        if stale and request.lists and request.path in self._lists:
            return self._lists[request.path]
        upstream = http.client.HTTPConnection(self._target, timeout=30)
        upstream.request(request.method, request.path, body, {k: v for k, v in headers if k.lower() not in self.strip})
        response = upstream.getresponse()
        answer = Answer(response.status, response.reason, response.getheaders(), response.read())
        upstream.close()
        if request.lists:
            self._lists[request.path] = answer
        return answer

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _refused(status: int, code: str) -> Answer:
    content = f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()
    return Answer(status, "refused", [("Content-Type", "application/xml")], content)


class Weather:
    """Faults at random moments, a share of all requests, and every so often some time in which nothing is allowed.

    None is made twice in a row for one request: a client that tries a few times is to get through.
    """

    def __init__(self, seed: int, share: float, *, denied: float = 0.4, every: float = 8.0) -> None:
        self.counts: Counter[str] = Counter()
        self._random, self._share, self._last = random.Random(seed), share, ""
        self._denied, self._every, self._begun = denied, every, time.monotonic()
        self._lock = threading.Lock()

    def __call__(self, request: Request) -> Fault | None:
        with self._lock:
            if (time.monotonic() - self._begun) % self._every > self._every - self._denied:
                return self._count("403")
            if request.path == self._last or self._random.random() >= self._share:
                return None
            self._last = request.path
            kinds: list[Fault] = ["500", "503", "reset", "lost"]
            kinds += ["cut", "stale"] if request.lists else ["cut"] if request.method == "GET" else []
            return self._count(self._random.choice(kinds))

    def _count(self, kind: Fault) -> Fault:
        self.counts[kind] += 1
        return kind

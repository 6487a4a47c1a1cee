"""What lies at the address in PREFECT_API_URL, where it is no Prefect server."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from broadtape.errors import ServerFailed
from broadtape.prefect_server.finding import find_server


@contextmanager
def _answering(status: int, body: bytes) -> Iterator[str]:
    class Everything(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Everything)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/api"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    def why(url: str) -> str:
        monkeypatch.setenv("PREFECT_API_URL", url)
        with pytest.raises(ServerFailed) as caught:
            find_server()
        return str(caught.value)

    return why


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (401, b"", "refuses us (401): set PREFECT_API_AUTH_STRING"),
        (404, b"", "not as Prefect's API does"),
        (200, b"<html>", "not as Prefect's API does"),
        (200, b"true", "not as Prefect's API does"),
    ],
)
def test_something_else_that_answers(said: Callable[[str], str], status: int, body: bytes, why: str) -> None:
    with _answering(status, body) as url:
        assert why in said(url)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://127.0.0.1:1/api", "does not answer"),
        ("http://user:secret@[x/api", "is no web address"),
        ("127.0.0.1:4200", "is no web address"),
    ],
)
def test_nothing_that_could(said: Callable[[str], str], url: str, why: str) -> None:
    told = said(url)
    assert why in told
    assert "secret" not in told

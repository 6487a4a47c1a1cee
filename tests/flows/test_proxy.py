"""A server behind a proxy that asks everybody who they are, for its health too."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from broadtape.prefect_server.finding import answers

WORDS = "crawler:s3cret"


@pytest.fixture
def proxy() -> Iterator[str]:
    class Asking(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            by_password = self.headers["Authorization"] == f"Basic {base64.b64encode(WORDS.encode()).decode()}"
            if not (by_password or self.headers["Authorization"] == "Bearer key" or self.headers["X-Token"] == "t"):
                self.send_error(401)
                return
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(True if self.path.endswith("/health") else {"message": "OK"}).encode())

        def log_message(self, *_: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Asking)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}/api"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("PREFECT_API_AUTH_STRING", WORDS, True),
        ("PREFECT_API_AUTH_STRING", "crawler:other", False),
        ("PREFECT_API_KEY", "key", True),
        ("PREFECT_CLIENT_CUSTOM_HEADERS", '{"X-Token": "t"}', True),
        ("PREFECT_CLIENT_CUSTOM_HEADERS", "no JSON", False),
    ],
)
def test_who_asks_is_shown(proxy: str, monkeypatch: pytest.MonkeyPatch, name: str, value: str, found: bool) -> None:
    for other in ("PREFECT_API_AUTH_STRING", "PREFECT_API_KEY", "PREFECT_CLIENT_CUSTOM_HEADERS"):
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv(name, value)
    assert answers(f"http://{proxy}") is found


def test_words_in_the_address_are_shown(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PREFECT_API_AUTH_STRING", raising=False)
    assert answers(f"http://crawler:s3cret@{proxy}")
    assert not answers(f"http://{proxy}")

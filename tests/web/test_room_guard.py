"""Who may ask the room, for what, and what a browser may do with its answers."""

from __future__ import annotations

import asyncio

import pytest
import uvicorn
from room_samples import HOSTILE, REVISED, Room
from starlette.responses import PlainTextResponse
from uvicorn.server import ServerState

from broadtape.web import server

pytestmark = pytest.mark.attack

EVERY_PAGE = (
    "/",
    "/search",
    f"/story?url={REVISED}",
    "/outlet/ledger",
    "/download.csv",
    "/static/room.css",
    "/feed.atom",
    "/corrected",
    "/morning",
    "/nonsense",
)


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_every_answer_binds_the_browser(room: Room, path: str) -> None:
    headers = room.get(path).headers
    policy = dict(part.strip().partition(" ")[::2] for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "same-origin"


def test_the_archived_body_is_caged(room: Room) -> None:
    policy = room.get("/story/page/body", url=HOSTILE).headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none'")
    assert "allow" not in policy
    assert "form-action 'none'" in policy


@pytest.mark.parametrize("path", EVERY_PAGE[:4])
def test_no_page_has_a_script_or_a_style_within(room: Room, path: str) -> None:
    text = room.get(path).text
    assert text.count("<script") == 1
    assert '<script src="/static/room.js" defer></script>' in text
    assert "<style" not in text
    assert " style=" not in text
    assert "http://" not in text.replace(room.base, "")  # nothing from elsewhere


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8601", 200),
        ("127.0.0.1", 200),
        ("localhost:9000", 200),
        ("LOCALHOST", 200),
        ("[::1]:8601", 200),
        ("192.0.2.7", 200),
        ("attacker.example", 421),
        ("localhost.attacker.example:8601", 421),
        ("127.0.0.1.attacker.example", 421),
        ("[::1].attacker.example", 421),
        (" ", 421),
    ],
)
def test_names_that_are_not_ours_get_no_answer(room: Room, host: str, status: int) -> None:
    answer = room.get("/", host=host)
    assert answer.status == status
    assert ("Newest stories" in answer.text) == (status == 200)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_only_reading_is_allowed(room: Room, method: str) -> None:
    answer = room.get("/", method=method)
    assert answer.status == 405
    assert answer.headers["allow"] == "GET, HEAD"


def test_more_values_than_a_form_has_are_not_looked_up(room: Room) -> None:
    answer = room.get("/search?" + "&".join(f"ticker=T{number}" for number in range(2_000)))
    assert answer.status == 400
    assert "2,000 values were given; at most 100 are read" in answer.text


def test_a_connection_that_asks_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "HEADERS_WITHIN", 0.2)

    async def said(sent: bytes) -> bytes:
        config = uvicorn.Config(PlainTextResponse("here"))
        config.load()
        loop = asyncio.get_running_loop()
        made = await loop.create_server(
            lambda: server.ImpatientProtocol(config, ServerState(), {}), host="127.0.0.1", port=0
        )
        async with made:
            reader, writer = await asyncio.open_connection(*made.sockets[0].getsockname())
            writer.write(sent)
            answer = await asyncio.wait_for(reader.read(), 20)
            writer.close()
            return answer

    for sent in (b"", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "):
        assert asyncio.run(said(sent)) == b""
    assert b"here" in asyncio.run(said(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))


def test_head_is_get_without_a_body(room: Room) -> None:
    answer = room.get("/search", method="HEAD")
    assert (answer.status, answer.body) == (200, b"")


@pytest.mark.parametrize("path", ["/static/../application.py", "/static/%2e%2e/application.py", "/static//etc/passwd"])
def test_no_file_but_ours_is_served(room: Room, path: str) -> None:
    assert room.get(path).status == 404

"""Answers that are odd and no reason to lose a story: cookies on the way, long headers, labels that are not true."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from crawl_lab import STORY, Crawled, Headers, Reply, Server, crawl, job_of, outlet, rss

pytestmark = pytest.mark.attack

PATHS = [
    "/cookie", "/two-steps", "/circle", "/long", "/endless", "/no-coding", "/packed", "/untrue",
    "/twice-said", "/other-coding", "/blank", "/identity", "/two-transfers", "/a%20b", "/q?u=https://e.example/r",
    "/201", "/202", "/203", "/226", "/299", "/whole-206", "/part-206", "/204",
    "/refresh", "/refresh-header", "/reloads", "/refresh-circle",
]  # fmt: skip


def _after_cookie(target: str, cookie: str = "seen=1; Path=/") -> object:
    """The story for whoever brings the cookie, else the way to it."""

    def answer(headers: Headers) -> Reply:
        if "seen=1" in headers.get("cookie", ""):
            return Reply()
        return Reply(b"", 302, {"Location": target, "Set-Cookie": cookie})

    return answer


def _in_one_chunk(body: bytes) -> bytes:
    return b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Crawled]]:
    folder: Path = tmp_path_factory.mktemp("odd")
    server = Server()
    server.routes |= {
        "/feed": Reply(rss(server.base, PATHS), 203),
        "/cookie": _after_cookie("/cookie"),
        "/two-steps": _after_cookie("/gate"),
        "/gate": Reply(b"", 302, {"Location": "/two-steps", "Set-Cookie": "seen=1; Path=/"}),
        "/circle": Reply(b"", 302, {"Location": "/circle"}),
        "/long": Reply(headers={"Content-Security-Policy": "https://partner.example " * 1500}),
        "/endless": Reply(headers={"Link": "x" * 300_000}),
        "/no-coding": Reply(headers={"Content-Encoding": "utf-8"}),
        "/packed": Reply(gzip.compress(STORY), headers={"Content-Encoding": "none, GZIP"}),
        "/twice-said": Reply(gzip.compress(STORY), headers={"Content-Encoding": "gzip, gzip"}),
        "/other-coding": Reply(gzip.compress(STORY), headers={"Content-Encoding": "br"}),
        "/blank": Reply(headers={"X-Seen ": "1"}),
        "/identity": Reply(headers={"Transfer-Encoding": "identity"}),
        "/two-transfers": Reply(_in_one_chunk(gzip.compress(STORY)), headers={"Transfer-Encoding": "gzip, chunked"}),
        "/untrue": Reply(headers={"Content-Encoding": "gzip"}),
        "/a%20b": Reply(),
        **{f"/{status}": Reply(status=status) for status in (201, 202, 203, 226, 299)},
        "/whole-206": Reply(status=206, headers={"Content-Range": f"bytes 0-{len(STORY) - 1}/{len(STORY)}"}),
        "/part-206": Reply(STORY[:60], 206, {"Content-Range": f"bytes 0-59/{len(STORY)}"}),
        "/204": Reply(b"", 204),
        "/refresh": Reply(b"<meta http-equiv='refresh' content=\"1; url='/sent-on?a=1&amp;b=2'\">Please wait."),
        "/refresh-header": Reply(b"Please wait.", headers={"Refresh": "0; url=/sent-on?a=1&b=2"}),
        "/sent-on?a=1&b=2": Reply(),
        "/reloads": Reply(b"<meta http-equiv='refresh' content='60; url=/elsewhere'>" + STORY),
        "/refresh-circle": Reply(b"<meta http-equiv='refresh' content='0; url=/refresh-circle-2'>"),
        "/refresh-circle-2": Reply(b"<meta http-equiv='refresh' content='0; url=/refresh-circle'>"),
        "/q?u=https://e.example/r": Reply(),
    }  # type: ignore[dict-item]
    yield server, crawl(job_of(folder, outlet("odd", server, delay=0)))
    server.close()


def test_each_is_had_or_will_be_asked_for_again(odd: tuple[Server, Crawled]) -> None:
    told = odd[1].told("odd")
    assert told.pop("/circle") == ("failed", "too many redirects")
    assert told.pop("/refresh-circle") == ("failed", "too many redirects")
    assert told.pop("/endless") == ("failed", "headers too long")
    assert told.pop("/untrue") == ("failed", "undecodable body")
    assert (told.pop("/part-206"), told.pop("/204")) == (("failed", "206"), ("failed", "204"))
    assert set(told.values()) == {(None, None)}
    assert len(told) == len(PATHS) - 6


def test_a_page_that_sends_its_reader_on_at_once_is_followed(odd: tuple[Server, Crawled]) -> None:
    led = {note.url: note.final_url for note in odd[1].notes("odd")}
    base = odd[0].base
    assert led[f"{base}/refresh"] == led[f"{base}/refresh-header"] == f"{base}/sent-on?a=1&b=2"
    assert led[f"{base}/reloads"] is None


def test_a_cookie_lasts_for_one_chain_of_redirects(odd: tuple[Server, Crawled]) -> None:
    asked = odd[0].asked
    assert ["cookie" in each.headers for each in asked if each.path == "/cookie"] == [False, True]
    with_cookie = {each.path for each in asked if "cookie" in each.headers}
    assert with_cookie == {"/cookie", "/two-steps", "/gate"}


def test_what_no_retry_can_help_is_asked_for_once(odd: tuple[Server, Crawled]) -> None:
    assert odd[0].paths().count("/endless") == 1

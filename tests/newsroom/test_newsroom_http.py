"""How it is served: conditions, encodings, connections, and the log."""

from __future__ import annotations

import gzip
import http.client
import json
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import brotli
import pytest
from newsroom_client import ask

from examples.newsroom import Newsroom

LISTINGS = [
    ("marketferry", "/feed"),
    ("harbour-ledger", "/sitemap-index.xml"),
    ("harbour-ledger", "/sitemaps/news-1.xml.gz"),
    ("wirepoint", "/releases.atom"),
    ("kontorblatt", "/feed"),
]
STORY = "/news/26/11/45619041/lithic-devices-slides-as-trade-ministry-widens-export-list-for-chip-tools"


@pytest.mark.parametrize(("outlet", "path"), [*LISTINGS, ("marketferry", STORY), ("marketferry", "/robots.txt")])
def test_unchanged_content_is_answered_304(newsroom: Newsroom, outlet: str, path: str) -> None:
    url = newsroom.base(outlet) + path
    etag = ask(url).headers["ETag"]
    again = ask(url, {"If-None-Match": f'"something else", {etag}'})
    assert (again.status, again.body) == (304, b"")
    assert again.headers["ETag"] == etag
    assert ask(url, {"If-None-Match": '"something else"'}).status == 200


@pytest.mark.parametrize(("outlet", "path"), [*LISTINGS, ("marketferry", STORY)])
def test_if_modified_since_is_honoured(newsroom: Newsroom, outlet: str, path: str) -> None:
    url = newsroom.base(outlet) + path
    modified = ask(url).headers["Last-Modified"]
    assert modified.endswith(" GMT")
    assert ask(url, {"If-Modified-Since": modified}).status == 304
    assert ask(url, {"If-Modified-Since": "Mon, 02 Nov 2026 00:00:00 GMT"}).status == 200
    assert ask(url, {"If-Modified-Since": "yesterday"}).status == 200
    assert ask(url, {"If-Modified-Since": modified, "If-None-Match": '"other"'}).status == 200


def test_etags_are_the_same_after_a_restart(newsroom: Newsroom) -> None:
    paths = [("marketferry", "/robots.txt"), ("kontorblatt", "/.well-known/tdmrep.json")]
    with Newsroom() as other:
        for outlet, path in paths:
            assert ask(other.base(outlet) + path).headers["ETag"] == ask(newsroom.base(outlet) + path).headers["ETag"]


def test_encoding_follows_what_the_client_accepts(newsroom: Newsroom) -> None:
    url = newsroom.base("marketferry") + STORY
    plain = ask(url, {"Accept-Encoding": "identity"})
    assert plain.headers["Content-Encoding"] is None
    packed = ask(url, {"Accept-Encoding": "gzip, deflate"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    brotlied = ask(url, {"Accept-Encoding": "gzip, deflate, br"})
    assert brotlied.headers["Content-Encoding"] == "br"
    assert brotli.decompress(brotlied.body) == plain.body
    assert ask(url, {"Accept-Encoding": "br;q=0, gzip;q=0.5"}).headers["Content-Encoding"] == "gzip"
    assert plain.headers["ETag"] == packed.headers["ETag"] == brotlied.headers["ETag"]


def test_head_sends_no_body(newsroom: Newsroom) -> None:
    url = newsroom.base("marketferry") + STORY
    head = ask(url, method="HEAD")
    assert head.body == b""
    assert int(head.headers["Content-Length"]) == len(ask(url).body)


def test_many_requests_share_a_connection(room: Newsroom) -> None:
    connection = http.client.HTTPConnection(urlsplit(room.base("wirepoint")).netloc)
    for path in ("/robots.txt", "/releases.atom", "/nothing-here"):
        connection.request("GET", path, headers={"User-Agent": "a reader"})
        connection.getresponse().read()
    connection.close()
    assert len({request.connection for request in room.requests}) == 1
    assert [request.path for request in room.requests] == ["/robots.txt", "/releases.atom", "/nothing-here"]
    assert [request.status for request in room.requests] == [200, 200, 404]
    assert {request.headers["user-agent"] for request in room.requests} == {"a reader"}
    assert [request.at for request in room.requests] == sorted(request.at for request in room.requests)


def test_log_counts_requests_under_way() -> None:
    with Newsroom(latency=0.2) as room, ThreadPoolExecutor(4) as pool:
        list(pool.map(ask, [room.base("marketferry") + "/robots.txt"] * 4))
        list(pool.map(ask, [room.base("wirepoint") + "/robots.txt"]))
        in_flight = {outlet: max(r.in_flight for r in room.log.of(outlet)) for outlet in ("marketferry", "wirepoint")}
        assert in_flight["marketferry"] > 1
        assert in_flight["wirepoint"] == 1


def test_log_is_served_as_json_and_leaves_itself_out(room: Newsroom) -> None:
    ask(room.base("marketferry") + "/feed?since=1", {"If-None-Match": '"x"'})
    for outlet in room.outlets:
        reply = ask(room.base(outlet) + "/_newsroom/log")
    (seen,) = json.loads(reply.body)
    assert (seen["outlet"], seen["path"], seen["target"], seen["status"]) == (
        "marketferry",
        "/feed",
        "/feed?since=1",
        200,
    )
    assert seen["headers"]["if-none-match"] == '"x"'
    room.log.clear()
    assert room.requests == []


def test_a_page_that_is_none_is_404(newsroom: Newsroom) -> None:
    reply = ask(newsroom.base("kontorblatt") + "/%3Cscript%3E")
    assert reply.status == 404
    assert b"<script>" not in reply.body
    assert ask(newsroom.base("backoffice") + "/").status == 404


def test_closing_frees_the_ports() -> None:
    with Newsroom() as room:
        ports = [urlsplit(room.base(name)).port for name in room.outlets]
        folder = room.folder
    for port in ports:
        with pytest.raises(ConnectionRefusedError):
            ask(f"http://127.0.0.1:{port}/")
    assert not folder.exists()

"""What the web serves besides news, each thing as a crawler meets it."""

from __future__ import annotations

import http.client
import socket
import time
import zlib
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import pytest
from lxml import etree
from newsroom_client import ask

from examples.newsroom import Expected, Newsroom, Skipped

MEGABYTE = 2**20


def story(room: Newsroom, part: str) -> Expected:
    return next(expected for expected in room.expected() if part in expected.url)


def trap(room: Newsroom, part: str) -> Skipped:
    return next(skipped for skipped in room.skipped() if part in skipped.url)


def test_robots_forbid_what_a_listing_offers(newsroom: Newsroom) -> None:
    lines = ask(newsroom.base("marketferry") + "/robots.txt").body.decode().splitlines()
    assert "Disallow: /pro/" in lines
    assert "Crawl-delay: 0.2" in lines
    assert "/pro/" in trap(newsroom, "three-charts").url
    ledger = ask(newsroom.base("harbour-ledger") + "/robots.txt").body.decode()
    assert ledger.index("User-agent: Scrapy") < ledger.index("Disallow: /data/")
    assert f"Sitemap: {newsroom.base('harbour-ledger')}/sitemap-index.xml" in ledger


def test_a_moved_story_redirects_to_its_new_slug(newsroom: Newsroom) -> None:
    expected = story(newsroom, "/45619171/")
    reply = ask(expected.listed_urls[0])
    assert (reply.status, reply.headers["Location"]) == (301, expected.url)


@pytest.mark.parametrize(
    ("part", "leads_to"),
    [("sponsored-seats", "http://tickets.elsewhere.example/summit"), ("back-office-counts", "/latest/meta-data/")],
)
def test_redirects_that_leave_the_outlet(newsroom: Newsroom, part: str, leads_to: str) -> None:
    url = trap(newsroom, part).url
    reply = ask(url)
    assert reply.status == 301
    assert reply.headers["Location"].endswith(leads_to)
    assert urlsplit(reply.headers["Location"]).netloc != urlsplit(url).netloc


def test_a_redirect_goes_round_in_circles(newsroom: Newsroom) -> None:
    start = trap(newsroom, "round-trip").url
    first = ask(start).headers["Location"]
    base = newsroom.base("wirepoint")
    second = ask(base + first).headers["Location"]
    assert ask(base + second).headers["Location"] == first


def test_404(newsroom: Newsroom) -> None:
    assert ask(trap(newsroom, "withdrawn").url).status == 404


def test_429_says_in_seconds_when_to_come_back(room: Newsroom) -> None:
    url = story(room, "/45619118/").url
    first = ask(url)
    assert (first.status, first.headers["Retry-After"]) == (429, "1")
    assert ask(url).status == 200


def test_429_says_by_date_when_to_come_back(room: Newsroom) -> None:
    url = story(room, "-200105").url
    first = ask(url)
    assert first.status == 429
    back = parsedate_to_datetime(first.headers["Retry-After"])
    assert 0 < (back - datetime.now(UTC)).total_seconds() < 4
    assert ask(url).status == 200


def test_503_recovers(room: Newsroom) -> None:
    url = story(room, "tidal-power").url
    assert [ask(url).status, ask(url).status, ask(url).status] == [503, 200, 200]


def test_latin1_declared_only_in_the_header(newsroom: Newsroom) -> None:
    reply = ask(story(newsroom, "-200103").url)
    assert reply.headers["Content-Type"] == "text/html; charset=iso-8859-1"
    assert b"charset" not in reply.body.lower()
    assert "größten Auftrag".encode("iso-8859-1") in reply.body


def test_latin1_declared_only_in_the_page(newsroom: Newsroom) -> None:
    reply = ask(story(newsroom, "-200104").url)
    assert reply.headers["Content-Type"] == "text/html"
    assert b'<meta charset="iso-8859-1">' in reply.body
    assert "für Bauern".encode("iso-8859-1") in reply.body


def test_rights_are_reserved_in_each_way(newsroom: Newsroom) -> None:
    assert ask(trap(newsroom, "301883511").url).headers["X-Robots-Tag"] == "noarchive"
    assert b'<meta name="robots" content="noarchive, max-snippet:200">' in ask(trap(newsroom, "-200150").url).body
    assert ask(trap(newsroom, "-200152").url).headers["tdm-reservation"] == "1"
    assert b'<meta name="tdm-reservation" content="1">' in ask(trap(newsroom, "301883512").url).body
    assert b'"/dossier/"' in ask(newsroom.base("kontorblatt") + "/.well-known/tdmrep.json").body
    assert urlsplit(trap(newsroom, "-200151").url).path.startswith("/dossier/")


def begin(url: str) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    connection.request("GET", urlsplit(url).path)
    return connection, connection.getresponse()


def test_a_page_far_too_large_says_so(room: Newsroom) -> None:
    connection, response = begin(trap(room, "port-authority-in-full").url)
    assert int(response.headers["Content-Length"]) == 60 * MEGABYTE
    assert len(response.read(MEGABYTE)) == MEGABYTE
    connection.close()
    wait_until_left(room)


def test_a_page_far_too_large_that_does_not_say_so(room: Newsroom) -> None:
    connection, response = begin(trap(room, "port-authority-unabridged").url)
    assert response.headers["Content-Length"] is None
    assert response.headers["Transfer-Encoding"] == "chunked"
    assert sum(len(response.read(MEGABYTE)) for _ in range(5)) == 5 * MEGABYTE
    connection.close()
    wait_until_left(room)


def test_the_endless_page_ends(newsroom: Newsroom) -> None:
    _, response = begin(trap(newsroom, "port-authority-unabridged").url)
    size = 0
    while part := response.read(MEGABYTE):
        size += len(part)
    assert size == 60 * MEGABYTE


def test_a_gzip_bomb_unfolds(newsroom: Newsroom) -> None:
    reply = ask(trap(newsroom, "every-price").url)
    assert reply.headers["Content-Encoding"] == "gzip"
    assert len(reply.body) < MEGABYTE
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    size, rest = 0, reply.body
    while rest:
        size += len(unpacker.decompress(rest, MEGABYTE))
        rest = unpacker.unconsumed_tail
    assert unpacker.eof
    assert size == 200 * MEGABYTE


def test_a_page_drips_until_the_client_leaves(room: Newsroom) -> None:
    connection, response = begin(trap(room, "slow-release").url)
    assert int(response.headers["Content-Length"]) == 900
    assert response.read1(100) == b"<!D"
    connection.sock.shutdown(socket.SHUT_RDWR)
    connection.close()
    wait_until_left(room)
    (seen,) = room.requests
    assert seen.sent < 30


def wait_until_left(room: Newsroom) -> None:
    deadline = time.monotonic() + 8
    while room.requests[-1].seconds is None and time.monotonic() < deadline:
        time.sleep(0.02)
    assert room.requests[-1].broken_off


def test_a_newsroom_closes_while_a_page_drips() -> None:
    with Newsroom() as room:
        connection, response = begin(trap(room, "slow-release").url)
        response.read1(3)
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        response.read()
    connection.close()


def test_the_legacy_sitemap_would_unfold_without_end(newsroom: Newsroom) -> None:
    reply = ask(newsroom.base("harbour-ledger") + "/sitemaps/legacy.xml")
    assert reply.body.count(b"<!ENTITY") == 13
    with pytest.raises(etree.XMLSyntaxError, match=r"[Mm]aximum|loop|amplification"):
        etree.fromstring(reply.body, etree.XMLParser(resolve_entities=True, no_network=True))


def test_listings_lead_elsewhere(newsroom: Newsroom) -> None:
    feed = ask(newsroom.base("marketferry") + "/feed").body.decode()
    elsewhere = [skipped.url for skipped in newsroom.skipped() if skipped.reason in {"host", "scheme"}]
    assert {urlsplit(url).scheme for url in elsewhere} == {"http", "ftp", "javascript"}
    assert {"10.0.0.1", urlsplit(newsroom.base("backoffice")).netloc} <= {urlsplit(url).netloc for url in elsewhere}
    assert all(f"<link>{url}</link>" in feed for url in elsewhere)


@pytest.mark.parametrize(
    ("part", "content_type", "start"),
    [
        ("/45619666/", "application/json", b"{"),
        ("301990002", "application/pdf", b"%PDF"),
        ("301990003", "text/html; charset=utf-8", b"<!DOCTYPE html>"),
        ("-200199", "text/html; charset=utf-8", b"<!DOCTYPE html>"),
        ("-200198", "text/html; charset=utf-8", b""),
    ],
)
def test_bodies_that_are_no_story(newsroom: Newsroom, part: str, content_type: str, start: bytes) -> None:
    reply = ask(trap(newsroom, part).url)
    assert (reply.status, reply.headers["Content-Type"]) == (200, content_type)
    assert reply.body.startswith(start) if start else reply.body == b""


def test_a_page_is_nested_very_deep(newsroom: Newsroom) -> None:
    assert ask(trap(newsroom, "terms-of-the-tender").url).body.count(b"<div>") == 20_000


def test_every_trap_is_listed_and_says_what_it_is_for(newsroom: Newsroom) -> None:
    skipped = newsroom.skipped()
    assert len({s.url for s in skipped}) == len(skipped) >= 20
    assert not {s.url for s in skipped} & {url for e in newsroom.expected() for url in e.listed_urls}
    assert all(s.outcomes for s in skipped if not s.url.startswith("javascript:"))
    assert {s.reason for s in skipped if not s.fetched} == {"robots", "rights", "pattern", "host", "scheme"}

"""Feeds of several pages: read back as far as something is new, and dealt with as one."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from crawl_lab import Reply, Server, commit, crawl, job_of, outlet, served

from broadtape.capture import Listing
from broadtape.times import iso
from spiders.discovery.feeds import parse_feed
from spiders.discovery.further_pages import next_of, with_further_pages
from spiders.discovery.listing_state import ListingState
from spiders.discovery.reading import Reading

_NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
_FEED = "https://x.example/feed"


def _page(number: int, *, before: ListingState | None = None, last: bool = False) -> Reading:
    """A feed's page with one story, a day older than that of the page before."""
    url = f"{_FEED}?page={number}"
    story = Listing(f"https://x.example/{number}", url, "feed", published_at=_NOW - timedelta(days=number))
    further = None if last else f"{_FEED}?page={number + 1}"
    return Reading(url, "feed", "200", (story,), listed=1, before=before, next_page=further)


def _read(first: Reading, *, since: datetime | None = None, fails_at: int | None = None) -> tuple[Reading, list[str]]:
    asked: list[str] = []

    async def look(url: str) -> Reading | None:
        asked.append(url)
        number = int(url.rpartition("=")[2])
        return Reading(url, "feed", "500") if number == fails_at else _page(number, last=number == 9)

    return asyncio.run(with_further_pages(first, look, since)), asked


def test_pages_are_read_back_to_what_was_known() -> None:
    before = ListingState(_NOW, _NOW, newest=_NOW - timedelta(days=4))
    whole, asked = _read(_page(1, before=before))
    assert [url[-1] for url in asked] == ["2", "3", "4"]
    assert (whole.listed, whole.cut, whole.before) == (4, None, None)
    assert {story.listed_in for story in whole.listings} == {_FEED + "?page=1"}


def test_an_order_goes_back_as_far_as_it_says_and_the_feed_goes() -> None:
    assert len(_read(_page(1), since=_NOW - timedelta(days=3, hours=1))[1]) == 3
    assert len(_read(_page(1), since=_NOW - timedelta(days=300))[1]) == 8


def test_a_first_look_and_one_that_missed_nothing_read_one_page() -> None:
    before = ListingState(_NOW, _NOW, newest=_NOW - timedelta(hours=30))
    assert _read(_page(1)) == (_page(1), [])
    older = ListingState(_NOW, _NOW, newest=_NOW)
    assert _read(_page(1, before=older))[1] == []
    assert len(_read(_page(1, before=before))[1]) == 1


def test_a_feed_that_goes_on_with_itself_has_one_page() -> None:
    circle = replace(_page(1), next_page=f"{_FEED}?page=1")
    assert _read(circle, since=_NOW - timedelta(days=300)) == (circle, [])


def test_a_page_that_cannot_be_read_is_told() -> None:
    first = replace(_page(1), state=ListingState(_NOW, _NOW))
    whole, _ = _read(first, since=_NOW - timedelta(days=300), fails_at=3)
    assert whole.state is None  # so that the next look goes back as far
    assert (whole.listed, whole.cut) == (2, f"its page {_FEED}?page=3 could not be read: 500")


@pytest.mark.parametrize(
    "body",
    [
        b"<feed><link rel='self' href='/x'/><link rel='next' href='?page=2'/></feed>",
        b"<rss xmlns:a='http://www.w3.org/2005/Atom'><a:link rel='prev-archive' href='?page=2'/></rss>",
        json.dumps({"items": [], "next_url": "https://x.example/feed?page=2"}).encode(),
    ],
)
def test_where_a_feed_goes_on(body: bytes) -> None:
    assert parse_feed(body, _FEED).next_page == "https://x.example/feed?page=2"


@pytest.mark.parametrize(
    ("header", "further"),
    [
        ('<https://x.example/posts?page=2>; rel="next"', "https://x.example/posts?page=2"),
        ('</posts>; rel="prev", </posts?page=3>; rel=next', "https://x.example/posts?page=3"),
        ('<https://x.example/wp-json/>; rel="https://api.w.org/"', None),
        ("<a.css>; rel=preload; as=style", None),
        ("<" * 9000, None),
        (None, None),
    ],
)
def test_a_header_may_say_it_too(header: str | None, further: str | None) -> None:
    assert next_of(header, "https://x.example/posts") == further


def test_an_entrys_own_links_are_not_the_feeds() -> None:
    entry = b"<feed><entry><link href='/1'/><link rel='next' href='/2'/></entry></feed>"
    assert parse_feed(entry, _FEED).next_page is None


def _served_page(server: Server, number: int) -> Reply:
    item = {"url": f"/story-{number}", "title": f"Tin {number}", "date_published": iso(_NOW - timedelta(days=number))}
    return Reply(json.dumps({"items": [item], "next_url": f"/feed?page={number + 1}"}).encode())


def test_a_crawl_reads_back_over_pages_where_it_is_asked_to(tmp_path: Path) -> None:
    with served() as server:
        server.routes["/feed"] = _served_page(server, 1)
        for number in range(1, 6):
            server.routes[f"/feed?page={number}"] = _served_page(server, number)
            server.routes[f"/story-{number}"] = Reply()
        site = outlet("paged", server)
        first = crawl(job_of(tmp_path, site, run="20261123T201900Z-000001"))
        commit(tmp_path, first)
        since = _NOW - timedelta(days=3, hours=1)
        second = crawl(job_of(tmp_path, site, run="20261123T202900Z-000002", since=since))
    assert set(first.told("paged")) == {"/story-1"}
    assert set(second.told("paged")) == {"/story-2", "/story-3"}
    assert [read.listed for read in second.ends["paged"].listings] == [4]

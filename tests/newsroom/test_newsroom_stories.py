"""What is on sale: the stories, their pages, and where they are listed."""

from __future__ import annotations

import gzip
from collections import Counter
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit

import feedparser
import pytest
from lxml import etree, html
from newsroom_client import ask

from broadtape.settings import load_settings
from broadtape.urls import host_of
from examples.newsroom import Expected, Newsroom
from examples.newsroom.room_config import SHIPPED_CONFIG

STORIES_IN_EDITION_1 = 48
SITEMAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def story(room: Newsroom, part: str) -> Expected:
    return next(expected for expected in room.expected() if part in expected.url)


def served(room: Newsroom, expected: Expected) -> bytes:
    reply = ask(expected.url)
    return (reply if reply.status == 200 else ask(expected.url)).body


def read(page: bytes, expected: Expected) -> str:
    charset = "iso-8859-1" if "200103" in expected.url or "200104" in expected.url else "utf-8"
    return " ".join(html.fromstring(page.decode(charset)).text_content().split())


def test_there_are_at_least_three_outlets_and_forty_stories(newsroom: Newsroom) -> None:
    counts = Counter(expected.outlet for expected in newsroom.expected())
    assert counts.keys() == {"marketferry", "harbour-ledger", "wirepoint", "kontorblatt"}
    assert sum(counts.values()) == STORIES_IN_EDITION_1
    assert min(counts.values()) >= 9


def test_every_story_is_really_written(newsroom: Newsroom) -> None:
    for expected in newsroom.expected(2):
        assert len(expected.paragraphs) >= 6, expected.url
        assert sum(map(len, expected.paragraphs)) > 900, expected.url
        assert expected.summary, expected.url
        assert expected.authors, expected.url


def test_no_two_stories_share_a_paragraph_except_the_release(newsroom: Newsroom) -> None:
    times = Counter(chain.from_iterable(expected.paragraphs for expected in newsroom.expected()))
    shared = {paragraph for paragraph, count in times.items() if count > 1}
    release = story(newsroom, "/releases/2026/11/harlow-marine")
    assert shared == set(release.paragraphs)


def test_the_release_runs_at_a_second_outlet_that_names_the_first(newsroom: Newsroom) -> None:
    copy, release = story(newsroom, "/45619212/"), story(newsroom, "301882745")
    assert copy.canonical_url == release.url
    assert f'<link rel="canonical" href="{release.url}">' in served(newsroom, copy).decode()


def test_every_page_carries_its_story_title_and_time(newsroom: Newsroom) -> None:
    for expected in newsroom.expected():
        page = served(newsroom, expected)
        text = read(page, expected)
        missing = [p for p in (expected.title, *expected.paragraphs) if " ".join(p.split()) not in text]
        assert not missing, expected.url
        assert all(cell in text for table in expected.tables for row in table for cell in row), expected.url
        assert f"{expected.published:%Y-%m-%d}".encode() in page, expected.url


def test_pages_carry_what_must_be_stripped(newsroom: Newsroom) -> None:
    page = served(newsroom, story(newsroom, "/45619023/")).decode()
    for line in ("Loading...", "See Also:", "Read Next:", "Photo courtesy:", "Posted In:", "brought to you by"):
        assert line in page
    assert page.count("Loading...") >= 4


def test_the_pages_are_the_same_bytes_from_another_newsroom(newsroom: Newsroom) -> None:
    first = {urlsplit(e.url).path: served(newsroom, e) for e in newsroom.expected()}
    with Newsroom() as other:
        for expected in other.expected():
            page = served(other, expected)
            for name in [*other.outlets, "backoffice"]:
                page = page.replace(other.base(name).encode(), newsroom.base(name).encode())
            assert page == first[urlsplit(expected.url).path]


@pytest.mark.parametrize(("outlet", "path"), [("marketferry", "/feed"), ("kontorblatt", "/feed")])
def test_rss_lists_every_story_with_its_time(newsroom: Newsroom, outlet: str, path: str) -> None:
    feed = feedparser.parse(ask(newsroom.base(outlet) + path).body)
    assert not feed.bozo
    listed = {entry.get("link"): entry for entry in feed.entries}
    for expected in (e for e in newsroom.expected() if e.outlet == outlet):
        for url in expected.listed_urls:
            assert listed[url].title == expected.title
            assert tuple(listed[url].published_parsed)[:5] == expected.published.timetuple()[:5]
            changed = expected.modified or expected.published
            assert tuple(listed[url].updated_parsed)[:5] == changed.timetuple()[:5]


def test_atom_lists_every_release(newsroom: Newsroom) -> None:
    feed = feedparser.parse(ask(newsroom.base("wirepoint") + "/releases.atom").body)
    assert not feed.bozo
    assert {e.url for e in newsroom.expected() if e.outlet == "wirepoint"} <= {entry.link for entry in feed.entries}


def test_news_sitemap_is_gzipped_behind_an_index(newsroom: Newsroom) -> None:
    index = etree.fromstring(ask(newsroom.base("harbour-ledger") + "/sitemap-index.xml").body)
    sitemaps = index.xpath("//s:loc/text()", namespaces=SITEMAP)
    packed = ask(next(url for url in sitemaps if url.endswith(".gz")))
    assert packed.headers["Content-Encoding"] is None
    listed = etree.fromstring(gzip.decompress(packed.body)).xpath("//s:loc/text()", namespaces=SITEMAP)
    assert {e.url for e in newsroom.expected() if e.outlet == "harbour-ledger"} <= set(listed)


def test_a_story_is_listed_twice_with_tracking_parameters(newsroom: Newsroom) -> None:
    expected = story(newsroom, "/45619133/")
    assert len(expected.listed_urls) == 2
    assert {url.partition("?")[0] for url in expected.listed_urls} == {expected.url}
    assert len({ask(url).headers["ETag"] for url in expected.listed_urls}) == 1


def test_the_front_page_links_to_the_stories(newsroom: Newsroom) -> None:
    page = html.fromstring(ask(newsroom.base("kontorblatt") + "/section/m%C3%A4rkte").body.decode())
    assert "/maerkte/weizen-so-billig-wie-zuletzt-vor-sechs-jahren-200104.html" in page.xpath("//main//a/@href")


def test_shipped_configuration_is_valid_and_knows_the_stories() -> None:
    sites = load_settings(SHIPPED_CONFIG).sites()
    assert [site.enabled for site in sites.values()] == [True] * 4
    assert all(site.network == "private" for site in sites.values())


def test_configuration_of_a_room_names_its_own_ports_and_folders(newsroom: Newsroom) -> None:
    settings = load_settings(newsroom.config)
    assert Path(settings.archive).parent == settings.spool.parent == newsroom.folder
    for name, site in settings.sites().items():
        assert site.hosts == (host_of(newsroom.base(name)),)
        assert all(site.owns(source.url) for source in (*site.feeds, *site.news_sitemaps))


def test_patterns_tell_stories_from_other_pages(newsroom: Newsroom) -> None:
    sites = load_settings(newsroom.config).sites()
    for expected in newsroom.expected(2):
        assert all(sites[expected.outlet].is_article(url) for url in expected.listed_urls), expected.url
        numbered = sites[expected.outlet].number_of(expected.url)
        assert (numbered is None) == (expected.outlet == "harbour-ledger")
    ruled_out = [s.url for s in newsroom.skipped() if s.reason == "pattern"]
    assert ruled_out
    assert not any(sites["marketferry"].is_article(url) for url in ruled_out)


def test_generated_stories_are_many_different_and_as_large_as_asked() -> None:
    with Newsroom(extra_stories=30, page_bytes=40_000, faults=False) as room:
        everything = room.expected()
        extra = [e for e in everything if e.published.day < 15]
        assert len(extra) == 30
        assert len(everything) == STORIES_IN_EDITION_1 + 30
        assert len({p for e in extra for p in e.paragraphs}) == sum(len(e.paragraphs) for e in extra)
        assert {len(ask(e.url).body) // 100 for e in extra} == {400}
        sites = load_settings(room.config).sites()
        assert all(sites[e.outlet].is_article(e.url) for e in extra)
        assert all(site.max_pages_per_run >= 200 for site in sites.values())


def test_without_faults_only_plain_stories_are_listed() -> None:
    with Newsroom(faults=False, delay=0.0) as room:
        assert room.skipped() == []
        assert all(ask(e.url).status == 200 for e in room.expected())
        assert b"Crawl-delay" not in ask(room.base("marketferry") + "/robots.txt").body
        assert {site.delay for site in load_settings(room.config).sites().values()} == {0.0}


def test_extra_outlets_carry_generated_stories_only() -> None:
    with Newsroom(extra_outlets=3, extra_stories=60, faults=False) as room:
        sites = load_settings(room.config).sites()
        of_gazettes = [e for e in room.expected() if e.outlet.startswith("gazette-")]
        assert Counter(e.outlet for e in of_gazettes) == {"gazette-01": 10, "gazette-02": 10, "gazette-03": 10}
        for expected in of_gazettes:
            site = sites[expected.outlet]
            assert site.enabled
            assert site.is_article(expected.url)
            assert site.owns(expected.url)
            assert expected.paragraphs[0] in read(ask(expected.url).body, expected)
        feed = feedparser.parse(ask(sites["gazette-02"].feeds[0].url).body)
        assert {e.link for e in feed.entries} == {e.url for e in of_gazettes if e.outlet == "gazette-02"}

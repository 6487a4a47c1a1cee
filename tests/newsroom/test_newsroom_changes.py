"""What changes between two looks: editions, new stories, and the ways in which an outlet can break."""

from __future__ import annotations

from urllib.parse import urlsplit

import feedparser
import pytest
from newsroom_client import ask

from examples.newsroom import Newsroom, PortInUse

CHANGED = "/45619023/"
NEW = "/45619301/"
LISTINGS = {
    "marketferry": "/feed",
    "harbour-ledger": "/sitemap-index.xml",
    "wirepoint": "/releases.atom",
    "kontorblatt": "/feed",
}


def etags(room: Newsroom) -> dict[str, str]:
    urls = [e.url for e in room.expected()] + [room.base(name) + path for name, path in LISTINGS.items()]
    return {url: ask(url, method="HEAD").headers["ETag"] or ask(url).headers["ETag"] for url in urls}


def test_edition_2_changes_one_story_and_adds_one_and_nothing_else(room: Newsroom) -> None:
    before = etags(room)
    room.set_edition(2)
    after = etags(room)
    assert {url for url in after if NEW in url} == after.keys() - before.keys()
    changed = {url for url in before if before[url] != after[url]}
    feed = room.base("marketferry") + "/feed"
    assert changed == {feed, next(url for url in before if CHANGED in url)}
    assert len(after) == len(before) + 1


def test_the_changed_story_says_so_in_page_and_feed(room: Newsroom) -> None:
    first = next(e for e in room.expected() if CHANGED in e.url)
    second = next(e for e in room.expected(2) if CHANGED in e.url)
    assert first.modified is None
    assert second.modified is not None
    assert second.update_note is not None
    assert 0 < len(set(second.paragraphs) - set(first.paragraphs)) <= 2
    assert first.title == second.title
    assert "1.62 billion" in ask(first.url).body.decode()
    room.set_edition(2)
    assert "1.62 billion" not in ask(first.url).body.decode()
    entries = feedparser.parse(ask(room.base("marketferry") + "/feed").body).entries
    (entry,) = [entry for entry in entries if entry.get("link") == first.url]
    assert tuple(entry.updated_parsed)[:5] == second.modified.timetuple()[:5]
    assert tuple(entry.published_parsed)[:5] == first.published.timetuple()[:5]


def test_published_stories_are_newer_and_change_no_other_page(room: Newsroom) -> None:
    before = etags(room)
    fresh = [*room.publish("harbour-ledger", 2), *room.publish("harbour-ledger", 1), *room.publish("kontorblatt", 1)]
    assert len({e.url for e in fresh}) == 4
    assert {e.url for e in fresh} <= {e.url for e in room.expected()}
    after = etags(room)
    changed = {urlsplit(url).path for url in before if before[url] != after[url]}
    assert changed == {"/sitemap-index.xml", "/feed"}
    newest = max(e.published for e in room.expected(1) if e not in fresh)
    assert min(e.published for e in fresh) > newest


def test_a_redesign_leaves_the_stories_out(room: Newsroom) -> None:
    expected = next(e for e in room.expected() if e.outlet == "wirepoint")
    room.redesign("wirepoint")
    page = ask(expected.url).body.decode()
    assert expected.paragraphs[1] not in page
    assert "Welcome to the new Wirepoint" in page
    assert "2026-11" not in page
    other = next(e for e in room.expected() if e.outlet == "marketferry")
    assert other.paragraphs[-1] in ask(other.url).body.decode()


@pytest.mark.parametrize("outlet", LISTINGS)
def test_an_emptied_feed_answers_well_and_lists_nothing(room: Newsroom, outlet: str) -> None:
    room.empty_feed(outlet)
    reply = ask(room.base(outlet) + LISTINGS[outlet])
    assert reply.status == 200
    assert b"2026/11/1" not in reply.body
    assert b"<item>" not in reply.body
    assert b"<entry>" not in reply.body
    if outlet == "harbour-ledger":
        assert ask(room.base(outlet) + "/sitemaps/news-1.xml.gz").status == 200


def test_a_feed_asks_for_rest_when_told_to(room: Newsroom) -> None:
    assert "ttl" not in feedparser.parse(ask(room.base("kontorblatt") + "/feed").body).feed
    room.set_ttl("kontorblatt", 10)
    assert feedparser.parse(ask(room.base("kontorblatt") + "/feed").body).feed["ttl"] == "10"


def test_shifted_dates_show_in_page_and_feed(room: Newsroom) -> None:
    before = next(e for e in room.expected() if "-200101" in e.url)
    room.shift_dates("kontorblatt", 1)
    after = next(e for e in room.expected() if "-200101" in e.url)
    assert (after.published - before.published).days == 1
    page = ask(after.url).body.decode()
    assert "2026-11-17T07:10:00+01:00" in page
    assert "2026-11-16" not in page


def test_a_port_in_use_is_a_sentence(room: Newsroom) -> None:
    taken = urlsplit(room.base("marketferry")).port
    assert taken is not None
    with pytest.raises(PortInUse, match=rf"Port {taken} on 127\.0\.0\.1 is in use"):
        Newsroom(ports=taken)

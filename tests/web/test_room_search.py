"""Searching in the room: what stands beside an answer, what becomes of a bad question, and answers as feeds."""

from __future__ import annotations

import itertools
import re
import tomllib
from datetime import date, timedelta
from html import unescape
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from room_samples import HOSTILE, REVISED, Room, at
from starlette.datastructures import QueryParams

from broadtape.times import iso
from broadtape.web.page_query import PageQuery
from broadtape.web.widgets.histogram import histogram_of

ATOM = "{http://www.w3.org/2005/Atom}"


def choices(text: str, group: str) -> dict[str, int]:
    """The values that are offered to narrow an answer by, with their counts."""
    (found,) = re.findall(rf'<section aria-labelledby="by-{group}">(.*?)</section>', text, re.DOTALL) or [""]
    return {name: int(count) for name, count in re.findall(r"<bdi>(.*?)</bdi></a> <span[^>]*>([0-9,]+)<", found)}


def titles(text: str) -> list[str]:
    return re.findall(r"<h3><a [^>]*><bdi>(.*?)</bdi>", text)


def total(text: str) -> int:
    (count,) = re.findall(r'<h2 id="results" class="count">([0-9,]+) stor', text)
    return int(count)


@pytest.mark.parametrize("words", ["", "plain"])
def test_what_stands_beside_an_answer_counts_what_its_links_lead_to(room: Room, words: str) -> None:
    page = room.get("/search", q=words, section="markets").text
    for group in ("language", "ticker"):
        links = re.findall(rf'<section aria-labelledby="by-{group}">.*?</section>', page, re.DOTALL)
        for link, count in re.findall(r'<a href="([^"]*)"><bdi>[^<]*</bdi></a> <span[^>]*>([0-9,]+)<', "".join(links)):
            assert total(room.get(unescape(link)).text) == int(count), link
    assert choices(page, "language") == {"en": 20 if words else 21, "de": 6}
    assert "Plain story" in page


def test_a_filter_in_force_can_be_taken_off(room: Room) -> None:
    page = room.get("/search", site="ledger", language="de", since="2026-02-20").text
    (chips,) = re.findall(r'<ul class="chips".*?</ul>', page, re.DOTALL)
    offered = {
        unescape(name): unescape(link) for link, name in re.findall(r'href="([^"]*)">.*?<bdi>(.*?)</bdi>', chips)
    }
    assert offered == {
        "The Ledger": "/search?language=de&since=2026-02-20",
        "de": "/search?site=ledger&since=2026-02-20",
        "from 2026-02-20": "/search?site=ledger&language=de",
    }


def test_the_bars_lead_to_the_days_that_they_count(room: Room) -> None:
    page = room.get("/search", q="plain").text
    bars = re.findall(r'<li><a href="([^"]*)">([^<]*)</a> <span class="dim">([0-9,]+)<', page)
    assert sum(int(count) for _, _, count in bars) == total(page) == 41  # an undated one when it was first seen
    link, name, count = bars[-1]
    assert name == "1 Mar 2026"
    assert total(room.get(unescape(link)).text) == int(count) == 4


@given(st.lists(st.dates(date(1900, 1, 1), date(2200, 1, 1)), min_size=1, max_size=30))
def test_no_day_is_lost_and_no_span_makes_too_many_bars(days: list[date]) -> None:
    counted = sorted((day, days.count(day)) for day in set(days))
    drawn = histogram_of(counted, lambda first, last: f"{first}/{last}")
    assert drawn is not None
    assert sum(each.count for each in drawn.bins) == len(days)
    assert len(drawn.bins) <= (62 if drawn.unit != "year" else 302)
    edges = [(each.first, each.last) for each in drawn.bins]
    assert all(after[0] == before[1] + timedelta(days=1) for before, after in itertools.pairwise(edges))


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"since": "yesterday"}, "is no time"),
        ({"since": "2026-03-02", "until": "2026-02-01"}, "lies after until"),
        ({"page": "0"}, "expected a number"),
        ({"page": "99999999999999999999"}, "expected a number"),
        ({"clock": "sun"}, "expected archived or fetched"),
        ({"q": "x" * 5_000}, "at most 4,000"),
        ({"q": "x" * 2_000}, "2,000 characters"),
        ({"until": "9999-12-31"}, "lies outside of the years"),
        ({"q": "a*"}, "too short"),
    ],
)
def test_a_question_that_means_nothing_keeps_its_form(room: Room, params: dict[str, str], sentence: str) -> None:
    page = room.get("/search", **{"ticker": "PLN", **params})
    assert page.status == 400
    (told,) = re.findall(r'<div class="note" role="alert" id="wrong">(.*?)</div>', page.text, re.DOTALL)
    assert sentence in unescape(told)
    assert 'value="PLN"' in page.text
    assert "How to write a search" in page.text


@pytest.mark.parametrize(
    ("words", "marked"), [('"unclosed', '"'), ("rates AND (cut", "("), ("cut)", ")"), ("titel:cut", "t"), ("a OR", "O")]
)
def test_where_a_search_is_wrong_is_shown(room: Room, words: str, marked: str) -> None:
    page = room.get("/search", q=words)
    assert page.status == 400
    assert f"<mark>{marked}</mark>" in unescape(page.text)
    assert f'value="{words}"' in unescape(page.text)


def test_a_search_can_be_kept_as_lines_of_toml(room: Room) -> None:
    asked = PageQuery.of(QueryParams([("q", 'say "when" \\ '), ("site", "ledger"), ("section", "M\x08")]))
    (kept,) = tomllib.loads(asked.as_saved())["search"]
    assert kept == {"name": asked.query, "q": asked.query, "site": ["ledger"], "section": ["M\x08"]}
    assert "[[search]]" in room.get("/search", q="plain").text


def entries(body: bytes) -> list[ElementTree.Element]:
    return ElementTree.fromstring(body).findall(f"{ATOM}entry")


def test_every_list_names_its_feed(room: Room) -> None:
    for path, count in (("/search?q=carmakers", 1), ("/ticker/PLN", 8), ("/outlet/wire", 5), ("/", 45)):
        page = room.get(path).text
        (link,) = re.findall(r'<link rel="alternate" type="application/atom\+xml" title="[^"]*" href="([^"]*)">', page)
        feed = room.get(unescape(link))
        assert feed.status == 200
        assert feed.headers["content-type"] == "application/atom+xml"
        assert len(entries(feed.body)) == count, path


def test_a_feed_holds_stories_newest_by_arrival_each_under_one_name(room: Room) -> None:
    feed = room.get("/feed.atom", site="ledger")
    first = entries(feed.body)[0]
    told = {each.tag.removeprefix(ATOM): each.text for each in first}
    assert told["title"] == "Widget raises it again"
    assert told["updated"] == iso(at(29))
    assert told["published"] == iso(at(0))
    (link,) = [each.get("href") for each in first.findall(f"{ATOM}link") if each.get("rel") == "alternate"]
    assert (link or "").startswith(f"{room.base}/story?url=")
    then = entries(room.get("/feed.atom", site="ledger", q="carmakers", as_of=iso(at(3))).body)
    assert [each.findtext(f"{ATOM}title") for each in then] == ["Widget raises outlook"]
    assert then[0].findtext(f"{ATOM}id") == told["id"]


def test_a_feed_that_did_not_change_is_not_sent_again(room: Room) -> None:
    tag = room.get("/feed.atom", q="plain").headers["etag"]
    assert room.get("/feed.atom", q="plain").headers["etag"] == tag
    again = room.get("/feed.atom", q="plain", headers={"If-None-Match": tag})
    assert (again.status, again.body) == (304, b"")


def test_hostile_stories_are_well_formed_in_a_feed(room: Room) -> None:
    hostile = [each for each in entries(room.get("/feed.atom", site="wire").body) if "Hostile" in (each[1].text or "")]
    (link,) = [each.get("href") for each in hostile[0].findall(f"{ATOM}link") if each.get("rel") == "via"]
    assert link == HOSTILE
    assert room.get("/feed.atom", q="(").status == 400
    assert entries(room.get("/feed.atom", q="nowhere").body) == []


def test_a_citation_names_the_very_text(room: Room) -> None:
    page = unescape(room.get("/story/cite", url=REVISED, revision=1).text)
    link = f"{room.base}/story?url="
    assert "@online{ledger-20260301-widget," in page
    assert "author = {{Ada Writer} and {Bo Writer}}" in page
    assert '"literal": "Ada Writer"' in page
    (permanent,) = re.findall(r'aria-label="Permanent link"><code>(.*?)</code>', page)
    assert permanent.startswith(link)
    assert "Shares gained in early trading." in room.get(permanent.removeprefix(room.base)).text
    hostile = room.get("/story/cite", url=HOSTILE).text
    assert "<script>document" not in hostile


def test_corrected_lately_shows_the_sentence_that_changed(room: Room) -> None:
    page = room.get("/corrected").text
    assert "2 revisions beside first texts" in page
    assert page.index("Shares <del>gained") < page.index("Revenue rose <del>5</del><ins>7</ins>% to 1.2 billion")
    assert "No publisher changed anything" in room.get("/corrected", site="wire").text
    assert "1 revision beside" in room.get("/corrected", as_of=iso(at(6))).text


def test_an_author_has_a_page(room: Room) -> None:
    page = room.get("/author/Ada%20Writer")
    assert "1 story" in page.text
    assert 'href="/ticker/WDG"' in page.text
    assert room.get("/author/Ada").status == 404


def test_near_duplicates_are_one_entry_that_opens(room: Room) -> None:
    for path in ("/search?q=carmakers", "/search?since=2026-03-01&until=2026-03-01"):
        page = room.get(path).text
        assert page.count("and 1 more with nearly the same text") == 1
        assert re.search(r'<ul class="likes">\s*<li><a [^>]*><bdi>Widget lifts guidance', page)
        assert "1 of them stands behind others" in page
    assert titles(room.get("/search?q=carmakers&site=wire").text) == ["Widget lifts guidance"]


def test_what_nobody_dates_goes_by_when_it_was_seen(room: Room) -> None:
    page = room.get("/search", since="2026-03-01", site="ledger").text
    assert "1 story has no time of publication" in page
    assert "Plain story 6" in titles(page)
    assert re.search(r"Fetched <time[^>]*>1 March 2026, 12:30 UTC", page)

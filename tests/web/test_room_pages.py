"""What the reading room's pages hold, over HTTP, as a browser would ask for them."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import polars as pl
import pytest
from room_samples import COPY, FORGOTTEN, REVISED, SKIPPED, Room, at, open_room, sample_archive

from broadtape.archive import Archive
from broadtape.archive.lifecycle.takedown import forget
from broadtape.times import iso

THEN = {"as_of": iso(at(3))}


def titles(text: str) -> list[str]:
    """The headlines of the stories on a page, in order."""
    return re.findall(r"<h3><a [^>]*><bdi>(.*?)</bdi>", text)


def test_the_overview_shows_what_came_in_and_what_is_wrong(room: Room) -> None:
    page = room.get("/")
    assert page.status == 200
    assert "46 stories of 2 outlets" in page.text
    assert titles(page.text)[0].startswith("Hostile")
    assert "1 outlet in trouble" in page.text
    assert re.search(r'<rect class="c1" .*?<title>The Ledger, 1 March 2026: 4</title>', page.text)
    assert '<th scope="row">2026-03-01</th>' in page.text


def test_as_of_holds_on_every_page_and_in_every_link(room: Room) -> None:
    page = room.get("/", **THEN)
    assert "41 stories of 2 outlets" in page.text
    assert "You read the archive as of" in page.text
    assert "Widget raises outlook" in page.text
    assert "in trouble" not in page.text  # what is wrong now says nothing of then
    links = re.findall(r'<a [^>]*href="(/[^"]*)"', page.text)
    assert [link for link in links if "as_of=2026-03-01T15" not in link] == ["/"]
    assert '<a href="/">Back to now</a>' in page.text


def test_both_clocks(room: Room) -> None:
    assert "Hostile" not in room.get("/search", as_of=iso(at(4.5)), clock="archived").text
    fetched = room.get("/search", as_of=iso(at(4.5)), clock="fetched").text
    assert "Hostile" in fetched
    assert "the world could read then" in fetched


def test_search_by_words_marks_them(room: Room) -> None:
    page = room.get("/search", q="carmakers", site="ledger")
    assert titles(page.text) == ["Widget raises it again"]
    assert "<mark>carmakers</mark>" in page.text
    assert "1 story" in page.text


def test_search_by_filters(room: Room) -> None:
    assert "8 stories" in room.get("/search", ticker="NYSE:PLN").text
    assert "10 stories" in room.get("/search", language="de").text
    one_day = titles(room.get("/search", since="2026-02-20", until="2026-02-20").text)
    assert sorted(one_day) == ["Plain story 18", "Plain story 19"]
    assert titles(room.get("/search", q="plain", ticker="PLN", section="Companies", until="2026-02-20").text)
    nothing = room.get("/search", section="Nowhere")
    assert (nothing.status, titles(nothing.text)) == (200, [])
    assert "No story passes these filters" in nothing.text


def test_pages_of_a_long_answer_hold_each_story_once_newest_first(room: Room) -> None:
    first, second = (room.get("/search", site="ledger", page=number).text for number in (1, 2))
    shown = [*titles(first), *titles(second)]
    assert len(shown) == len(set(shown)) == 41
    assert "Plain story 6" in titles(first)  # nobody says when it was published: it goes by when it was fetched
    assert 'rel="next"' in first
    assert 'rel="next"' not in second
    assert "There are only 2 pages" in room.get("/search", site="ledger", page=9).text


def test_an_address_that_is_searched_for_is_opened(room: Room) -> None:
    answer = room.get("/search", q=f"{REVISED}?utm_source=x", **THEN)
    assert answer.status == 303
    page = room.get(answer.headers["location"])
    assert "Widget raises outlook" in page.text
    assert "You read the archive as of" in page.text


def test_a_story_with_its_facts_and_their_sources(room: Room) -> None:
    page = room.get("/story", url=REVISED).text
    for fact in (
        "Widget raises it again",
        'By <a href="/author/Ada%20Writer"><bdi>Ada Writer</bdi></a>, <a href="/author/Bo%20Writer">',
        "in JSON-LD: “<bdi>Mar 1, 2026 12:00</bdi>”",
        'href="/ticker/NYSE%3AWDG"',
        "cashtag in the text",
        "The growth of revenue was corrected.",
        "Shares closed lower after all.",
        "3 revisions",
        "2 lines taken out",
        "broadtape-0.1.0/aaaa",
        'rel="noopener noreferrer external"',
    ):
        assert fact in page, fact


def test_a_day_that_is_only_likely_is_told_as_such(room: Room) -> None:
    assert "likely: the page states no publication: “<bdi>Updated Mar 1, 2026" in room.get("/story", url=COPY).text


def test_a_story_names_its_likes(room: Room) -> None:
    for url, other in ((REVISED, "Widget lifts guidance"), (COPY, "Widget raises it again")):
        page = room.get("/story", url=url).text
        (likes,) = re.findall(r'<ul class="likes">(.*?)</ul>', page, re.DOTALL)
        assert other in likes
        assert likes.count("<li>") == 1
    assert "Nearly the same text" not in room.get("/story", url=REVISED, **THEN).text


def test_an_older_revision_says_so(room: Room) -> None:
    page = room.get("/story", url=REVISED, revision=1).text
    assert "This is revision 1 of 3" in page
    assert "Shares gained in early trading." in page
    assert room.get("/story", url=REVISED, revision=4).status == 404
    assert room.get("/story", url=REVISED, revision="x").status == 400


def test_changes_word_by_word(room: Room) -> None:
    page = room.get("/story/changes", url=REVISED).text
    assert "Revenue rose <del>5</del><ins>7</ins>% to 1.2 billion" in page
    assert "<del>gained in early trading</del><ins>closed lower after all</ins>" in page
    assert "Widget raises <del>outlook</del><ins>it again</ins>" in page
    assert "2 paragraphs unchanged" in page
    assert page.index("Revision 3") < page.index("Revision 2")


def test_removed_lines_with_their_rules(room: Room) -> None:
    page = room.get("/story/removed", url=REVISED).text
    assert re.search(r"Read more about Widget</td><td><code>read-more</code>", page)


def test_the_archived_page_and_its_headers(room: Room) -> None:
    page = room.get("/story/page", url=REVISED).text
    assert re.search(r'<iframe class="cage" sandbox=""[^>]* src="/story/page/body\?url=[^"]*"', page)
    assert "&lt;b&gt;&#34;&#39;&lt;/b&gt;" in page
    body = room.get("/story/page/body", url=REVISED)
    assert body.text.startswith("<h1>Widget</h1><p>Revenue röse.</p>")
    assert body.headers["content-type"] == "text/html; charset=utf-8"


def test_an_outlet_with_its_days_gaps_and_runs(room: Room) -> None:
    page = room.get("/outlet/ledger", month="2026-03").text
    assert "1 March: 4 stories" in page
    assert "2 March: looked at, nothing new" in page
    assert "3 March: not looked at" in page
    assert "February 2026" in page
    assert "January 2026" not in page  # nothing lies before its first day
    assert page.count('<th scope="row"><time') == 3
    assert "javascript:alert(1)" in page
    assert 'href="javascript' not in page
    assert room.get("/outlet/wire").text.count("no feed could be read") == 1
    assert room.get("/outlet/nonsense").status == 404
    assert room.get("/outlet/ledger", month="2026-13").status == 400


def test_a_ticker_with_and_without_its_exchange(room: Room) -> None:
    for symbol in ("NYSE%3APLN", "pln", "NYSE:PLN"):
        page = room.get(f"/ticker/{symbol}")
        assert page.status == 200
        assert "8 stories" in page.text
        assert re.search(r"NYSE</th><td>link</td><td class=\"n\">8</td>", page.text)
    assert room.get("/ticker/NOBODY").status == 404


def test_downloads_hold_what_the_page_counts(room: Room) -> None:
    lines = room.get("/download.jsonl", site="ledger", section="markets").text.splitlines()
    rows = list(csv.DictReader(io.StringIO(room.get("/download.csv", site="ledger", section="markets").text)))
    frame = pl.read_parquet(io.BytesIO(room.get("/download.parquet", site="ledger", section="markets").body))
    assert len(lines) == len(rows) == frame.height == 27
    assert [json.loads(line)["title"] for line in lines] == [row["title"] for row in rows] == frame["title"].to_list()
    assert "27 stories as a file" in room.get("/search", site="ledger", section="markets").text


def test_downloads_of_words_of_a_story_and_of_nothing(room: Room) -> None:
    answer = room.get("/download.jsonl", q="carmakers", site="ledger")
    assert [json.loads(line)["url"] for line in answer.text.splitlines()] == [REVISED]
    assert answer.headers["content-disposition"] == 'attachment; filename="broadtape-ledger-carmakers.jsonl"'
    revisions = [json.loads(line)["revision"] for line in room.get("/download.jsonl", url=REVISED).text.splitlines()]
    assert sorted(revisions) == [1, 2, 3]
    assert [
        json.loads(line)["revision"] for line in room.get("/download.jsonl", url=REVISED, **THEN).text.splitlines()
    ] == [1]
    assert room.get("/download.jsonl", section="nowhere").body == b""
    assert pl.read_parquet(io.BytesIO(room.get("/download.parquet", q="nowhere").body)).height == 0
    assert room.get("/download.xml").status == 404


@pytest.mark.parametrize(
    ("path", "params", "status", "sentence"),
    [
        ("/nonsense", {}, 404, "There is no such page"),
        ("/story", {}, 400, "expected ?url="),
        ("/story", {"url": FORGOTTEN}, 410, "was taken down from the archive"),
        ("/story", {"url": SKIPPED}, 404, "skipped (robots)"),
        ("/story", {"url": "https://www.ledger.example/never"}, 404, "no feed or sitemap ever listed"),
        ("/story", {"url": "nonsense"}, 400, "is no web address"),
        ("/", {"as_of": "never"}, 400, "is no time"),
        ("/", {"as_of": "0001-01-01"}, 400, "lies outside of the years"),
        ("/outlet/ledger", {"month": "9999-12"}, 400, "expected a month"),
        ("/outlet/nobody", {}, 404, "holds nothing of an outlet"),
        ("/ticker/", {}, 404, "No story in the archive"),
    ],
)
def test_an_error_is_a_page_with_a_sentence(
    room: Room, path: str, params: dict[str, str], status: int, sentence: str
) -> None:
    page = room.get(path, **params)
    assert page.status == status
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    (told,) = re.findall(r'<h1 class="sentence">(.*?)</h1>', page.text, re.DOTALL)
    assert sentence in told.replace("&#39;", "'")
    assert "Back to the overview" in page.text


def test_a_page_is_read_again_where_its_version_was_taken_down_meanwhile(tmp_path: Path) -> None:
    with open_room(sample_archive(tmp_path)) as room:
        assert room.get("/search").status == 200  # the room holds on to this version
        forget(Archive.open(room.uri, clock=lambda: at(40)), sites=["wire"], run="test")
        assert titles(room.get("/search", site="ledger", q="carmakers").text) == ["Widget raises it again"]
        assert room.get("/outlet/ledger").status == 200
        assert room.get("/outlet/wire").status == 404


def test_a_file_that_is_gone_for_good_is_told_as_such(tmp_path: Path) -> None:
    with open_room(sample_archive(tmp_path)) as room:
        for path in (Path(room.uri) / "articles").glob("[!_]*/**/*.parquet"):
            path.unlink()
        page = room.get("/search")
    assert page.status == 503
    assert "is missing" in page.text

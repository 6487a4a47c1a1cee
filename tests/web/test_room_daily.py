"""The room as it is used every day: tickers, outlets side by side, what is new since a visit, what is held back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from room_samples import HELD, REVISED, Room, at, open_daily_room

from broadtape.errors import ConfigError
from broadtape.times import iso
from broadtape.web import RoomSettings
from broadtape.web.prices import Prices
from broadtape.web.trouble_words import in_words
from broadtape.web.visits import Visits
from broadtape.web.widgets.timeline import HEIGHT, WIDTH, timeline_of

NOW = datetime(2026, 3, 10, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def daily(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    with open_daily_room(tmp_path_factory.mktemp("daily")) as opened:
        yield opened


def test_a_ticker_has_its_days_on_a_line_with_prices(daily: Room) -> None:
    page = daily.get("/ticker/NYSE:PLN", as_of=iso(at(6))).text
    assert "on its closing prices from 10.50 to 10.50" in page  # that of the day itself is not known yet
    assert "1 row of its prices could not be read" in page
    days = re.findall(r'<li><a href="([^"]*)">([^<]*): 1 story', page)
    assert len(days) == 8
    assert "1 story</h2>" in daily.get(unescape(days[0][0])).text
    assert '<th scope="row"><a href="/search?site=ledger&amp;ticker=PLN' in daily.get("/ticker/PLN").text


def test_a_ticker_names_who_stands_beside_it_and_what_was_corrected(daily: Room) -> None:
    page = daily.get("/ticker/WDG").text
    assert '<a class="ticker" href="/ticker/HLMR"><bdi>HLMR</bdi></a> <span class="dim">1 story' in page
    assert "Shares <del>gained" in page
    assert re.search(r"The Ledger</a></th><td class=\"n\">1</td><td class=\"n\">1</td>", page)  # had it first


def test_two_outlets_side_by_side(daily: Room) -> None:
    page = daily.get("/outlets?site=ledger&site=wire").text
    assert "<td>41</td><td>5</td>" in page
    assert "<td>1 of 1</td><td>0 of 1</td>" in page
    assert daily.get("/outlets?site=ledger").status == 400
    assert daily.get("/outlets?site=ledger&site=nobody").status == 404


def test_an_outlet_tells_what_it_lacks_and_how_fast_it_is(daily: Room) -> None:
    page = daily.get("/outlet/ledger").text
    assert "Published to archived" in daily.get("/outlet/ledger", as_of=iso(at(40))).text  # of 30 days
    assert "Shares <del>gained" in page
    wire = daily.get("/outlet/wire").text
    assert "1 page is held back until somebody decides" in wire
    assert "As its operator is told" in wire
    assert "in trouble" not in daily.get("/outlet/wire", as_of=iso(at(40))).text


def test_pages_held_back_stand_beside_the_last_good_one(daily: Room) -> None:
    assert "1 page held back" in daily.get("/").text
    listed = daily.get("/held").text
    assert "&lt;b&gt;the same text" in listed
    page = daily.get("/held/page", url=HELD, site="wire").text
    assert page.count("<iframe") == 2
    assert "broadtape quarantine approve https://www.wire.example/odd" in page
    body = daily.get("/held/body", url=HELD)
    assert "Orders doubled." in body.text
    assert body.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert daily.get("/held/page", url=REVISED).status == 404
    assert "No page is held back" in daily.get("/held", site="ledger").text


def test_the_morning_page_shows_what_came_since_and_remembers_the_visit(daily: Room) -> None:
    first = daily.get("/morning")
    assert "Cars &lt;i&gt;" in first.text
    cookie = first.headers["set-cookie"]
    assert re.match(r"broadtape_visits=\d+\.\d+; HttpOnly; Max-Age=\d+; Path=/morning; SameSite=strict", cookie)
    since = daily.get("/morning", since=iso(at(4.5)))
    assert "set-cookie" not in since.headers
    assert since.text.count("1 new") == 2  # each search and ticker has the corrected story once
    assert since.text.count("Widget raises it again") == 2
    later = daily.get("/morning", since=iso(at(30.5))).text
    assert later.count("nothing new") == 2
    own = daily.get("/morning?ticker=PLN&ticker=HLMR", headers={"Cookie": "broadtape_visits=1.x"}).text
    assert own.index(">PLN<") < own.index("Cars &lt;i&gt;")


def test_who_watches_nothing_is_told_how(room: Room) -> None:
    assert "Nothing is watched yet" in room.get("/morning").text
    bad = room.get("/morning", q="(", since=iso(at(0)))
    assert bad.status == 200
    assert "This cannot be searched for" in bad.text
    assert room.get("/morning?" + "&".join(f"ticker=T{number}" for number in range(31))).status == 400


def test_a_visit_lasts_while_somebody_is_there() -> None:
    first = Visits.now(None, NOW)
    assert first == Visits(NOW - timedelta(days=1), NOW)
    soon = Visits.now(f"{int(first.before.timestamp())}.{int(NOW.timestamp())}", NOW + timedelta(minutes=5))
    assert soon.before == first.before
    tomorrow = Visits.now(f"{int(first.before.timestamp())}.{int(NOW.timestamp())}", NOW + timedelta(days=1))
    assert tomorrow.before == NOW


@given(st.text(max_size=40) | st.from_regex(r"\d{1,12}\.\d{1,12}", fullmatch=True))
def test_no_cookie_breaks_a_visit(cookie: str) -> None:
    assert Visits.now(cookie, NOW).before <= NOW


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ("tickers = 3", "tickers"),
        ("nonsense", "cannot be read"),
        ('[[search]]\nname = "x"\nq = "("', "search 'x': The query"),
        ("[[search]]\nq = 'x'", "name"),
        ("ticker = []", "ticker"),
    ],
)
def test_a_broken_file_of_the_room_is_told(tmp_path: Path, told: str, sentence: str) -> None:
    (tmp_path / "room.toml").write_text(told)
    with pytest.raises(ConfigError, match=re.escape(sentence)):
        RoomSettings.load(tmp_path)


def test_prices_are_read_from_csv_and_parquet_and_again_once_they_change(tmp_path: Path) -> None:
    frame = pl.DataFrame({"date": [date(2026, 3, 2)], "symbol": ["NYSE:WDG"], "close": [4.5]})
    frame.write_parquet(tmp_path / "p.parquet")
    assert Prices(tmp_path / "p.parquet").of("nyse:wdg").by_day == {date(2026, 3, 2): 4.5}
    file = tmp_path / "p.csv"
    file.write_text("date,symbol,close\n2026-03-02,WDG,4.5\n2026-03-03,WDG,inf\n")
    prices = Prices(file)
    assert (prices.of("NYSE:WDG").by_day, prices.of("NYSE:WDG").unread) == ({date(2026, 3, 2): 4.5}, 1)
    file.write_text("date,close\n")
    with pytest.raises(ConfigError, match="lack symbol"):
        Prices(file)
    with pytest.raises(ConfigError, match="cannot be read"):
        Prices(tmp_path / "none.csv")


@given(
    st.dictionaries(st.dates(date(2026, 1, 1), date(2026, 6, 1)), st.integers(0, 10**6), max_size=20),
    st.dictionaries(st.dates(date(2026, 1, 1), date(2026, 6, 1)), st.floats(0.01, 1e12), max_size=20),
)
def test_every_mark_lies_in_the_picture(news: dict[date, int], closes: dict[date, float]) -> None:
    drawn = timeline_of(news, closes, date(2026, 4, 1), 90, str)
    for mark in drawn.marks:
        assert mark.radius <= mark.x <= WIDTH - mark.radius
        assert mark.radius <= mark.y <= HEIGHT - mark.radius
    first = date(2026, 4, 1) - timedelta(days=89)
    assert len(drawn.marks) == sum(first <= day <= date(2026, 4, 1) and count > 0 for day, count in news.items())


@pytest.mark.parametrize(
    ("reason", "held", "words"),
    [
        (None, 0, None),
        (None, 2, "2 pages are held back until somebody decides."),
        (
            "none of its listings could be read: https://a.example/feed?x=1: 503; https://b.example: timeout",
            0,
            "None of its listings could be read: a.example: 503; b.example: timeout.",
        ),
        (
            "it has changed: texts are short; for instance https://a.example/1, https://a.example/2; 1 page is "
            "held back: 'broadtape quarantine list a' shows them",
            1,
            "It has changed: texts are short; 1 page is held back until somebody decides.",
        ),
        ("'broadtape status' tells more", 0, "Its last run failed."),
        ("a " * 500, 0, f"{('A ' + 'a ' * 119).rstrip()} …."),
    ],
)
def test_trouble_is_told_in_words(reason: str | None, held: int, words: str | None) -> None:
    assert in_words(reason, held) == words

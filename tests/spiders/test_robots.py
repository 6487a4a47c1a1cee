"""robots.txt: the groups for us, for Scrapy and for everybody all bind; what cannot be had forbids."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from protego import Protego

from broadtape.rights.robots import Robots
from broadtape.times import iso

_AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
_REAL = Path(__file__).parents[3] / "shared" / "sites" / "robots"
_TOKEN = "broadtape"


def _robots(text: str, status: int = 200) -> Robots:
    return Robots.answered("https://x.example", status, text.encode(), _AT)


def _refused(text: str, path: str = "/a", *, granted: bool = False) -> str | None:
    return _robots(text).refusal("https://x.example" + path, _TOKEN, granted=granted)


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("", False),
        ("User-agent: *\nDisallow: /", True),
        ("User-agent: *\nDisallow: /b", False),
        ("User-agent: Scrapy\nDisallow: /", True),
        ("User-agent: *\nAllow: /\n\nUser-agent: scrapy\nDisallow: /a", True),
        ("User-agent: broadtape\nDisallow: /", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: broadtape\nAllow: /", True),
        ("User-agent: Googlebot\nDisallow: /", False),
        ("User-agent: GPTBot\nUser-agent: Scrapy\nDisallow: /\n\nUser-agent: *\nAllow: /", True),
        ("User-agent: *\nDisallow: /\nAllow: /a", False),
        ("\ufeffUser-agent: *\nDisallow: /", True),
        ("<html><body>Not found</body></html>", False),
    ],
)
def test_the_strictest_of_three_groups_binds(text: str, refused: bool) -> None:
    assert _refused(text) == ("robots" if refused else None)


def test_a_grant_to_our_token_wins_only_with_a_group_of_its_own() -> None:
    shut = "User-agent: *\nDisallow: /\n\nUser-agent: Scrapy\nDisallow: /\n"
    assert _refused(shut, granted=True) == "robots"
    opened = shut + "\nUser-agent: Broadtape/1.0\nUser-agent: broadtape\nDisallow: /private\n"
    assert _refused(opened) == "robots"
    assert _refused(opened, granted=True) is None
    assert _refused(opened, "/private/x", granted=True) == "robots"


@pytest.mark.parametrize(
    ("status", "refusal"),
    [(404, None), (410, None), (401, None), (403, None), (429, "u"), (500, "u"), (503, "u"), (304, "u"), (302, None)],
)
def test_a_missing_file_allows_and_a_failing_server_forbids(status: int, refusal: str | None) -> None:
    expected = "robots: unavailable" if refusal else None
    assert _robots("User-agent: *\nDisallow: /", status).refusal("https://x.example/a", _TOKEN) == expected


@pytest.mark.parametrize(
    "agent", ["Scrapy/2.11 (+https://scrapy.org)", "broadtape/0.1", "BroadTape/0.1 (+https://x.example)"]
)
def test_a_group_named_by_product_and_version_is_ours(agent: str) -> None:
    assert _refused(f"User-agent: {agent}\nDisallow: /") == "robots"
    assert _refused(f"User-agent: other, {agent}\nDisallow: /") == "robots"


@pytest.mark.parametrize("agent", ["scrapy-bot", "Mozilla/5.0 (compatible; broadtape/0.1)", "broad", ""])
def test_other_products_are_not_ours(agent: str) -> None:
    assert _refused(f"User-agent: {agent}\nDisallow: /") is None


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_a_file_is_read_in_the_charset_it_is_in(encoding: str) -> None:
    body = "User-agent: *\nDisallow: /größe\n".encode(encoding)
    robots = Robots.answered("https://x.example", 200, body, _AT)
    assert robots.refusal("https://x.example/gr%C3%B6%C3%9Fe/1", _TOKEN) == "robots"
    assert robots.refusal("https://x.example/a", _TOKEN) is None


def test_bytes_that_are_no_utf8_forbid_the_addresses_that_hold_them() -> None:
    robots = Robots.answered("https://x.example", 200, b"User-agent: *\nDisallow: /caf\xe9", _AT)
    assert robots.refusal("https://x.example/caf%E9/1", _TOKEN) == "robots"


def test_half_a_rule_at_the_limit_says_nothing() -> None:
    rule = b"Disallow: /private-and-long\n"
    body = b"User-agent: *\n" + rule * (600 * 2**10 // len(rule))
    assert Robots.answered("https://x.example", 200, body, _AT).refusal("https://x.example/p", _TOKEN) is None


def test_a_file_of_nothing_but_agents_is_read_once_over() -> None:
    agents = [f"User-agent: bot{n}" for n in range(20_000)]
    robots = _robots("\n".join([*agents, "User-agent: scrapy", "Disallow: /a", "Content-Signal: search=no"]))
    for path in range(200):
        assert robots.refusal(f"https://x.example/b{path}", _TOKEN) is None
        assert robots.signals(_TOKEN) == {"search": False}
    assert robots.refusal("https://x.example/a", _TOKEN) == "robots"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        *[("10 seconds", 10), ("2m", 120), ("0.5", 0.5), ("inf", 0), ("-5", 0), ("1e999", 0), ("86400", 86400)],
        *[("ten", 0), ("0,5", 0.5), ("10;", 10), ("10 sec.", 10), (".5", 0.5), ("1h", 3600), ("500ms", 0.5)],
        ("99999999999", 99999999999),
    ],
)
def test_a_delay_is_read_with_its_unit_or_not_at_all(value: str, seconds: float) -> None:
    assert _robots(f"User-agent: *\nCrawl-delay: {value}\n").spacing(_TOKEN) == seconds


def test_a_line_that_nobody_knows_ends_no_list_of_agents() -> None:
    robots = _robots("User-agent: broadtape\nNoindex: /a\nUser-agent: other\nDisallow: /b\n")
    assert robots.refusal("https://x.example/b", _TOKEN) == "robots"
    apart = _robots("User-agent: broadtape\nCrawl-delay: 2\nUser-agent: other\nDisallow: /b\n")
    assert apart.refusal("https://x.example/b", _TOKEN) is None


def test_the_longest_delay_asked_for_is_kept() -> None:
    text = "User-agent: *\nCrawl-delay: 2\n\nUser-agent: Scrapy\nCrawl-delay: 7\nRequest-rate: 1/5s\n"
    assert _robots(text).spacing(_TOKEN) == 7.0
    assert _robots("User-agent: *\nRequest-rate: 1/10s\n").spacing(_TOKEN) == 10.0
    assert _robots("").spacing(_TOKEN) == 0.0


def test_content_signals_for_us_are_read_and_a_no_outweighs() -> None:
    text = (
        "User-agent: *\nContent-Signal: search=yes, ai-train=no\nAllow: /\n\n"
        "User-agent: broadtape\nContent-Signal: search=no\n\nUser-agent: other\nContent-Signal: ai-input=no\n"
        "Content-Usage: train-ai=n\n"
    )
    assert _robots(text).signals(_TOKEN) == {"search": False, "ai-train": False}


def test_what_is_kept_for_the_next_run_is_good_for_a_day() -> None:
    now = datetime.now(UTC)
    robots = Robots.answered("https://x.example", 200, b"User-agent: *\nDisallow: /a", now)
    state = robots.to_state()
    assert Robots.from_state("https://x.example", state) == robots
    assert state is not None
    assert robots.fresh
    for days in (-2, 2):
        old = Robots.from_state("https://x.example", {**state, "at": iso(now + timedelta(days=days))})
        assert old is not None
        assert not old.fresh
    assert Robots.answered("https://x.example", 503, b"", now).to_state() is None
    for broken in (None, {}, [], {"at": 1}, {"at": "x", "status": 200, "text": ""}):
        assert Robots.from_state("https://x.example", broken) is None


_LINE = st.sampled_from(
    ["User-agent: *", "User-agent: Scrapy", "User-agent: broadtape", "User-agent: other", "Disallow: /a", "Allow: /a",
     "Disallow: /", "Disallow:", "Allow: /*b$", "Crawl-delay: 3", "Crawl-delay: x", "Sitemap: /s", "# note", "", "junk"]
)  # fmt: skip


@given(st.lists(_LINE, max_size=25), st.sampled_from(["/", "/a", "/ab", "/c?x=1"]))
def test_what_any_group_forbids_is_forbidden(lines: list[str], path: str) -> None:
    text, url = "\n".join(lines), "https://x.example" + path
    parser = Protego.parse(text)
    allowed = all(parser.can_fetch(url, agent) for agent in (_TOKEN, "Scrapy", "*"))
    assert (_refused(text, path) is None) == allowed


@given(st.binary(max_size=400))
def test_no_bytes_raise(body: bytes) -> None:
    robots = Robots.answered("https://x.example", 200, body, _AT)
    assert robots.refusal("https://x.example/a", _TOKEN) in {None, "robots"}
    assert robots.spacing(_TOKEN) >= 0
    assert isinstance(robots.signals(_TOKEN), dict)


_STORIES = {
    "bbc.com": ("https://www.bbc.com/news/articles/c0000000000o", "robots"),
    "cnn.com": ("https://www.cnn.com/2026/06/01/business/tin-price", "robots"),
    "nytimes.com": ("https://www.nytimes.com/2026/06/01/business/tin-price.html", "robots"),
    "reuters.com": ("https://www.reuters.com/markets/tin-price-2026-06-01/", "robots"),
    "theguardian.com": ("https://www.theguardian.com/business/2026/jun/01/tin-price", None),
    "yahoo.com": ("https://finance.yahoo.com/news/tin-price-100000000.html", "robots"),
}


@pytest.mark.shared
@pytest.mark.parametrize("name", _STORIES)
def test_real_files_say_of_stories_what_they_mean(name: str) -> None:
    path = _REAL / name
    if not path.is_file():
        pytest.skip(f"{path} is not there")
    url, expected = _STORIES[name]
    robots = Robots.answered("https://" + name, 200, path.read_bytes(), _AT)
    assert robots.refusal(url, _TOKEN) == expected


@pytest.mark.shared
def test_the_guardians_search_pages_stay_shut() -> None:
    path = _REAL / "theguardian.com"
    if not path.is_file():
        pytest.skip(f"{path} is not there")
    robots = Robots.answered("https://www.theguardian.com", 200, path.read_bytes(), _AT)
    assert robots.refusal("https://www.theguardian.com/discussion/user-report-abuse/1", _TOKEN) == "robots"

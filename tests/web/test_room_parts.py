"""The room's parts on their own: what is shown, what is a link, what changed, how days are drawn."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from room_samples import START, TITLES, Clock, at, sample_archive
from starlette.datastructures import QueryParams

from broadtape.archive import Archive
from broadtape.archive.lifecycle.takedown import forget
from broadtape.corpus.coverage.gaps import find_gaps
from broadtape.text.word_diff import Kept, compare
from broadtape.web.article_list import newest
from broadtape.web.page_query import PageQuery
from broadtape.web.rendering import environment
from broadtape.web.safe_text import plain, visible, web_address
from broadtape.web.sanitize import disarmed
from broadtape.web.shortlist import Shortlist
from broadtape.web.snapshot_cache import SnapshotCache
from broadtape.web.widgets.calendar import months_of
from broadtape.web.widgets.chart import HEIGHT, daily_chart

COVERAGE = {"site": pl.String, "date": pl.Date, "articles": pl.Int64, "polls": pl.Int64}


@pytest.mark.parametrize(
    ("url", "is_link"),
    [
        ("https://www.example.com/story", True),
        ("http://127.0.0.1:8600/", True),
        ("HTTPS://EXAMPLE.COM", True),
        ("javascript:alert(1)", False),
        ("java\nscript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("data:text/html,<script>", False),
        ("//example.com", False),
        ("https:", False),
        ("https://exa mple.com", False),
        ("https://example.com/\u202egnp", False),
        ("http://[", False),
        (None, False),
        ("", False),
    ],
)
def test_only_web_addresses_become_links(url: str | None, is_link: bool) -> None:
    assert web_address(url) == (url if is_link else None)


def test_what_cannot_be_seen_is_written_out() -> None:
    assert visible("a\x07b\u202ec") == "a\\x07b\\u202ec"
    assert visible("שלום\u200f a\u200db\n") == "שלום\u200f a\u200db\n"
    assert plain("a\u202eb\u200b\n c") == "a b c"


def test_what_a_list_leaves_out_is_counted() -> None:
    assert Shortlist.of("abcd", 3) == Shortlist(("a", "b", "c"), 1)
    assert Shortlist.of("abc", 3).more == Shortlist.of("", 3).more == 0
    shown = environment({}, "").get_template("parts.html.j2").make_module().more  # type: ignore[attr-defined]
    assert shown(Shortlist.of("x" * 1500, 3)) == '<li class="dim">and 1,497 more</li>'
    assert shown(Shortlist.of("abc", 3)) == ""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "windows-1252"])
def test_eager_elements_are_found_in_whatever_encoding_a_browser_reads(encoding: str) -> None:
    page = "<LINK rel=preconnect href=//x>é<a\nhref=x>out</a ><iframe/src=x><article><x-a>"
    shown = disarmed(page.encode(encoding), f"text/html; charset={encoding}")
    assert shown.startswith("<x-LINK rel=preconnect href=//x>é<x-a\nhref=x>out</x-a ><x-iframe/src=x><article><x-a>")


@given(st.text())
def test_nothing_harmful_is_left(text: str) -> None:
    assert not set(visible(text)) & set("\x00\x07\x1b\x9b\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069")


words = st.lists(st.sampled_from(["a", "bb", "ccc", "Revenue", "5%", "—", "שלום"]), max_size=8).map(" ".join)


@given(st.lists(words, max_size=6), st.lists(words, max_size=6))
def test_a_diff_gives_both_texts_back(before: list[str], after: list[str]) -> None:
    shown = compare(before, after)
    old = "".join(p.text for each in shown if isinstance(each, list) for p in each if p.mark != "added")
    new = "".join(p.text for each in shown if isinstance(each, list) for p in each if p.mark != "removed")
    hidden = sum(each.count for each in shown if isinstance(each, Kept))
    if not hidden:
        assert old == "".join(before)
        assert new == "".join(after)
    assert len(shown) >= (before != after)


def test_a_diff_hides_what_did_not_change_but_for_the_neighbours() -> None:
    before = [f"Paragraph number {n}." for n in range(20)]
    after = [*before[:10], "Something else entirely.", *before[11:]]
    shown = compare(before, after)
    assert [each.count if isinstance(each, Kept) else len(each) for each in shown] == [9, 1, 2, 1, 8]


@pytest.mark.timeout(60)  # without bounds it takes hours
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["ab " * 50_000], ["ba " * 50_000]),
        (["x", "y"] * 3_000, ["x", "z"] * 3_000),
        (["a b c " * 190] * 400, ["a c b " * 190] * 400),
        (["w" * 100_000], ["w" * 100_001]),
    ],
)
def test_no_text_makes_a_diff_hang(before: list[str], after: list[str]) -> None:
    assert compare(before, after)


def test_a_chart_stacks_days_and_shares_a_colour_beyond_six() -> None:
    last = date(2026, 3, 5)
    rows = [(f"site-{n}", last, n + 1, 0) for n in range(10)]
    chart = daily_chart(pl.DataFrame(rows, schema=COVERAGE, orient="row"), last, 3, TITLES)
    assert [series.name for series in chart.series] == [*(f"site-{n}" for n in range(9, 3, -1)), None]
    assert chart.total == 55
    assert chart.top == 60
    assert min(bar.y for bar in chart.bars) == pytest.approx(HEIGHT * (1 - 55 / 60), abs=0.01)
    assert sum(bar.height for bar in chart.bars) == pytest.approx(HEIGHT * 55 / 60, abs=0.01)
    assert {int(bar.x) for bar in chart.bars} == {2}


def test_an_empty_chart_is_one() -> None:
    chart = daily_chart(pl.DataFrame(schema=COVERAGE), date(2026, 3, 5), 30, {})
    assert (chart.bars, chart.total, chart.table(), chart.top) == ((), 0, [], 2)


def test_a_calendar_tells_quiet_days_from_unseen_ones() -> None:
    rows = [("s", date(2026, 1, 30), 1, 1), ("s", date(2026, 2, 2), 0, 3), ("s", date(2026, 2, 4), 8, 1)]
    rows.append(("s", date(2026, 2, 3), 0, 2))
    last = date(2026, 2, 6)
    months = months_of(pl.DataFrame(rows, schema=COVERAGE, orient="row"), last, 6, {date(2026, 2, 3)}, today=last)
    assert [month.first.month for month in months] == [1, 2]
    days = {day.date.day: (day.kind, day.shade) for week in months[1].weeks for day in week if day}
    assert days[1] == ("unseen", 0)
    assert days[2] == ("quiet", 0)
    assert days[3] == ("failed", 0)
    assert days[4] == ("news", 4)
    assert days[5] == ("unseen", 0)
    assert days[6] == ("outside", 0)  # not over yet


@pytest.mark.parametrize("last", [date(2026, 2, 20), date(2026, 2, 14)], ids=["today", "the last of which is known"])
def test_calendar_and_gaps_agree_on_the_days_on_which_nobody_looked(last: date) -> None:
    today = date(2026, 2, 20)
    rows = [("s", date(2026, 2, day), articles, polls) for day, articles, polls in ((2, 3, 0), (10, 0, 2), (14, 1, 1))]
    coverage = pl.DataFrame(rows, schema=COVERAGE, orient="row")
    (month,) = months_of(coverage, last, 6, today=today)
    drawn = {day.date for week in month.weeks for day in week if day and day.kind == "unseen"}
    gaps = [gap for gap in find_gaps(coverage, ["s"], None, today) if gap.kind == "unseen"]
    told = {gap.first + timedelta(days=n) for gap in gaps for n in range(gap.days)}
    assert drawn == told == {date(2026, 2, day) for day in (11, 12, 13, 15, 16, 17, 18, 19)}


def test_a_question_is_written_as_it_was_read() -> None:
    given_ = "q=a+b&site=x&site=y&since=2026-03-01&until=2026-03-02T10%3A00&by=fetched&as_of=2026-03-05&clock=fetched"
    asked = PageQuery.of(QueryParams(given_))
    link = asked.again("/search", page=2)
    again = PageQuery.of(QueryParams(link.partition("?")[2]))
    assert again.filters == asked.filters
    assert (again.query, again.page) == ("a b", 2)
    assert asked.current("/x", as_of=None, clock=None).count("as_of") == 0


def test_the_room_follows_the_archive_and_who_reads_keeps_a_version(tmp_path: Path) -> None:
    uri = sample_archive(tmp_path)
    clock = Clock()
    cache = SnapshotCache(uri, clock)
    before = cache.view()
    counted = [before.remember("count", lambda: clock.count()) for _ in range(3)]
    assert counted == [1, 1, 1]
    archive = Archive.open(uri, clock=lambda: START)
    forget(archive, sites=["wire"], run="test")
    assert cache.view() is before
    clock.now += 60
    after = cache.view()
    assert after is not before
    assert {article.site for article in after.corpus.articles(columns=("site",))} == {"ledger"}
    clock.now += 60
    assert cache.view() is after


@pytest.mark.parametrize("by", ["published", "fetched"])
@pytest.mark.parametrize(
    "filters",
    [
        {},
        {"site": "ledger"},
        {"site": ("ledger", "wire"), "until": at(-24)},
        {"since": at(-24 * 12), "until": at(-24 * 3)},
        {"since": at(-24)},
        {"ticker": "PLN"},
        {"as_of": at(3)},
        {"as_of": at(-10_000)},
        {"until": datetime.min.replace(tzinfo=UTC)},
    ],
    ids=str,
)
def test_newest_first_is_the_same_whatever_is_read_for_it(archive: str, filters: Any, by: Any) -> None:
    view = SnapshotCache(archive).view()
    order = "dated_at" if by == "published" else "fetched_at"
    every = view.corpus.frame(columns=("article_id", order), by=by, **filters)
    wanted = (
        every.sort(order, "article_id", descending=[True, False], nulls_last=True).collect()["article_id"].to_list()
    )
    alike = view.corpus.near_duplicates(by=by, **filters)
    behind = {name for others in alike["others"] for name in others}
    entries = [name for name in wanted if name not in behind]
    for limit, offset in ((3, 0), (3, 7), (40, 0), (25, 25), (5, 900)):
        found = newest(view, {**filters, "by": by}, limit=limit, offset=offset)
        assert [row["article_id"] for row in found.rows] == entries[offset : offset + limit]
        assert (found.total, found.behind) == (len(wanted), len(behind))

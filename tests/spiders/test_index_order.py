"""Which sitemaps of an index are worth reading, and in what order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.discovery.indexes.backfill import Backfill
from spiders.discovery.indexes.budget import ReadingBudget
from spiders.discovery.indexes.order import newest_first, period_end, still_changing, too_old
from spiders.discovery.listing_state import ListingState
from spiders.discovery.sitemaps import Child

_NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
_DAY = timedelta(days=1)


def _day(year: int, month: int = 1, day: int = 1) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


@pytest.mark.parametrize(
    ("url", "end"),
    [
        ("https://x.example/sitemap-2026-11.xml", _day(2026, 12)),
        ("https://x.example/2025/12/map.xml", _day(2026, 1)),
        ("https://x.example/map.xml?yyyy=2026&mm=7", _day(2026, 8)),
        ("https://x.example/map_20261123.xml.gz", _day(2026, 11, 24)),
        ("https://x.example/maps/2026/02/28", _day(2026, 3, 1)),
        ("https://x.example/map-11-2026.xml", _day(2026, 12)),
        ("https://x.example/sitemap-november-2026.xml", _day(2026, 12)),
        ("https://x.example/2026-nov.xml", _day(2026, 12)),
        ("https://x.example/archive/2026", _day(2027)),
        ("https://x.example/post-sitemap12.xml", None),
        ("https://2026.example/map.xml", None),
        ("https://x.example/map-120269.xml", None),
    ],
)
def test_an_address_tells_how_new_its_stories_may_be(url: str, end: datetime | None) -> None:
    assert period_end(url) == end


@given(st.text(max_size=300))
def test_no_address_breaks_the_reading_of_its_period(url: str) -> None:
    period_end(f"https://x.example/{url}")


def _order(*children: Child, **known: ListingState) -> list[str]:
    return [each.child.url for each in newest_first(children, known)]


def test_the_times_of_an_index_order_it() -> None:
    old, new = Child("old", _NOW - 90 * _DAY), Child("new", _NOW)
    assert _order(old, new) == ["new", "old"]


def test_times_that_are_all_the_same_say_nothing_and_addresses_do() -> None:
    children = [Child(f"https://x.example/{month}", _NOW) for month in ("2026-01", "2026-03", "2026-02")]
    assert _order(*children) == [f"https://x.example/{month}" for month in ("2026-03", "2026-02", "2026-01")]


def test_where_nothing_tells_both_ends_come_first() -> None:
    assert _order(*(Child(name, None) for name in "abcde")) == ["e", "a", "d", "b", "c"]


def test_what_an_earlier_look_found_tells_too() -> None:
    state = ListingState(_NOW, _NOW, newest=_NOW)
    assert _order(Child("a", None), Child("b", None), Child("c", None), b=state)[0] == "b"


def test_only_what_cannot_be_new_enough_is_too_old() -> None:
    since = _NOW - 30 * _DAY
    assert too_old(Child("https://x.example/a", since - _DAY), since)
    assert not too_old(Child("https://x.example/a", since + _DAY), since)
    assert not too_old(Child("https://x.example/2026-01", since + _DAY), since)  # touched since, says its index
    assert too_old(Child("https://x.example/2026-01", None), since)
    assert not too_old(Child("https://x.example/2026-10", None), since)
    assert not too_old(Child("https://x.example/a", None), since)


def test_sitemaps_of_which_nothing_tells_the_age_are_looked_at_as_often_as_they_change() -> None:
    child = Child("https://x.example/a", None)
    lively = ListingState(_NOW - _DAY, _NOW - _DAY, changed_at=_NOW - 2 * _DAY)
    still = ListingState(_NOW - _DAY, _NOW - _DAY, changed_at=_NOW - 90 * _DAY)
    assert still_changing(child, None, [], _NOW, of=500)
    assert still_changing(child, lively, [child], _NOW, of=500)
    assert not still_changing(child, still, [child], _NOW, of=500)
    assert still_changing(child, still, [], _NOW, of=500)
    assert still_changing(child, still, [child], _NOW, of=5)


def test_an_index_whose_times_were_left_as_they_once_were_hides_nothing() -> None:
    child = Child("https://x.example/posts.xml", _day(2026, 3, 1))
    belied = ListingState(_NOW - _DAY, _NOW, newest=_day(2026, 11, 1))
    assert still_changing(child, belied, [child], _NOW, of=500)
    true = ListingState(_NOW - _DAY / 2, _NOW, newest=_day(2026, 2, 1))
    assert not still_changing(child, true, [child], _NOW, of=500)
    assert not still_changing(child, true, [child], _NOW, of=5)
    assert still_changing(child, true, [child], _NOW + _DAY, of=5)


def test_times_that_do_not_tell_leave_no_sitemap_out() -> None:
    same = [Child(f"https://x.example/posts{n}.xml", _day(2026, 3, 1)) for n in range(3)]
    assert not any(too_old(child, _NOW - _DAY, among=same) for child in same)
    apart = [Child(f"https://x.example/posts{n}.xml", _day(2026, n, 1)) for n in (1, 2, 3)]
    assert [too_old(child, _NOW - _DAY, among=apart) for child in apart] == [True, True, False]


def test_a_month_that_was_read_after_its_end_is_not_read_again() -> None:
    child = Child("https://x.example/2026-10", None)
    assert still_changing(child, ListingState(_day(2026, 11, 1), _NOW), [child], _NOW, of=500)
    assert not still_changing(child, ListingState(_day(2026, 11, 10), _NOW), [child], _NOW, of=500)


_DONE = Child("https://x.example/a", _NOW - _DAY)


def test_an_order_that_goes_back_less_far_leaves_the_longer_one_as_it_is() -> None:
    longer = Backfill(_day(2020), {"i": 7}, {_DONE.url: (_DONE.modified_at, _NOW)})
    shorter = Backfill.going_on(longer, _day(2026), force=False)
    assert shorter is not None
    assert shorter.has_done(_DONE, _NOW)
    assert Backfill.from_json(shorter.went_on(longer, {}, {})) == longer
    assert Backfill.going_on(longer, None, force=False) is longer


def test_an_order_that_goes_back_further_reads_everything() -> None:
    kept = Backfill(_day(2026), {"i": 7}, {_DONE.url: (_DONE.modified_at, _NOW)})
    for since, force in ((_day(2020), False), (_day(2026), True)):
        wider = Backfill.going_on(kept, since, force=force)
        assert wider is not None
        assert not wider.has_done(_DONE, _NOW)


def test_a_sitemap_that_changed_since_is_not_done() -> None:
    kept = Backfill(_day(2020), {"i": 1}, {_DONE.url: (_DONE.modified_at, _NOW)})
    assert not kept.has_done(Child(_DONE.url, _NOW), _NOW)
    assert not kept.has_done(Child("https://x.example/b", None), _NOW)


def test_nothing_is_remembered_of_an_order_that_was_carried_out() -> None:
    assert Backfill(_day(2020)).went_on(None, {_DONE: _NOW}, {}) is None
    assert Backfill.from_json({"since": 5}) is None


def test_a_budget_is_spent_by_any_of_its_measures() -> None:
    clock = iter([0.0, 1.0, 1.0, 449.0, 451.0])
    budget = ReadingBudget(900.0, clock=lambda: next(clock))
    assert not budget.spent
    budget.take(sitemaps=1, unpacked=2**20, listed=50_000)
    assert not budget.spent
    assert not budget.spent
    assert budget.spent
    for much in ({"sitemaps": 500}, {"unpacked": 2**28}, {"listed": 300_000}):
        budget = ReadingBudget(900.0, clock=lambda: 0.0)
        budget.take(**much)
        assert budget.spent

"""What a listed story calls for, by what the ledger knows; and when a listing may be looked at again."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadtape.capture import Capture, Listing
from broadtape.capture.passing_trouble import attempts
from spiders.discovery.listing_state import ListingState
from spiders.discovery.sitemaps import Child
from spiders.planning.refetch_policy import Want, due_again, want

_NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


def _row(outcome: str, **values: object) -> Capture:
    known = {"url": "https://x.example/1", "fetched_at": _NOW - _DAY, "recorded_at": _NOW - _DAY}
    return Capture(site="x", run="r", outcome=outcome, **{**known, **values})  # type: ignore[arg-type]


def _listing(modified: datetime | None = None) -> Listing:
    return Listing("https://x.example/1", modified_at=modified)


@pytest.mark.parametrize(
    ("row", "modified", "expected"),
    [
        (None, None, Want.NEW),
        (_row("polled"), None, Want.NEW),
        (_row("archived"), None, Want.SETTLED),
        (_row("archived"), _NOW - _HOUR, Want.AGAIN),
        (_row("archived"), _NOW - 2 * _DAY, Want.SETTLED),
        (_row("archived", listed_modified_at=_NOW - _HOUR), _NOW - _HOUR, Want.SETTLED),
        (_row("archived", listed_modified_at=_NOW - _HOUR), _NOW, Want.AGAIN),
        (_row("archived"), _NOW + 2 * _DAY, Want.SETTLED),
        (_row("unchanged", fetched_at=_NOW - _HOUR, via="feed"), _NOW, Want.SETTLED),
        (_row("unchanged", fetched_at=_NOW - 7 * _HOUR, via="feed"), _NOW, Want.AGAIN),
        (_row("unchanged", fetched_at=_NOW - _HOUR, via="recheck"), _NOW, Want.AGAIN),
        (_row("not_article", reason="not_html"), None, Want.SETTLED),
        (_row("quarantined"), None, Want.SETTLED),
        (_row("gone"), None, Want.SETTLED),
        (_row("gone"), _NOW - _HOUR, Want.AGAIN),
        (_row("skipped", reason="over budget"), None, Want.AGAIN),
        (_row("skipped", reason="robots"), None, Want.AGAIN),
        (_row("skipped", reason="robots: unavailable"), None, Want.AGAIN),
        (_row("skipped", reason="pattern: no article pattern"), None, Want.AGAIN),
        (_row("skipped", reason="host rests: status 429"), None, Want.AGAIN),
        (_row("skipped", reason="rights: noarchive"), None, Want.SETTLED),
        (_row("skipped", reason="rights: noarchive"), _NOW - _HOUR, Want.AGAIN),
        (_row("failed", recorded_at=_NOW - timedelta(minutes=59)), None, Want.LATER),
        (_row("failed", recorded_at=_NOW - _HOUR), None, Want.AGAIN),
        (_row("failed", recorded_at=_NOW - 3 * _HOUR, detail='{"attempts": 2}'), None, Want.LATER),
        (_row("failed", recorded_at=_NOW - 4 * _HOUR, detail='{"attempts": 2}'), None, Want.AGAIN),
        (_row("failed", recorded_at=_NOW - 90 * _DAY, detail='{"attempts": 5}'), None, Want.SETTLED),
        (_row("failed", reason="too large"), None, Want.SETTLED),
        (_row("failed", reason="too large"), _NOW - _HOUR, Want.AGAIN),
    ],
)
def test_what_a_listed_story_calls_for(row: Capture | None, modified: datetime | None, expected: Want) -> None:
    assert want(_listing(modified), row, _NOW) is expected


@given(st.one_of(st.none(), st.text(max_size=30), st.builds(json.dumps, st.recursive(st.integers(), st.lists))))
def test_attempts_are_counted_from_any_detail(detail: str | None) -> None:
    assert attempts(_row("failed", detail=detail)) >= 1
    assert attempts(_row("archived", detail=detail)) == 0
    assert attempts(None) == 0


_AGES = (_HOUR, 6 * _HOUR, _DAY)


@pytest.mark.parametrize(
    ("born", "seen", "due"),
    [
        (30, 29, False),  # half an hour old
        (70, 65, True),  # the look at one hour was not yet
        (70, 5, False),  # it was
        (370, 300, True),
        (370, 5, False),
        (2000, 1990, True),  # several were missed: one look makes up for all
        (2000, 1, False),
        (None, 90, True),  # counted from when it was fetched
        (None, 30, False),
    ],
)
def test_second_looks_come_at_their_ages(born: int | None, seen: int, due: bool) -> None:
    ago = timedelta(minutes=1)
    row = _row("archived", published_at=_NOW - born * ago if born else None, fetched_at=_NOW - seen * ago)
    assert due_again(row, _AGES, _NOW) is due


def test_a_publication_date_in_the_future_counts_from_the_fetch() -> None:
    row = _row("archived", published_at=_NOW + 30 * _DAY, fetched_at=_NOW - 2 * _HOUR)
    assert due_again(row, _AGES, _NOW)


def _state(**values: object) -> ListingState:
    return ListingState(**{"polled_at": _NOW - _HOUR, "read_at": _NOW - _HOUR, **values})  # type: ignore[arg-type]


def test_validators_are_sent_until_a_full_read_is_due() -> None:
    state = _state(etag='"a"', last_modified="Mon")
    assert state.conditions(_NOW) == {"If-None-Match": '"a"', "If-Modified-Since": "Mon"}
    assert state.conditions(_NOW + _DAY) == {}
    for _ in range(24):
        state = state.looked(_NOW, conditional=True)
    assert state.conditions(_NOW) == {}
    assert state.looked(_NOW, conditional=False).conditions(_NOW) != {}


@pytest.mark.parametrize(
    ("ttl", "due"), [(None, True), (1800.0, True), (3600.0, True), (3900.0, True), (7200.0, False)]
)
def test_a_ttl_is_kept_with_some_slack(ttl: float | None, due: bool) -> None:
    assert _state(ttl=ttl).due(_NOW) is due


def test_a_state_survives_json() -> None:
    state = _state(etag="e", sha256="s", ttl=60.0, polls=3, children=(Child("u", _NOW), Child("v", None)))
    assert ListingState.from_json(json.loads(json.dumps(state.to_json()))) == state


@pytest.mark.parametrize("junk", [None, [], "x", {}, {"polled_at": "x", "read_at": "y"}, {"polled_at": 1}])
def test_a_lost_state_is_no_state(junk: object) -> None:
    assert ListingState.from_json(junk) is None

"""A listing that has nothing in common with what it listed at the last look: stories may have gone by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from broadtape.capture import Listing
from spiders.discovery.listing_state import ListingState
from spiders.discovery.reading import Reading
from spiders.planning.turnover import Turnover

_THEN = datetime(2026, 11, 20, 9, tzinfo=UTC)
_FEED = "https://x.example/feed"


def _look(count: int, *, times: bool = True, before: ListingState | None) -> Reading:
    stories = tuple(
        Listing(f"https://x.example/{n}", _FEED, "feed", published_at=_THEN + timedelta(hours=n) if times else None)
        for n in range(1, count + 1)
    )
    return Reading(_FEED, "feed", "200", stories, before=before)


def _gone_by(look: Reading, *known: str) -> bool:
    turnover = Turnover()
    turnover.note(look, known.__contains__)
    return _FEED in turnover.gone_by


_BEFORE = ListingState(_THEN, _THEN, newest=_THEN)
_UNDATED = ListingState(_THEN, _THEN)


def test_a_listing_of_nothing_but_new_stories_is_told() -> None:
    assert _gone_by(_look(3, before=_BEFORE))
    assert _gone_by(_look(12, times=False, before=_UNDATED))


def test_one_known_story_shows_that_none_was_missed() -> None:
    assert not _gone_by(_look(3, before=_BEFORE), "https://x.example/1")


@pytest.mark.parametrize(
    "look",
    [
        _look(3, before=None),
        _look(0, before=_BEFORE),
        _look(3, times=False, before=_UNDATED),
        _look(3, before=ListingState(_THEN, _THEN, newest=_THEN + timedelta(hours=1))),
    ],
)
def test_a_first_look_a_short_list_and_one_that_goes_back_far_enough_tell_nothing(look: Reading) -> None:
    assert not _gone_by(look)

"""Parameters that change while the stories stay the same are told from those that tell stories apart."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from broadtape.capture import Listing
from broadtape.urls import AddressRules
from spiders.discovery.listing_reader import Reading
from spiders.planning.changing_parameters import ChangingParameters

HOME = "https://www.quay.example"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def listed(path: str, title: str | None = None, hours: int | None = 0) -> Listing:
    at = None if hours is None else NOON + timedelta(hours=hours)
    return Listing(HOME + path, title=title, published_at=at)


def look(found: ChangingParameters, *feeds: list[Listing]) -> list[str]:
    """The addresses under which one look's listings go on."""
    readings = [Reading(f"{HOME}/feed{n}", "feed", "200", tuple(feed)) for n, feed in enumerate(feeds)]
    return [one.url.removeprefix(HOME) for reading in found.resolve(readings) for one in reading.listings]


def later(before: ChangingParameters, rules: AddressRules | None = None) -> ChangingParameters:
    """The next run: what the state kept."""
    found = ChangingParameters(rules or AddressRules())
    found.remember(json.loads(json.dumps(before.to_state())))
    return found


def test_a_value_that_is_new_at_each_look_is_noticed_and_makes_no_new_story() -> None:
    first = ChangingParameters(AddressRules())
    look(first, [listed("/a?t=1000", "Dues rise"), listed("/b?t=1001", "Ferry sold")])
    second = later(first)
    assert look(second, [listed("/a?t=1002", "Dues rise"), listed("/b?t=1003", "Ferry sold")]) == [
        "/a?t=1000",
        "/b?t=1001",
    ]
    (told,) = second.notices()
    assert "'t'" in told
    assert "drop: [t]" in told
    third = later(second)
    assert look(third, [listed("/a?t=1004", "Dues rise, corrected")]) == ["/a?t=1000"]


def test_a_listing_whose_stories_differ_in_a_session_alone_is_told() -> None:
    found = ChangingParameters(AddressRules())
    tokens = ("6f9619ff8b86d011b42d00c04fc964ff", "6f9619ff8b86d011b42d00c04fc96400")
    look(found, [listed(f"/view?sid={tokens[0]}", "Dues rise"), listed(f"/view?sid={tokens[1]}", "Ferry sold")])
    (told,) = found.notices()
    assert "'sid'" in told
    assert "keep: [sid]" in told
    same = ChangingParameters(AddressRules())
    look(same, [listed(f"/dues?sid={token}", "Dues rise") for token in tokens])
    assert not same.notices()


def test_two_feeds_that_mark_their_links_list_one_story() -> None:
    found = ChangingParameters(AddressRules())
    one, other = (
        listed("/dues-rise-again?mod=markets", "Dues rise again"),
        listed("/dues-rise-again?mod=top", "Dues rise again"),
    )
    assert look(found, [one], [other]) == ["/dues-rise-again?mod=markets"] * 2
    assert list(found.noticed) == ["mod"]


def test_a_link_with_and_one_without_the_mark_are_one() -> None:
    found = ChangingParameters(AddressRules())
    plain, marked = listed("/dues-rise-again", "Dues rise again"), listed("/dues-rise-again?ref=top", "Dues rise again")
    assert look(found, [plain], [marked]) == ["/dues-rise-again"] * 2


@pytest.mark.parametrize("title", ["Half-year report", None])
def test_a_script_behind_many_stories_is_left_alone(title: str | None) -> None:
    first = ChangingParameters(AddressRules())
    found = look(first, [listed("/view.asp?id=101", title), listed("/view.asp?id=102", title), listed("/c?x=1")])
    assert found == ["/view.asp?id=101", "/view.asp?id=102", "/c?x=1"]
    second = later(first)
    assert look(second, [listed("/view.asp?id=103", title)], [listed("/view.asp?id=104", title)]) == [
        "/view.asp?id=103", "/view.asp?id=104",
    ]  # fmt: skip
    assert not second.notices()


def test_two_feeds_of_one_run_with_a_numbered_story_each_are_two_stories() -> None:
    found = ChangingParameters(AddressRules())
    feeds = (
        [listed("/view.asp?id=101", "Half-year report"), listed("/n?x=1", "A")],
        [listed("/view.asp?id=102", "Half-year report")],
    )
    assert look(found, *feeds) == ["/view.asp?id=101", "/n?x=1", "/view.asp?id=102"]


def test_another_story_at_the_same_page_is_another_story() -> None:
    first = ChangingParameters(AddressRules())
    look(first, [listed("/latest?id=7", "Dues rise"), listed("/c?x=1", "C")])
    second = later(first)
    assert look(second, [listed("/latest?id=8", "Ferry sold", 1)]) == ["/latest?id=8"]
    assert look(later(second), [listed("/latest?id=9", "Ferry sold", 1)]) == ["/latest?id=9"]


def test_without_headlines_several_stories_must_agree() -> None:
    first = ChangingParameters(AddressRules())
    look(first, [listed(f"/{n}?s=x{n}") for n in "abc"])
    assert look(later(first), [listed("/a?s=y")]) == ["/a?s=y"]
    assert look(later(first), [listed(f"/{n}?s=y{n}") for n in "abc"]) == ["/a?s=xa", "/b?s=xb", "/c?s=xc"]


def test_an_outlets_file_has_the_last_word() -> None:
    first = ChangingParameters(AddressRules())
    look(first, [listed("/a?t=1", "Dues rise"), listed("/b?x=1", "B")])
    now = [listed("/a?t=2", "Dues rise")]
    assert look(later(first, AddressRules.of(keep=["t"], drop=[])), now) == ["/a?t=2"]
    dropping = later(first, AddressRules.of(keep=[], drop=["t"]))
    # Under its first address: that is the one the ledger has.
    assert look(dropping, now) == ["/a?t=1"]
    assert not dropping.notices()


@pytest.mark.parametrize("state", [{"listed": [1, {}, None], "several": 3, "names": None}, {"listed": {"a": 1}}])
def test_a_damaged_state_is_an_empty_one(state: dict[str, object]) -> None:
    found = ChangingParameters(AddressRules())
    found.remember(state)
    assert look(found, [listed("/a?t=1", "Dues rise")]) == ["/a?t=1"]


def test_addresses_without_parameters_leave_nothing_in_the_state() -> None:
    found = ChangingParameters(AddressRules())
    look(found, [listed("/a", "Dues rise"), listed("/b", "Ferry sold")])
    assert found.to_state() == {}

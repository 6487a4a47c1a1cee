"""What is kept of an outlet between two runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from broadtape.jobs.crawling.outlet_memory import remembered
from broadtape.monitoring.outlet_health import Trouble
from broadtape.outlet_state import OngoingTrouble, OutletState

OLD = OngoingTrouble("it is odd", datetime(2026, 11, 1, tzinfo=UTC), "r1", "r2")
BEFORE = OutletState(listings={"feed": "a"}, trouble=OLD, unknown={"later": 1})
FOUND = OutletState(listings={"feed": "b"})


def test_a_trouble_that_goes_on_began_when_it_began() -> None:
    state = remembered(BEFORE, FOUND, Trouble("it is odder", pages=True), run="r3", judged=True)
    assert state.listings == FOUND.listings
    assert state.trouble == replace(OLD, run="r3", reason="it is odder", pages=True)


def test_a_run_that_saw_all_is_well_ends_it_and_one_that_saw_too_little_does_not() -> None:
    assert remembered(BEFORE, FOUND, None, run="r3", judged=True).trouble is None
    assert remembered(BEFORE, FOUND, None, run="r3", judged=False).trouble == OLD


@pytest.mark.parametrize(("found", "kept"), [(None, BEFORE), (FOUND, FOUND)])
def test_what_a_killed_crawl_could_not_say_stays(found: OutletState | None, kept: OutletState) -> None:
    state = remembered(BEFORE, found, None, run="r3", judged=False)
    assert (state.listings, state.unknown) == (kept.listings, BEFORE.unknown)

"""Steps done here: again where the store failed, side by side, and one that fails leaves the others alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from broadtape.errors import LeaseHeld, RunFailed, StoreError, StoreUnusable
from broadtape.jobs.steps import RETRY_AFTER, Step, StepsHere


def failing(times: int, error: Exception) -> Callable[[], str]:
    """Work that fails so often before it is done."""
    left = [error] * times

    def work() -> str:
        if left:
            raise left.pop()
        return "done"

    return work


def steps(told: list[str] | None = None) -> StepsHere:
    return StepsHere((told if told is not None else []).append, retry_after=[0.0] * len(RETRY_AFTER))


def test_a_step_whose_store_failed_is_done_again_and_that_is_told() -> None:
    told: list[str] = []
    work = failing(len(RETRY_AFTER), StoreError("The bucket does not answer."))
    assert steps(told).do(Step("commit", work, "quayside")) == "done"
    assert told == ["quayside: The bucket does not answer. It is tried again in 0 s."] * len(RETRY_AFTER)


def test_a_store_that_stays_away_ends_the_step() -> None:
    with pytest.raises(StoreError):
        steps().do(Step("commit", failing(len(RETRY_AFTER) + 1, StoreError("away"))))


@pytest.mark.parametrize(
    ("step", "error"),
    [
        (Step("commit", failing(1, LeaseHeld("busy"))), LeaseHeld),
        (Step("commit", failing(1, StoreUnusable("There is no bucket."))), StoreUnusable),
        (Step("conclude", failing(1, StoreError("away")), repeated=False), StoreError),
    ],
)
def test_what_no_waiting_mends_or_must_not_be_repeated_is_done_once(step: Step[str], error: type[Exception]) -> None:
    with pytest.raises(error):
        steps().do(step)


def test_side_by_side_each_says_what_became_of_it() -> None:
    done: list[str] = []

    def fail() -> None:
        raise RunFailed("one is in trouble")

    many = [Step("archive", lambda: done.append("a")), Step("archive", fail), Step("archive", lambda: done.append("b"))]
    first, second, third = steps().do_all(many)
    assert (first, str(second), third) == (None, "one is in trouble", None)
    assert sorted(done) == ["a", "b"]

"""Turn-taking at a host, with a clock and a sleep of our own."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.policy.refused import Ending, Refused
from spiders.policy.throttle import HostThrottle, Throttles, retry_after


class Clock:
    """Time that passes only in waiting."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()

    async def wait_for(waiting, seconds: float) -> None:
        waiting.close()
        clock.now += seconds
        await asyncio.sleep(0)
        raise TimeoutError

    monkeypatch.setattr("spiders.policy.throttle.asyncio.wait_for", wait_for)
    return clock


def _lane(clock: Clock) -> HostThrottle:
    return HostThrottle("x.example", longest_wait=120.0, clock=clock)


async def _starts(throttle: HostThrottle, clock: Clock, times: int) -> list[float]:
    ending = asyncio.Event()
    starts = []
    for _ in range(times):
        async with throttle.turn(ending):
            starts.append(clock.now)
    return starts


def test_requests_keep_their_distance(clock: Clock) -> None:
    throttle = _lane(clock)
    throttle.keep_apart(5.0)
    throttle.keep_apart(2.0)
    first, second, third = asyncio.run(_starts(throttle, clock, 3))
    assert second - first >= 5.0
    assert third - second >= 5.0


def test_without_spacing_there_is_no_waiting(clock: Clock) -> None:
    assert asyncio.run(_starts(_lane(clock), clock, 3)) == [1000.0] * 3


def test_a_slow_host_is_asked_more_slowly(clock: Clock) -> None:
    throttle = _lane(clock)
    throttle.keep_apart(1.0)
    throttle.answered(200, 8.0, None)
    first, second = asyncio.run(_starts(throttle, clock, 2))
    assert second - first >= 8.0


def test_only_one_at_a_time_where_there_is_spacing(clock: Clock) -> None:
    throttle = _lane(clock)
    throttle.keep_apart(0.1)
    inside = most = 0

    async def visit() -> None:
        nonlocal inside, most
        async with throttle.turn(asyncio.Event()):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    async def visit_all() -> None:
        await asyncio.gather(*(visit() for _ in range(5)))

    asyncio.run(visit_all())
    assert most == 1


@pytest.mark.parametrize(("spacing", "status"), [(0.0, 429), (1.0, 429), (0.0, 403), (0.0, 502)])
def test_retry_after_is_waited_out_whatever_the_trouble_is_called(clock: Clock, spacing: float, status: int) -> None:
    throttle = _lane(clock)
    throttle.keep_apart(spacing)
    throttle.answered(status, 0.1, 30.0)
    (start,) = asyncio.run(_starts(throttle, clock, 1))
    assert start >= 1030.0


def test_too_long_a_retry_after_rests_the_host(clock: Clock) -> None:
    throttle = _lane(clock)
    throttle.answered(503, 0.1, 3600.0)
    with pytest.raises(Refused, match=r"host rests: status 503, Retry-After 3600 s") as refused:
        asyncio.run(_starts(throttle, clock, 1))
    assert refused.value.later


def test_failures_in_a_row_back_off_and_then_rest(clock: Clock) -> None:
    throttle = _lane(clock)
    waits = []
    for _ in range(4):
        throttle.failed("timeout")
        before = clock.now
        asyncio.run(_starts(throttle, clock, 1))
        waits.append(clock.now - before)
    assert all(0.7 <= wait / 2**n <= 1.3 for n, wait in enumerate(waits))
    throttle.failed("timeout")
    assert throttle.resting == "5 failures in a row, the last: timeout"


def test_a_good_answer_with_a_retry_after_is_no_trouble(clock: Clock) -> None:
    throttle = _lane(clock)
    for _ in range(6):
        throttle.answered(200, 0.1, 3600.0)
    assert throttle.resting is None


def test_one_good_answer_forgives(clock: Clock) -> None:
    throttle = _lane(clock)
    for _ in range(20):
        throttle.failed("timeout")
        throttle.answered(404, 0.1, None)
    assert throttle.resting is None


def test_an_ending_outlet_stops_waiting() -> None:
    async def run() -> None:
        throttle, ending = HostThrottle("x.example", longest_wait=120.0), asyncio.Event()
        throttle.answered(429, 0.1, 100.0)
        asyncio.get_running_loop().call_soon(ending.set)
        async with throttle.turn(ending):
            pytest.fail("the throttle let a request through")

    with pytest.raises(Ending):
        asyncio.run(run())


def test_each_host_has_one_lane() -> None:
    throttles = Throttles(longest_wait=1.0)
    assert throttles["a.example"] is throttles["a.example"]
    assert throttles["a.example"] is not throttles["a.example:8080"]


_NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (b"0", 0.0),
        (b" 120 ", 120.0),
        (b"Mon, 23 Nov 2026 12:01:30 GMT", 90.0),
        (b"Mon, 23 Nov 2026 11:00:00 GMT", 0.0),
        (b"Mon, 23 Nov 2026 13:00:30 +0100", 30.0),
        (None, None),
        (b"", None),
        (b"soon", None),
        (b"-5", None),
        (b"1.5", None),
        ("١٢".encode(), None),
    ],
)
def test_retry_after_in_both_forms(value: bytes | None, seconds: float | None) -> None:
    assert retry_after(value, now=_NOW) == seconds


@given(st.binary(max_size=60))
def test_no_retry_after_raises(value: bytes) -> None:
    found = retry_after(value)
    assert found is None or found >= 0


@given(st.integers(-(10**8), 10**8))
def test_any_http_date_is_understood(seconds: int) -> None:
    header = (_NOW + timedelta(seconds=seconds)).strftime("%a, %d %b %Y %H:%M:%S GMT").encode()
    assert retry_after(header, now=_NOW) == max(0, seconds)

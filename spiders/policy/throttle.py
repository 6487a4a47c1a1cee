"""Taking turns at a host: one throttle for each, shared by every outlet of the run that fetches there.

Scrapy's own slots and AutoThrottle know one spider only, do not slow down on 429 and pass over Retry-After; outlets
that share a feed host must be polite to it together. So the waiting is done here and Scrapy's delays are off.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from spiders.policy.refused import Ending, Refused

__all__ = ["HostThrottle", "Throttles", "retry_after"]

_FIRST_WAIT, _LONGEST_BACKOFF = 1.0, 60.0
_LONGEST_PACE = 30.0
_FAILURES_IN_A_ROW = 5
_JITTER = (0.75, 1.25)
_BUSY = {420, 429, 503, 529}
"""Too many requests, or too much work; 420 and 529 are what some large services say for 429 and 503."""


class HostThrottle:
    """One host. `spacing` seconds lie between the starts of two requests, and then never two run at once."""

    def __init__(self, host: str, *, longest_wait: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.host = host
        self.spacing = 0.0
        self.resting: str | None = None
        """Why the host is left alone for the rest of the run."""
        self._longest_wait, self._clock = longest_wait, clock
        self._pace = 0.0
        self._next = 0.0
        self._failures = 0
        self._turn = asyncio.Lock()

    def keep_apart(self, seconds: float) -> None:
        """At least `seconds` between two requests from now on: an outlet's own delay, or a crawl-delay."""
        self.spacing = max(self.spacing, seconds)

    def rest(self, why: str) -> None:
        """The host is left alone for the rest of the run."""
        self.resting = self.resting or why

    @asynccontextmanager
    async def turn(self, ending: asyncio.Event) -> AsyncIterator[None]:
        """Waits until a request may go out; raises Ending if the outlet ends meanwhile, Refused if the host rests."""
        if not self.spacing:
            await self._wait(ending)
            yield
            return
        async with self._turn:
            await self._wait(ending)
            self._next = self._clock() + max(self.spacing, self._pace) * random.uniform(1.0, 1.25)
            yield

    async def _wait(self, ending: asyncio.Event) -> None:
        while True:
            if ending.is_set():
                raise Ending("the crawl is ending")
            self.require_awake()
            left = self._next - self._clock()
            if left <= 0:
                return
            try:
                await asyncio.wait_for(ending.wait(), left)
            except TimeoutError:
                continue

    def require_awake(self) -> None:
        """Raises Refused if the host is left alone for the rest of the run."""
        if self.resting:
            raise Refused(f"host rests: {self.resting}", later=True)

    def answered(self, status: int, seconds: float, wait: float | None) -> None:
        """A response came after `seconds`; `wait` is what its Retry-After asks for, in seconds."""
        if status in _BUSY or (wait is not None and status >= HTTPStatus.BAD_REQUEST):
            self._back_off(f"status {status}", wait)
            return
        self._failures = 0 if status < 500 else self._failures
        # AutoThrottle's rule: as slow as the host answers, quick to slow down and slow to speed up.
        self._pace = min(max(seconds, (self._pace + seconds) / 2), _LONGEST_PACE)

    def failed(self, error: str) -> None:
        """No response came."""
        self._back_off(error, None)

    def _back_off(self, why: str, wait: float | None) -> None:
        self._failures += 1
        if wait is not None and wait > self._longest_wait:
            self.resting = f"{why}, Retry-After {wait:.0f} s"
        elif self._failures >= _FAILURES_IN_A_ROW:
            self.resting = f"{self._failures} failures in a row, the last: {why}"
        else:
            own = min(_FIRST_WAIT * 2 ** (self._failures - 1), _LONGEST_BACKOFF) * random.uniform(*_JITTER)
            # Not before the server's own word, and a little after it: others were told the same moment.
            self._next = max(self._next, self._clock() + (own if wait is None else wait + random.uniform(0.0, 0.5)))


class Throttles:
    """The throttles of a run, by host and port."""

    def __init__(self, *, longest_wait: float) -> None:
        self._longest_wait = longest_wait
        self._lanes: dict[str, HostThrottle] = {}

    def __getitem__(self, host: str) -> HostThrottle:
        if host not in self._lanes:
            self._lanes[host] = HostThrottle(host, longest_wait=self._longest_wait)
        return self._lanes[host]


def retry_after(value: bytes | None, *, now: datetime | None = None) -> float | None:
    """The seconds a Retry-After header asks for, given as a number or a date; None where it says nothing sensible."""
    text = (value or b"").decode("latin-1").strip()
    if text.isdecimal() and text.isascii():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())

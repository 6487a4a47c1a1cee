"""What one client may ask: how often, and how much at once."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Limits", "Turnstile"]

_CLIENTS = 10_000
"""How many clients are remembered; who was not heard of the longest is forgotten, and may ask again at once."""


@dataclass(frozen=True, slots=True)
class Limits:
    """`per_second`, and `burst` at once after a pause; `rows` and `bytes` of one page."""

    per_second: float = 10.0
    burst: int = 60
    rows: int = 1_000
    bytes: int = 8_000_000


class Turnstile:
    """Lets each client through as often as `Limits` say: a bucket of tokens each. Safe for threads."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits, self._clock = limits, clock
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, client: str) -> float:
        """Seconds after which this client may ask; 0 where it may now, which is counted."""
        with self._lock:
            now = self._clock()
            tokens, at = self._buckets.pop(client, (float(self._limits.burst), now))
            tokens = min(tokens + (now - at) * self._limits.per_second, self._limits.burst)
            allowed = tokens >= 1
            self._buckets[client] = (tokens - 1 if allowed else tokens, now)
            if len(self._buckets) > _CLIENTS:
                self._buckets.popitem(last=False)
            return 0.0 if allowed else (1 - tokens) / self._limits.per_second

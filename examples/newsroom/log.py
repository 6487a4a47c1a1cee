"""What the newsroom saw: every request with its headers, its time and how many were under way beside it."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

__all__ = ["Log", "Request"]


@dataclass(slots=True)
class Request:
    """One request as the server saw it; `status` and what follows are filled in as it is answered."""

    outlet: str
    """Name of the listener it came to; `backoffice` is one that nothing should ever ask."""
    method: str
    target: str
    """Path with its parameters, as asked for."""
    headers: dict[str, str]
    """By lower-case name."""
    connection: int
    """Number of the TCP connection it came over."""
    at: float
    """When it came: seconds since the epoch."""
    in_flight: int
    """Requests that this listener was answering at that moment, this one included."""
    status: int | None = None
    """None while nothing was sent."""
    sent: int = 0
    """Bytes of body sent."""
    seconds: float | None = None
    """How long answering took; None while it lasts."""
    broken_off: bool = field(default=False)
    """The client left before the end."""

    @property
    def path(self) -> str:
        """The target without its parameters."""
        return self.target.partition("?")[0]

    def as_dict(self) -> dict[str, Any]:
        """The fields and the path, for JSON."""
        return asdict(self) | {"path": self.path}


class Log:
    """Requests in the order in which they came; safe to use from many threads."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self._in_flight: Counter[str] = Counter()
        self._lock = threading.Lock()

    @contextmanager
    def answering(
        self, outlet: str, method: str, target: str, headers: dict[str, str], connection: int
    ) -> Iterator[Request]:
        """Notes a request for as long as the answer takes."""
        with self._lock:
            self._in_flight[outlet] += 1
            request = Request(outlet, method, target, headers, connection, time.time(), self._in_flight[outlet])
            self.requests.append(request)
        began = time.monotonic()
        try:
            yield request
        finally:
            with self._lock:
                self._in_flight[outlet] -= 1
                request.seconds = time.monotonic() - began

    def of(self, outlet: str | None = None, path: str | None = None) -> list[Request]:
        """The requests so far, of one outlet or for one path."""
        with self._lock:
            return [r for r in self.requests if outlet in (None, r.outlet) and path in (None, r.path)]

    def clear(self) -> None:
        """Forgets the requests so far."""
        with self._lock:
            self.requests.clear()

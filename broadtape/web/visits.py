"""When this reader was here before: two times in a cookie of the morning page alone; nobody keeps who reads what."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

from starlette.responses import Response

__all__ = ["COOKIE", "Visits"]

COOKIE = "broadtape_visits"
_VALUE = re.compile(r"(\d{1,11})\.(\d{1,11})")
_ONE_VISIT = timedelta(minutes=30)
"""Whoever comes again within it is still there: to reload the page, or to come back from a story, hides nothing."""
_FIRST = timedelta(days=1)
"""How far back the first visit looks."""
_KEPT = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Visits:
    """The visit before this one, and when this one last showed itself."""

    before: datetime
    last: datetime

    @classmethod
    def now(cls, cookie: str | None, now: datetime) -> Self:
        """The visits as of now, from what the browser sent; of a cookie that says nothing possible, a first visit."""
        match = _VALUE.fullmatch(cookie or "")
        if match is None:
            return cls(now - _FIRST, now)
        before, last = (datetime.fromtimestamp(int(seconds), UTC) for seconds in match.groups())
        if not before <= last <= now:
            return cls(now - _FIRST, now)
        return cls(before, now) if now - last < _ONE_VISIT else cls(last, now)

    def remember(self, response: Response, path: str) -> None:
        """Asks the browser to keep this, and to send it to `path` alone."""
        value = f"{int(self.before.timestamp())}.{int(self.last.timestamp())}"
        age = int(_KEPT.total_seconds())
        response.set_cookie(COOKIE, value, max_age=age, path=path, httponly=True, samesite="strict")

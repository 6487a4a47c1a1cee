"""As of when a session reads: at any time, or at one that it was bound to and cannot look behind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from broadtape.corpus.reading.filters import Clock
from broadtape.errors import InvalidTime
from broadtape.times import iso, parse_time, utcnow

__all__ = ["AsOf", "Pin"]


class AsOf(TypedDict):
    """Filters of a corpus."""

    as_of: datetime | None
    clock: Clock


@dataclass(frozen=True, slots=True)
class Pin:
    """The moment that a session is bound to; None binds it to none."""

    as_of: datetime | None = None
    clock: Clock = "archived"

    def now(self) -> datetime:
        """What this session takes for the present: spans such as `3d` are counted back from it."""
        return self.as_of or utcnow()

    def time(self, given: str | None) -> datetime | None:
        """A time as it was written; raises InvalidTime."""
        return None if given is None else parse_time(given, now=self.now())

    def moment(self, given: str | None) -> AsOf:
        """As of when is read where this was asked for; raises InvalidTime for what lies behind the pin."""
        asked = self.time(given)
        if asked is not None and self.as_of is not None and asked > self.as_of:
            raise InvalidTime(
                f"This session reads the archive as of {iso(self.as_of)} and cannot look at {iso(asked)}: ask for that "
                "time or an earlier one."
            )
        return {"as_of": asked or self.as_of, "clock": self.clock}

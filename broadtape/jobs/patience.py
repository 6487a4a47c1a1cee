"""How long outlets that another run is writing are waited for, and how often they are looked at."""

from __future__ import annotations

import time

__all__ = ["LOOKS", "Patience"]

LOOKS = 5.0
"""Seconds between two looks at outlets of which all are being written."""


class Patience:
    """So many seconds, counted from now on, or from when something was done last."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.renew()

    def renew(self) -> None:
        """Something was done: it is counted from now on."""
        self._end = time.monotonic() + self._seconds

    @property
    def over(self) -> bool:
        """Whether nobody waits any longer."""
        return time.monotonic() >= self._end

    def pause(self) -> None:
        """Waits until the next look, or as long as there is patience left."""
        time.sleep(min(LOOKS, max(self._end - time.monotonic(), 0.0)))

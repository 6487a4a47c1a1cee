"""How long to go on where others commit at the same time, or a store fails for a while."""

from __future__ import annotations

import time
from collections.abc import Iterator
from random import uniform

__all__ = ["PATIENCE", "pauses"]

PATIENCE = 60.0
"""Seconds a commit goes on trying while others commit or the store fails."""


def pauses() -> Iterator[float]:
    """Growing pauses with jitter (s), until patience ends."""
    deadline = time.monotonic() + PATIENCE
    pause = 0.02
    while time.monotonic() < deadline:
        yield pause * uniform(0.5, 1.5)
        pause = min(pause * 2, 5.0)

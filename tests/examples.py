"""How many examples a property is tried with."""

from __future__ import annotations

import os

_TIMES = int(os.environ.get("BROADTAPE_TEST_EXAMPLES", "1"))


def examples(count: int) -> int:
    """So many where an example takes long; `make test-deep` tries many times as many."""
    return count * _TIMES

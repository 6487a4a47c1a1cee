"""What a run is called: by its segments, its rows and its leases."""

from __future__ import annotations

import secrets
from datetime import datetime

from broadtape.times import utcnow

__all__ = ["new_run_id"]


def new_run_id(now: datetime | None = None) -> str:
    """A run's name: its start in UTC and six random hex digits, so that names sort by time and never meet."""
    return f"{now or utcnow():%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"

"""What a host as a whole says of mining its pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

__all__ = ["Rights"]


@dataclass(frozen=True, slots=True)
class Rights:
    """For the ledger: what was said, and when it was read."""

    rights: Literal["allowed", "reserved", "unknown"]
    checked_at: datetime | None

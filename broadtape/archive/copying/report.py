"""What a copy brought, and what it did not."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

__all__ = ["CopyReport"]


@dataclass(slots=True)
class CopyReport:
    """What a copy brought, and what it did not."""

    source: str
    target: str
    at: datetime
    """The moment whose archive the copy is; aware, UTC."""
    versions: dict[str, int] = field(default_factory=dict)
    objects: int = 0
    """Objects written."""
    bytes: int = 0
    unchanged: int = 0
    """Objects that the copy had."""
    removed: int = 0
    """Objects that the source has no more: superseded data files and log entries, what was taken down."""
    left: dict[str, int] = field(default_factory=dict)
    """What is not for the copy, in objects: `derived`, `leases`, `superseded`, `under_way`."""
    warnings: list[str] = field(default_factory=list)
    """What is wrong with the source, or is to be done by hand."""

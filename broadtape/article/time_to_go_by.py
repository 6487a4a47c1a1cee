"""The time that a text goes by: its publication, or, where nobody says when that was, when it was first seen."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

__all__ = ["DatedBy", "time_to_go_by", "told_time"]

DatedBy = Literal["published", "listed", "fetched"]
"""What it rests on: what the publisher says, when a feed or sitemap first listed the text, when its page came."""

_SEEN = {"listed": "first listed", "fetched": "fetched"}


def time_to_go_by(
    published_at: datetime | None, first_listed_at: datetime | None, fetched_at: datetime | None
) -> tuple[datetime, DatedBy] | None:
    """The time and what it rests on; None where all three are unknown.

    A text that was fetched before it was listed, as from a recording, was seen then: the earlier of the two counts.
    """
    if published_at is not None:
        return published_at, "published"
    if first_listed_at is not None and (fetched_at is None or first_listed_at <= fetched_at):
        return first_listed_at, "listed"
    return (fetched_at, "fetched") if fetched_at is not None else None


def told_time(at: datetime | None, by: str | None, precision: str | None = None) -> str | None:
    """`2026-03-01 12:00 UTC`, with what it rests on where nobody says when the text was published."""
    if at is None:
        return None
    moment = f"{at:%Y-%m-%d}" if by == "published" and precision == "day" else f"{at:%Y-%m-%d %H:%M} UTC"
    return f"{moment} ({_SEEN[by]})" if by in _SEEN else moment

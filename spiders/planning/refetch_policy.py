"""What to do about a listed story, given what the ledger knows of it. Pure functions of the two and the time."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import Enum

from broadtape.capture import Capture, Listing
from broadtape.capture.passing_trouble import attempts, may_pass

__all__ = ["RETRIES_END", "Want", "due_again", "want"]

_FIRST_RETRY = timedelta(hours=1)
_MOST_ATTEMPTS = 5
RETRIES_END = timedelta(days=4)
"""After the last attempt: 1 + 4 + 16 + 64 hours."""
_TRUST_AGAIN = timedelta(hours=6)
_FOR_GOOD = ("too large", "too many content encodings", "headers too long")
"""Failures that another try will not mend."""
_JUDGED_EACH_RUN = (
    "over budget", "robots", "pattern", "foreign host", "host rests", "private address", "malformed", "neither http",
)  # fmt: skip
"""Reasons for a skip that are looked at again whenever the story is listed: rules change, and so do budgets."""
_HELD = {"archived", "unchanged", "not_article", "quarantined"}


class Want(Enum):
    """What a listed story calls for."""

    NEW = "never heard of"
    AGAIN = "to be fetched once more"
    LATER = "to be tried again, but not yet"
    SETTLED = "nothing to do"


def want(listing: Listing, row: Capture | None, now: datetime) -> Want:
    """What `listing` calls for when `row` is the ledger's newest word on it."""
    if row is None or row.outcome in {"polled", "busy"}:
        return Want.NEW
    if row.outcome == "skipped" and (row.reason or "").startswith(_JUDGED_EACH_RUN):
        return Want.AGAIN
    if _changed(listing, row, now):
        return Want.AGAIN
    if may_pass(row):
        return _after_failure(row, now)
    return Want.SETTLED


def _changed(listing: Listing, row: Capture, now: datetime) -> bool:
    """Whether the listing says that the story was modified since we saw it."""
    if listing.modified_at is None or listing.modified_at > now + timedelta(days=1):
        return False
    if row.outcome == "unchanged" and row.via != "recheck" and row.fetched_at and now - row.fetched_at < _TRUST_AGAIN:
        # The listing said so before and was wrong: some give every story the time at which they were made themselves.
        return False
    seen = row.listed_modified_at or row.fetched_at or row.recorded_at
    return seen is not None and listing.modified_at > seen


def _after_failure(row: Capture, now: datetime) -> Want:
    tried = attempts(row)
    if tried >= _MOST_ATTEMPTS or (row.reason or "").startswith(_FOR_GOOD):
        return Want.SETTLED
    since = row.recorded_at or row.fetched_at
    if since is not None and now - since < _FIRST_RETRY * 4 ** (tried - 1):
        return Want.LATER
    return Want.AGAIN


def due_again(row: Capture, ages: Collection[timedelta], now: datetime) -> bool:
    """Whether an archived story has reached one of `ages` (counted from its publication) since it was last fetched.

    What could not be had may be due before that, archived or not, for it may be there now.
    """
    if may_pass(row) and _after_failure(row, now) is Want.AGAIN:
        return True
    if row.outcome == "not_article" and row.article_id is None:
        return False
    seen = row.fetched_at or row.recorded_at
    if seen is None:
        return False
    born = min(row.published_at, seen) if row.published_at else seen
    return any(seen < born + age <= now for age in ages)

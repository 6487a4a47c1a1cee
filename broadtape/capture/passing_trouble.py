"""Which words of the ledger tell of trouble that may pass: a failed request, and a page that stood in for the story.

A challenge, an error or a maintenance page, an empty or damaged body with status 200 say how the server fared, not what
the story is: they are tried again on the schedule that a 404 or a 500 has.
"""

from __future__ import annotations

from broadtape.capture import Capture
from broadtape.capture.detail import Failure

__all__ = ["LASTING", "attempts", "may_pass"]

LASTING = ("not_html", "too_large", "too_deep", "body: too large")
"""Reasons for a page to be no article that another look will not mend."""


def may_pass(row: Capture) -> bool:
    """Whether what `row` tells of its address may be otherwise tomorrow."""
    if row.outcome == "not_article":
        return not (row.reason or "").startswith(LASTING)
    return row.outcome == "failed"


def attempts(row: Capture | None) -> int:
    """How often in a row the story could not be had so far; 0 if it could."""
    if row is None or not may_pass(row):
        return 0
    return Failure.from_json(row.detail).attempts

"""Why there is no story at an address, as a sentence."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from broadtape.corpus.reader import Corpus

__all__ = ["why_no_story"]


def why_no_story(corpus: Corpus, url: str, as_of: datetime | None = None) -> str:
    """What tombstones and ledger know of an address without a story."""
    if gone := corpus.taken_down(url):
        return f"The story at {url} was taken down from the archive {corpus.uri} on {gone:%Y-%m-%d at %H:%M} UTC."
    seen = corpus.ledger(url)
    then = f" as of {as_of:%Y-%m-%d %H:%M} UTC" if as_of else ""
    if not seen:
        return f"The archive {corpus.uri} has no story at {url}{then}, and no feed or sitemap ever listed that address."
    last = seen[-1]
    when = f" on {last.recorded_at:%Y-%m-%d at %H:%M} UTC" if last.recorded_at else ""
    reason = f" ({last.reason})" if last.reason else ""
    return f"The archive {corpus.uri} has no story at {url}{then}: last looked at{when}, {last.outcome}{reason}."

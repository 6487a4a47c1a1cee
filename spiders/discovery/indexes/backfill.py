"""How far reading back through an outlet's archive sitemaps has come, so that the next run goes on with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Self

from broadtape.times import iso, parse_time
from spiders.discovery.documents.sitemap_entries import Child
from spiders.discovery.indexes.order import period_end

__all__ = ["Backfill"]

_MOST_REMEMBERED = 20_000
"""Sitemaps; of more than that, some are read twice."""
_GOOD_FOR = timedelta(days=7)
"""A sitemap of which nothing tells whether it has changed is read again after this."""


@dataclass(slots=True)
class Backfill:
    """An order to read back to `since` (UTC) that was not carried out in full."""

    since: datetime
    left: dict[str, int] = field(default_factory=dict)
    """How many sitemaps still wait, by the outlet's own listing that leads to them."""
    done: dict[str, tuple[datetime | None, datetime]] = field(default_factory=dict)
    """Sitemaps of which nothing was left undone: the time that their index gave them, and when they were read."""

    def has_done(self, child: Child, now: datetime) -> bool:
        """Whether the sitemap need not be read again for this order."""
        if child.url not in self.done:
            return False
        modified_at, read_at = self.done[child.url]
        if child.modified_at or modified_at:
            return child.modified_at == modified_at
        end = period_end(child.url)
        return (end is not None and end < read_at) or now - read_at < _GOOD_FOR

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        newest = list(self.done.items())[-_MOST_REMEMBERED:]
        done = {url: [modified_at and iso(modified_at), iso(read_at)] for url, (modified_at, read_at) in newest}
        return {"since": iso(self.since), "left": self.left, "done": done}

    @classmethod
    def from_json(cls, values: Any) -> Self | None:
        """Reads what `to_json` wrote; None for anything else, since state may be lost without harm."""
        try:
            if not isinstance(values, Mapping):
                return None
            done = {
                url: (parse_time(at) if at else None, parse_time(read)) for url, (at, read) in values["done"].items()
            }
            return cls(parse_time(values["since"]), {str(url): int(n) for url, n in values["left"].items()}, done)
        except Exception:  # as above
            return None

    def went_on(
        self, before: Self | None, done: Mapping[Child, datetime], left: Mapping[str, int]
    ) -> dict[str, Any] | None:
        """What to remember once more was `done`; None where nothing of this order, nor of the one `before`, is left."""
        read = {child.url: (child.modified_at, at) for child, at in done.items()}
        if before and before.left and before.since < self.since:
            # The earlier order went back further, and is still to be carried out.
            return replace(before, done={**before.done, **read}).to_json()
        return replace(self, left=dict(left), done={**self.done, **read}).to_json() if left else None

    @classmethod
    def going_on(cls, kept: Self | None, since: datetime | None, *, force: bool) -> Self | None:
        """What this run reads back to: what somebody asks for now, else what an earlier order left; None for nothing.

        What was done for an order that went back further holds for this one.
        """
        if since is None:
            return kept if kept and kept.left else None
        if kept is None or force or since < kept.since:
            return cls(since)
        return cls(since, {}, dict(kept.done))

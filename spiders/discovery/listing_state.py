"""What is remembered of a listing between two runs, so that an idle look at it costs next to nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Self

from broadtape.site import Site
from broadtape.times import iso, parse_time
from spiders.discovery.documents.sitemap_entries import Child

__all__ = ["ListingState", "advanced"]

_FULL_READ_AFTER = timedelta(days=1)
_FULL_READ_EVERY = 24
_TIMES = ("polled_at", "read_at", "newest", "changed_at")
_TTL_SLACK = 0.9
"""A feed that asks for an hour is looked at by an hourly schedule, though that wavers by minutes."""


@dataclass(frozen=True, slots=True)
class ListingState:
    """The validators of the last answer that was dealt with in full, and when it came."""

    polled_at: datetime
    read_at: datetime
    """When it was last asked for without conditions."""
    polls: int = 0
    """Conditional looks since then."""
    etag: str | None = None
    last_modified: str | None = None
    sha256: str | None = None
    """Of the body as received."""
    ttl: float | None = None
    """Seconds for which the feed asked to be left alone."""
    newest: datetime | None = None
    """The latest time of the stories it listed."""
    changed_at: datetime | None = None
    """When it last came back with anything else than before."""
    cut: str | None = None
    """Why it was not read to its end; so it stays for as long as the listing does."""
    unusable: int = 0
    merged: int = 0
    """Entries of it that could not be asked for; see `Reading`."""
    children: tuple[Child, ...] = ()
    """For an index, the sitemaps it names of which nothing was left undone."""

    def due(self, now: datetime) -> bool:
        """Whether the feed's own `ttl` allows another look."""
        return self.ttl is None or now - self.polled_at >= timedelta(seconds=self.ttl * _TTL_SLACK)

    def conditions(self, now: datetime) -> dict[str, str]:
        """Headers of a conditional request; empty when a full read is due, since some feeds change under one ETag."""
        if self.polls >= _FULL_READ_EVERY or now - self.read_at >= _FULL_READ_AFTER:
            return {}
        asked = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in asked.items() if value}

    def looked(self, now: datetime, *, conditional: bool) -> Self:
        """The state after a look that found nothing new."""
        if conditional:
            return replace(self, polled_at=now, polls=self.polls + 1)
        return replace(self, polled_at=now, read_at=now, polls=0)

    def without(self, undone: Collection[str]) -> Self:
        """The state of an index some of whose sitemaps (by address) are still to be read, so that it is asked for in
        full next time."""
        kept = tuple(child for child in self.children if child.url not in undone)
        return replace(self, children=kept, etag=None, last_modified=None, sha256=None)

    def to_json(self) -> dict[str, Any]:
        """As plain data; absent facts are left out."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        values |= {name: iso(at) for name in _TIMES if (at := getattr(self, name))}
        values["children"] = [[child.url, child.modified_at and iso(child.modified_at)] for child in self.children]
        return {name: value for name, value in values.items() if value not in (None, [], 0)}

    @classmethod
    def from_json(cls, values: Any) -> Self | None:
        """Reads what `to_json` wrote; None for anything else, since state may be lost without harm."""
        try:
            if not isinstance(values, Mapping):
                return None
            times = {name: parse_time(values[name]) for name in _TIMES if name in values}
            known = {name: values[name] for name in values if name in cls.__dataclass_fields__}
            children = (Child(url, parse_time(at) if at else None) for url, at in values.get("children", ()))
            return cls(**{**known, **times, "children": tuple(children)})
        except Exception:  # as above
            return None


def advanced(
    before: Mapping[str, Any],
    site: Site,
    looks: Sequence[tuple[str, ListingState | None]],
    *,
    unsettled: Collection[str],
    waiting: Collection[str],
) -> dict[str, Any]:
    """The state of the outlet's listings for the next run, from this one's `looks` (address and state, an index before
    what it names); those in `unsettled` stay as they were `before`, those in `waiting` were not read."""
    own = {source.url for source in (*site.feeds, *site.news_sitemaps, *site.sections)}
    own |= {child.url for kept in before.values() if (was := ListingState.from_json(kept)) for child in was.children}
    after = {url: kept for url, kept in before.items() if url in own}
    undone = {*unsettled, *waiting, *(url for url, state in looks if state is None)}
    for url, state in reversed(looks):
        if state and url not in unsettled:
            if not undone.isdisjoint(child.url for child in state.children):
                undone.add(url)
                state = state.without(undone)  # noqa: PLW2901
            after[url] = state.to_json()
    return after

"""When each row of an article is what a reader sees, worked out once so that a search need not choose among rows.

The rules are those of `resolve_versions`. A row that was superseded never comes back, so its time is one span.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

__all__ = ["FOREVER", "Key", "Standing", "standings"]

FOREVER = 2**62
"""Later than any time."""


class Key(NamedTuple):
    """What names a row among those of its article; times in microseconds since 1970. In the order of what counts."""

    fetched_at: int
    archived_at: int
    extractor: str


@dataclass(frozen=True, slots=True)
class Standing:
    """For how long a row counts. Each span begins with the row's own time and ends before the one given here."""

    current_until: int
    """By the archive's clock: the article's last revision in its newest edition."""
    edition_until: int
    """By the archive's clock: the newest edition of its fetch."""
    world_until: int
    """By the clock of fetching: the article's last revision. Begins with `fetched_at`; empty for an older edition."""
    earlier: tuple[int, ...]
    """When the archive first had each of the article's earlier fetches: what `revision` is counted from."""

    @property
    def name(self) -> str:
        """What the row is now: `current`, an older `revision` or an older `edition`."""
        if self.current_until == FOREVER:
            return "current"
        return "revision" if self.edition_until == FOREVER else "edition"


def standings(keys: Iterable[Key]) -> dict[Key, Standing]:
    """The standing of each row of one article; of rows written twice, the one archived first is the row."""
    rows = sorted(_once(keys))
    fetches: dict[int, list[Key]] = defaultdict(list)
    for row in rows:
        fetches[row.fetched_at].append(row)
    first = {fetched: min(row.archived_at for row in held) for fetched, held in fetches.items()}
    times = sorted(fetches)
    found = {}
    superseded = FOREVER
    for place in range(len(times) - 1, -1, -1):
        fetched = times[place]
        after = times[place + 1] if place + 1 < len(times) else FOREVER
        earlier = tuple(first[time] for time in times[:place])
        found.update(_of_fetch(fetches[fetched], superseded, after, earlier))
        superseded = min(superseded, first[fetched])
    return found


def _of_fetch(rows: Sequence[Key], superseded: int, after: int, earlier: tuple[int, ...]) -> dict[Key, Standing]:
    """`rows` in the order of what counts; `superseded` is when the archive first had a later fetch."""
    found, edition_until = {}, FOREVER
    for row in reversed(rows):
        world = after if edition_until == FOREVER else row.fetched_at
        found[row] = Standing(min(superseded, edition_until), edition_until, world, earlier)
        edition_until = min(edition_until, row.archived_at)
    return found


def _once(keys: Iterable[Key]) -> Iterable[Key]:
    kept: dict[tuple[int, str], Key] = {}
    for key in keys:
        known = kept.get((key.fetched_at, key.extractor))
        if known is None or key.archived_at < known.archived_at:
            kept[key.fetched_at, key.extractor] = key
    return kept.values()

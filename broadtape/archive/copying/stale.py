"""What a copy has and its source has no more: superseded data files and log entries, and what was taken down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from broadtape.archive.copying.source_moment import SourceMoment
from broadtape.archive.stores.object_store import ObjectStore

__all__ = ["Stale", "remove_stale"]


class Stale(NamedTuple):
    """Keys that were removed, and what is to be told."""

    removed: list[str]
    warnings: list[str]


def remove_stale(target: ObjectStore, held: Mapping[str, int], here: SourceMoment, *, taken_down: bool) -> Stale:
    """Removes it from the copy, with the versions that a bucket keeps.

    A segment, a set of rules or a state that no row names any more goes only where anything was ever taken down: what
    is missing without that was lost, and the copy has the last of it.
    """
    of_tables = frozenset().union(*(table.keys for table in here.tables.values()))
    tables = tuple(f"{name}/" for name in here.tables)
    doomed = [key for key in held if key.startswith(tables) and key not in of_tables]
    doomed += [key for key in held if key.startswith("index/")]  # it is of another version
    gone = [key for key in held if _is_copied(key) and key not in here.objects and key not in here.small]
    gone = [key for key in gone if key not in here.named]
    warnings = []
    if taken_down:
        doomed += gone
    elif gone:
        warnings.append(
            f"{len(gone):,} objects that were copied are no more in the source, {gone[0]} for instance, though nothing "
            "was ever taken down there: the copy keeps them."
        )
    target.delete(doomed)
    if doomed and (warning := target.purge(doomed)):
        warnings.append(warning)
    return Stale(doomed, warnings)


def _is_copied(key: str) -> bool:
    return key.startswith(("raw/", "rules/", "state/"))

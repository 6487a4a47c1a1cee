"""All checks of an archive, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import polars as pl

from broadtape.archive.archive import Archive
from broadtape.archive.lifecycle.verification.damage import Damage
from broadtape.archive.lifecycle.verification.objects import check_objects
from broadtape.archive.lifecycle.verification.segments import PLACE, check_segments
from broadtape.archive.lifecycle.verification.tables import check_table
from broadtape.archive.lifecycle.verification.writers import check_leases, check_rules, check_states
from broadtape.work import Doing, done_here

__all__ = ["verify"]


def verify(
    archive: Archive,
    *,
    digests: bool = True,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    doing: Doing = done_here,
) -> Iterator[Damage]:
    """Checks tables, segments and digests against each other; gives what is wrong, nothing where all is well.

    Without `digests` no segment is read, only looked for. `progress` is told how many segments are checked, of how
    many; `doing` has them read.
    """
    told: set[str] = set()
    for damage in _by_content(archive, digests, progress, doing):
        told.add(damage.where)
        yield damage
    yield from (damage for damage in check_objects(archive.objects) if damage.where not in told)


def _by_content(
    archive: Archive, digests: bool, progress: Callable[[int, int], None], doing: Doing
) -> Iterator[Damage]:
    places = []
    for table in archive.tables.values():
        for found in check_table(table):
            if isinstance(found, Damage):
                yield found
            elif "warc_file" in found.columns:
                places.append(found.select(PLACE).filter(pl.col("warc_file").is_not_null()))
    rows = pl.concat(places).unique() if places else pl.DataFrame(schema=dict.fromkeys(PLACE, pl.String))
    yield from check_segments(archive, rows, digests, progress, doing)
    yield from check_rules(archive)
    yield from check_states(archive.objects)
    yield from check_leases(archive)

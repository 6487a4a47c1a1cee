"""All checks of an archive, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import polars as pl

from broadtape.archive.archive import Archive
from broadtape.archive.lifecycle.verification.damage import Damage
from broadtape.archive.lifecycle.verification.objects import check_objects
from broadtape.archive.lifecycle.verification.segments import PLACE, Progress, check_segments
from broadtape.archive.lifecycle.verification.tables import check_table
from broadtape.archive.lifecycle.verification.writers import check_leases, check_rules, check_states
from broadtape.work import Doing, done_here

__all__ = ["verify"]


def verify(
    archive: Archive,
    *,
    digests: bool = True,
    since: date | None = None,
    progress: Progress = lambda _done, _total, _day: None,
    doing: Doing = done_here,
) -> Iterator[Damage]:
    """Checks tables, segments and digests against each other; gives what is wrong, nothing where all is well.

    Without `digests` no segment is read, only looked for; nor is one of a day before `since`. `progress` is told how
    many segments are checked; `doing` has them read, day after day.
    """
    told: set[str] = set()
    for damage in _by_content(archive, (since or date.min) if digests else None, progress, doing):
        told.add(damage.where)
        yield damage
    yield from (damage for damage in check_objects(archive.objects) if damage.where not in told)


def _by_content(archive: Archive, since: date | None, progress: Progress, doing: Doing) -> Iterator[Damage]:
    places = []
    for table in archive.tables.values():
        for found in check_table(table):
            if isinstance(found, Damage):
                yield found
            elif "warc_file" in found.columns:
                places.append(found.select(PLACE).filter(pl.col("warc_file").is_not_null()))
    rows = pl.concat(places).unique() if places else pl.DataFrame(schema=dict.fromkeys(PLACE, pl.String))
    yield from check_segments(archive, rows, since, progress, doing)
    yield from check_rules(archive)
    yield from check_states(archive.objects)
    yield from check_leases(archive)

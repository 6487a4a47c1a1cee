"""How the outlets and the archive fare, from the ledger and the stores: what `broadtape status` tells."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from pathlib import Path
from types import MappingProxyType
from typing import Any

import polars as pl
from cronsim import CronSim

from broadtape.archive import Archive
from broadtape.archive.delta.rewrite import row_count
from broadtape.archive.ledger_summary.summary import LedgerSummary, of_newest
from broadtape.archive.spool import Spool
from broadtape.archive.spools_elsewhere import dead_elsewhere
from broadtape.archive.weight import kept_weight, weigh
from broadtape.monitoring.outlet_health import held_for_drift, of_file, unusable_file, with_held
from broadtape.outlet_state import OutletState
from broadtape.site import Site
from broadtape.site.outlets import BrokenFile
from broadtape.times import iso

__all__ = ["ArchiveHealth", "OutletHealth", "Planned", "archive_health", "outlet_health"]

_PATIENCE = timedelta(hours=1)
"""A run may be late for the one before it, or for a machine that is started anew."""


@dataclass(frozen=True, slots=True)
class OutletHealth:
    """One outlet. Times are UTC."""

    site: str
    last_run: datetime | None
    next_run: datetime | None
    """What a scheduler has planned for it and will run; None where nothing is, or nobody could be asked."""
    last_article: datetime | None
    held: int
    """Pages whose texts are held back, because they are not as usual, until somebody approves or rejects them."""
    trouble: str | None

    def as_dict(self) -> dict[str, Any]:
        """Plain data, times as ISO 8601."""
        return {name: iso(v) if isinstance(v, datetime) else v for name, v in asdict(self).items()}


@dataclass(frozen=True, slots=True)
class ArchiveHealth:
    """The archive as a whole, and what waits for it on this machine."""

    uri: str
    files: int
    bytes: int
    articles: int
    """Rows of the table, all revisions and editions."""
    waiting: tuple[str, ...]
    """Dead runs whose spool waits to be recovered by the next run on this machine."""
    aside: tuple[str, ...]
    """Segments of dead runs that could not be archived, each with the reason."""
    running: tuple[str, ...]
    """Runs going on on this machine."""
    elsewhere: tuple[str, ...] = ()
    """Runs that died on other machines, each with its machine: what they had fetched may wait in that spool."""
    weighed_at: datetime | None = None
    """When upkeep found so many files and bytes: UTC; None where they were listed just now."""

    def as_dict(self) -> dict[str, Any]:
        """Plain data, times as ISO 8601."""
        return {name: iso(v) if isinstance(v, datetime) else v for name, v in asdict(self).items()}

    def __str__(self) -> str:
        told = f"{self.uri}: {self.articles:,} texts, {self.files:,} files, {self.bytes / 2**20:,.1f} MiB"
        told += f" (as upkeep listed them at {self.weighed_at:%Y-%m-%d %H:%M} UTC)." if self.weighed_at else "."
        if self.running:
            told += f" Running here: {', '.join(self.running)}."
        if self.waiting:
            told += (
                f" {len(self.waiting)} dead run(s) left pages in this machine's spool ({', '.join(self.waiting)}): "
                "the next run on this machine archives them first."
            )
        if self.aside:
            told += f" {len(self.aside)} segment(s) could not be archived and are left aside: {'; '.join(self.aside)}"
        if self.elsewhere:
            told += (
                f" What {len(self.elsewhere)} run(s) had fetched before they died may lie in other machines' spools "
                f"and is archived by the next run there: {'; '.join(self.elsewhere)}."
            )
        return told


@dataclass(frozen=True, slots=True)
class Planned:
    """What a scheduler says of an outlet."""

    next_run: datetime | None = None
    late_since: datetime | None = None
    """When a run that has not begun should have."""


def outlet_health(
    archive: Archive,
    sites: Sequence[Site],
    *,
    now: datetime,
    planned: Callable[[str, str], Planned] = lambda _site, _cron: Planned(),
    broken: Mapping[str, BrokenFile] = MappingProxyType({}),
) -> list[OutletHealth]:
    """How each of these outlets fares, and those whose files are broken. `planned` is asked by name and cron."""
    names = [*(site.name for site in sites), *broken]
    days = of_newest(archive.tables["captures"], LedgerSummary.days)
    found = days.group_by("site").agg(pl.col("last_run", "last_archived").max())
    seen = {row["site"]: row for row in found.iter_rows(named=True)}
    held = held_for_drift(archive, names)

    def health(name: str, cron: str, *, enabled: bool, trouble: str | None = None) -> OutletHealth:
        row, plan = seen.get(name, {}), planned(name, cron) if enabled else Planned()
        last_run = row.get("last_run")
        trouble = trouble or _kept_trouble(archive, name)
        if not trouble and enabled:
            trouble = _overdue(cron, last_run, plan.late_since, now)
        said = with_held(trouble, name, held[name])
        return OutletHealth(name, last_run, plan.next_run, row.get("last_archived"), held[name], said)

    well = [health(site.name, site.cron, enabled=site.enabled) for site in sites]
    unusable = [
        health(name, file.cron, enabled=file.enabled, trouble=unusable_file(file.why).reason)
        for name, file in broken.items()
    ]
    return sorted([*well, *unusable], key=attrgetter("site"))


def _kept_trouble(archive: Archive, name: str) -> str | None:
    """What the last run left, unless it is over by now: a file that was broken is not among those that are."""
    told = OutletState.load(archive, name).trouble
    return told.reason if told and not of_file(told.reason) else None


def _overdue(cron: str, last_run: datetime | None, late_since: datetime | None, now: datetime) -> str | None:
    """That nobody looked when somebody should have; None within an hour of it."""
    due = next(CronSim(cron, last_run)) if last_run else late_since
    if due is None or due + _PATIENCE >= now:
        return None
    if late_since:
        return f"its run of {late_since:%Y-%m-%d %H:%M} UTC has not begun: is the schedule running?"
    return "its last run is overdue: is the schedule running?"


def archive_health(archive: Archive, spool: Path, *, weigh_anew: bool = False) -> ArchiveHealth:
    """What the archive weighs, and what waits; lists all of it where upkeep never has, or with `weigh_anew`."""
    kept = None if weigh_anew else kept_weight(archive.objects)
    weight = kept or weigh(archive.objects, archive.now())
    waiting = Spool(spool, archive.uri).waiting()
    return ArchiveHealth(
        uri=archive.uri,
        files=weight.files,
        bytes=weight.bytes,
        weighed_at=kept.at if kept else None,
        articles=row_count(archive.tables["articles"]),
        waiting=tuple(run.run for run in waiting if not run.alive and run.files),
        aside=tuple(segment for run in waiting for segment in run.aside),
        running=tuple(run.run for run in waiting if run.alive),
        elsewhere=tuple(map(str, dead_elsewhere(archive.objects))),
    )

"""How the outlets and the archive fare, from the ledger and the stores: what `broadtape status` tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
from cronsim import CronSim

from broadtape.archive import Archive
from broadtape.archive.spool import Spool
from broadtape.archive.spools_elsewhere import dead_elsewhere
from broadtape.monitoring.outlet_health import held_for_drift, with_held
from broadtape.outlet_state import OutletState
from broadtape.site import Site
from broadtape.times import iso

__all__ = ["ArchiveHealth", "OutletHealth", "archive_health", "outlet_health"]


@dataclass(frozen=True, slots=True)
class OutletHealth:
    """One outlet. Times are UTC."""

    site: str
    last_run: datetime | None
    next_run: datetime | None
    """By its cron; None for a disabled outlet."""
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

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self)

    def __str__(self) -> str:
        told = f"{self.uri}: {self.articles:,} texts, {self.files:,} files, {self.bytes / 2**20:,.1f} MiB."
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


def outlet_health(archive: Archive, sites: Sequence[Site], *, now: datetime) -> list[OutletHealth]:
    """How each of these outlets fares."""
    names = [site.name for site in sites]
    last = {
        name: pl.col("recorded_at").filter(pl.col("outcome") == outcome).max()
        for name, outcome in (("last_run", "polled"), ("last_article", "archived"))
    }
    found = archive.tables["captures"].read(
        lambda rows: rows.filter(pl.col("site").is_in(names)).group_by("site").agg(**last)
    )
    seen = {row["site"]: row for row in found.iter_rows(named=True)}
    held = held_for_drift(archive, names)
    return [_health(archive, site, seen.get(site.name, {}), held[site.name], now) for site in sites]


def _health(archive: Archive, site: Site, seen: dict[str, Any], held: int, now: datetime) -> OutletHealth:
    told = OutletState.load(archive, site.name).trouble
    next_run = next(CronSim(site.cron, now)) if site.enabled else None
    trouble = told.reason if told else None
    last_run = seen.get("last_run")
    if not trouble and next_run and last_run and next(CronSim(site.cron, last_run)) + timedelta(hours=1) < now:
        trouble = "its last run is overdue: is the schedule running?"
    said = with_held(trouble, site.name, held)
    return OutletHealth(site.name, last_run, next_run, seen.get("last_article"), held, said)


def archive_health(archive: Archive, spool: Path) -> ArchiveHealth:
    """What the archive weighs; walks its listing."""
    files = total = 0
    for info in archive.objects.list(""):
        files += 1
        total += info.size
    waiting = Spool(spool, archive.uri).waiting()
    return ArchiveHealth(
        uri=archive.uri,
        files=files,
        bytes=total,
        articles=archive.tables["articles"].read(lambda rows: rows.select(pl.len())).item(),
        waiting=tuple(run.run for run in waiting if not run.alive and run.files),
        aside=tuple(segment for run in waiting for segment in run.aside),
        running=tuple(run.run for run in waiting if run.alive),
        elsewhere=tuple(map(str, dead_elsewhere(archive.objects))),
    )

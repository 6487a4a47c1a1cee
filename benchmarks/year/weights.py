"""What an archive weighs at one moment of its life, and what it costs to begin a run there and to ask how it fares."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from broadtape.archive import Archive
from broadtape.archive.lifecycle.compaction import size_of
from broadtape.monitoring.baseline import earlier_measures, earlier_polls
from broadtape.monitoring.status import archive_health, outlet_health
from broadtape.outlet_state import OutletState
from broadtape.site import Site

__all__ = ["cpu", "weigh"]

_ASKED = 30
"""Addresses that an outlet's look asks the ledger for, as a feed lists them."""
_WATCHED = timedelta(days=14)
"""How far back a run looks for stories that are due for a second look: twice the oldest age in the outlets' files."""


def weigh(archive: Archive, sites: list[str]) -> dict[str, float]:
    """Sizes in files and bytes; what was asked in milliseconds of CPU, all threads, the least of three times."""
    found: dict[str, float] = {}
    for name in ("captures", "articles"):
        size = size_of(archive.tables[name])
        found |= {
            f"{name}: rows": archive.tables[name].scan().select("site").collect().height,
            f"{name}: data files": size.files,
            f"{name}: data bytes": size.bytes,
            f"{name}: log files": size.log_files,
            f"{name}: log bytes": size.log_bytes,
        }
    for top in ("state", "leases", "fixity", "index", "raw"):
        sizes = [info.size for info in archive.objects.list(f"{top}/")]
        found |= {f"{top}: objects": len(sizes), f"{top}: bytes": sum(sizes)}
    return {**found, **_asked(archive, sites)}


def _asked(archive: Archive, sites: list[str]) -> dict[str, float]:
    newest = archive.tables["captures"].scan().drop_nulls("url_id").sort("recorded_at").tail(_ASKED).collect()
    addresses = newest["url_id"].to_list()
    every = [_outlet(name) for name in sites]
    now = archive.now()

    def begin() -> None:
        opened = Archive.open(archive.uri, clock=lambda: now)
        for site in sites:
            OutletState.load(opened, site)
            opened.ledger.known(site, addresses)
        opened.ledger.recent(sites, now - _WATCHED)

    def judge() -> None:
        opened = Archive.open(archive.uri, clock=lambda: now)
        for site in sites[:5]:
            earlier_polls(opened, site)
            earlier_measures(opened, site)

    def status() -> None:
        opened = Archive.open(archive.uri, clock=lambda: now)
        outlet_health(opened, every, now=now)
        archive_health(opened, Path("/nonexistent"))

    asked: dict[str, Callable[[], None]] = {"begin a run": begin, "judge 5 outlets": judge, "status": status}
    return {f"{what}, ms": 1000 * min(cpu(work) for _ in range(3)) for what, work in asked.items()}


def _outlet(name: str) -> Site:
    home = f"https://{name}.example/"
    return Site.model_validate(
        {"name": name, "title": name, "homepage": home, "hosts": [f"{name}.example"], "feeds": [f"{home}feed"],
         "enabled": True, "cron": "12 * * * *"}
    )  # fmt: skip


def cpu(work: Callable[[], object]) -> float:
    """Seconds of CPU, of all threads of this process."""
    before = time.process_time()
    work()
    return time.process_time() - before

"""Counts that go on from run to run: each run adds its own to a file beside the spool, which is locked for that."""

from __future__ import annotations

import fcntl
import json
import logging
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

__all__ = ["KeptCounts", "OutletCounts", "kept_counts", "shown_counts"]

logger = logging.getLogger(__name__)

_FILE = ".counts.json"


@dataclass(slots=True)
class OutletCounts:
    """One outlet over all runs of this machine. Times are seconds since 1970, UTC."""

    listed: int = 0
    fetched: int = 0
    archived: int = 0
    revised: int = 0
    unchanged: int = 0
    bytes: int = 0
    leases_lost: int = 0
    runs: Counter[str] = field(default_factory=Counter)
    """By how they ended: `well`, `trouble`, `busy`."""
    held: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    lag: float | None = None
    """Seconds from publication to fetching, the median of the last run that had new stories."""
    last_run: float | None = None
    last_success: float | None = None
    trouble: bool = False
    """Whether the last run left it in trouble."""

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> Self:
        """What was kept; what a later release keeps besides is passed over."""
        known: dict[str, Any] = {name: value for name, value in values.items() if name in cls.__dataclass_fields__}
        known |= {name: Counter(value) for name, value in known.items() if isinstance(value, dict)}
        return cls(**known)


@dataclass(slots=True)
class KeptCounts:
    """Everything that is counted."""

    outlets: dict[str, OutletCounts] = field(default_factory=dict)
    store_requests: Counter[str] = field(default_factory=Counter)
    """By operation."""
    last_backup: float | None = None
    """The moment, in seconds since 1970, whose archive the copy is that upkeep brought up to date here."""

    def outlet(self, site: str) -> OutletCounts:
        """An outlet's counts, made when first asked for."""
        return self.outlets.setdefault(site, OutletCounts())

    @classmethod
    def read(cls, path: Path) -> Self:
        """What the file holds; nothing where there is none, or none that can be read: counts then begin anew."""
        with suppress(OSError, ValueError, TypeError, AttributeError):
            values = json.loads(path.read_text("utf-8"))
            outlets = {site: OutletCounts.read(told) for site, told in values["outlets"].items()}
            return cls(outlets, Counter(values["store_requests"]), values.get("last_backup"))
        return cls()


def shown_counts(spool: Path) -> KeptCounts:
    """What has been counted on the machine that has this spool."""
    return KeptCounts.read(spool / _FILE)


@contextmanager
def kept_counts(spool: Path) -> Iterator[KeptCounts]:
    """The counts, to add to; kept at the end. Where they cannot be kept that is logged, and fails nothing."""
    try:
        spool.mkdir(parents=True, exist_ok=True)
        held = os.open(spool / f"{_FILE}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        logger.warning("Counts cannot be kept in %s: %s", spool, error)
        yield KeptCounts()
        return
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        counts = KeptCounts.read(spool / _FILE)
        yield counts
        _write(spool / _FILE, counts)
    finally:
        os.close(held)


def _write(path: Path, counts: KeptCounts) -> None:
    draft = path.with_suffix(".new")
    outlets = {site: _plain(outlet) for site, outlet in counts.outlets.items()}
    values = {"outlets": outlets, "store_requests": counts.store_requests, "last_backup": counts.last_backup}
    try:
        draft.write_text(json.dumps(values), "utf-8")
        draft.replace(path)
    except OSError as error:
        logger.warning("Counts cannot be kept in %s: %s", path.parent, error)


def _plain(counts: OutletCounts) -> dict[str, Any]:
    return {name: getattr(counts, name) for name in counts.__dataclass_fields__}

"""How far a recording is read: what was met in it, what waits to be judged, what gave nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from broadtape.archive.warc import Damage, Record
from broadtape.errors import WarcError
from broadtape.ingest.recorded_pages import LeftOut, RecordedPage, forbidden, origin_of
from broadtape.rights.robots import Robots
from broadtape.site import Site

__all__ = ["Reading", "Remark"]

_BATCH = 256
_BATCH_BYTES = 32 * 2**20
_NAMED = 1000
"""Damaged records of a file that are named each; all are counted."""


@dataclass(frozen=True, slots=True)
class Remark:
    """What the ledger is to say of a record that is not archived."""

    site: Site
    url: str
    reason: str
    status: int | None
    offset: int


@dataclass(slots=True)
class Reading:
    """One recording on its way."""

    file: Path
    records: int = 0
    """Heads that could be read, other people's included."""
    robots: dict[str, Robots] = field(default_factory=dict)
    """By origin, as they are met."""
    pages: list[RecordedPage] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    taken: list[tuple[Site, str]] = field(default_factory=list)
    damage: list[Damage] = field(default_factory=list)
    damaged: int = 0
    ended: str | None = None
    """Why the file could not be read to its end; None where it was."""
    _bytes: int = 0

    def add(self, page: RecordedPage) -> None:
        """A page that waits to be judged."""
        self.pages.append(page)
        self._bytes += len(page.record.block)

    def remark(self, record: Record, site: Site, left: LeftOut) -> None:
        """Something that the ledger is to say of a record."""
        status = record.http.status if record.http else None
        self.remarks.append(Remark(site, record.url or "", left.reason, status, record.offset))

    def spoilt(self, damage: Damage) -> None:
        """A damaged record was passed over."""
        self.damaged += 1
        if len(self.damage) < _NAMED:
            self.damage.append(damage)
        if damage.torn:
            self.ended = f"{self.file.name}: offset {damage.offset:,}: {damage.reason}."

    def unreadable(self, error: WarcError) -> None:
        """The file cannot be read any further."""
        self.ended = str(error)

    @property
    def full(self) -> bool:
        """Whether what waits makes a batch."""
        return len(self.pages) + len(self.remarks) >= _BATCH or self._bytes >= _BATCH_BYTES

    def batch(self) -> tuple[list[RecordedPage], list[Remark]]:
        """What waits, which waits no more."""
        waiting = (self.pages, self.remarks)
        self.pages, self.remarks, self._bytes = [], [], 0
        return waiting

    def robots_of(self, url: str) -> Robots | None:
        """The recording's robots.txt for an address, as far as it was met."""
        return self.robots.get(origin_of(url))

    def too_late(self, token: str) -> int:
        """Stories taken before a robots.txt further on forbade them."""
        return sum(bool(forbidden(url, site, self.robots, token)) for site, url in self.taken)

    def as_detail(self) -> dict[str, Any]:
        """What the ledger says of the file."""
        told = [{"offset": each.offset, "reason": each.reason, "url": each.url} for each in self.damage]
        return {"file": self.file.name, "records": self.records, "damaged": self.damaged, "places": told}

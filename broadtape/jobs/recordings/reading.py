"""How far a recording is read: what was met in it, what waits to be judged, what gave nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from broadtape.archive.recordings import Recording
from broadtape.archive.warc import Damage
from broadtape.ingest.recorded_pages import forbidden, origin_of
from broadtape.ingest.survey import MetPage, MetRobots, Survey, Unusable
from broadtape.jobs.recordings.damage import broken_off
from broadtape.rights.robots import Robots
from broadtape.site import Site

__all__ = ["Reading"]

_BATCH = 256
_NAMED = 1000
"""Damaged records of a file that are named each; all are counted."""


@dataclass(slots=True)
class Reading:
    """One recording on its way."""

    file: Recording
    records: int = 0
    """Heads that could be read, other people's included."""
    robots: dict[str, Robots] = field(default_factory=dict)
    """By origin, as they are met."""
    pages: list[MetPage] = field(default_factory=list)
    """Those that wait to be judged."""
    unusable: list[Unusable] = field(default_factory=list)
    taken: list[tuple[Site, str]] = field(default_factory=list)
    damage: list[Damage] = field(default_factory=list)
    damaged: int = 0
    ended: str | None = None
    """Why the file could not be read to its end; None where it was."""
    under_way: int = 0
    """Parts of it that are not done."""
    surveyed: bool = False
    """Whether nothing of it waits to be met any more."""

    def meet(self, survey: Survey) -> None:
        """Takes into account what one stretch holds."""
        self.records += survey.records
        self.damaged += survey.damaged
        self.damage += survey.damage[: _NAMED - len(self.damage)]
        self.ended = survey.ended or broken_off(self.file.name, survey.damage) or self.ended
        for met in survey.met:
            if isinstance(met, MetRobots):
                self.robots[met.origin] = Robots.answered(met.origin, met.status, met.body, met.date)
            elif isinstance(met, MetPage):
                self.pages.append(met)
            else:
                self.unusable.append(met)

    @property
    def full(self) -> bool:
        """Whether what waits makes a batch."""
        return len(self.pages) + len(self.unusable) >= _BATCH

    @property
    def done(self) -> bool:
        """Whether all of it is read and cleaned."""
        return self.surveyed and not self.under_way

    def batch(self) -> tuple[list[MetPage], list[Unusable]]:
        """What waits, which waits no more."""
        waiting = (self.pages, self.unusable)
        self.pages, self.unusable = [], []
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

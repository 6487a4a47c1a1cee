"""A closed segment as what it says: each response with its note, and the notes that stand alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Self

from broadtape.archive.warc import Damage, Http, Record, scan
from broadtape.archive.warc.whole_answers import carries_page
from broadtape.capture import Note
from broadtape.times import utcnow

__all__ = ["Sighting", "sightings", "sightings_in"]


@dataclass(frozen=True, slots=True)
class Sighting:
    """One thing that happened to one URL, or to an outlet: a response, a 304, or a note that stands alone."""

    offset: int
    length: int
    date: datetime
    url: str | None
    """The address asked for."""
    kind: str
    """The record's type: `response`, `revisit` or `metadata`; `damaged` in place of one that cannot be read."""
    note: Note | None
    """None only for a response whose note was never written: the crawl was killed between the two."""
    status: int | None = None
    payload_sha256: str | None = None
    http: Http | None = field(default=None, repr=False)
    damage: str | None = None
    """Why a record cannot be read."""

    @classmethod
    def of(cls, record: Record, note: Note | None) -> Self:
        """A record together with the note that belongs to it."""
        http = record.http
        return cls(
            offset=record.offset,
            length=record.length,
            date=record.date,
            url=(note.url if note else None) or record.url,
            kind=record.type,
            note=note,
            status=http.status if http else None,
            payload_sha256=http.payload_sha256 if http and record.type == "response" else None,
            http=http,
        )

    @property
    def is_page(self) -> bool:
        """Whether there is a page to clean: a successful response whose fate the crawl left to cleaning."""
        if self.kind != "response" or self.status is None:
            return False
        if self.note is None:
            return carries_page(self.status, self.http.header("Content-Range") if self.http else None)
        # Whether part of a page came, the crawl has seen.
        return 200 <= self.status < 300 and self.note.event == "fetch" and self.note.outcome is None

    @property
    def page_url(self) -> str:
        """Where the page lay: where redirects led, else the address asked for."""
        return (self.note.final_url if self.note else None) or self.url or ""

    def of_outlet(self, site: str, run: str) -> Sighting:
        """The same; where a record is damaged, with a note in its place that says so."""
        if self.damage is None:
            return self
        reason = f"damaged record: {self.damage}"
        return replace(self, note=Note("skip", site, run, url=self.url, outcome="quarantined", reason=reason))

    def without_body(self) -> Sighting:
        """The same, light enough to keep by the thousand."""
        return replace(self, http=None)


def sightings(path: Path) -> Iterator[Sighting]:
    """What the segment says, in its order; damaged records included. Raises WarcError for what is no segment."""
    return sightings_in(scan(path))


def sightings_in(records: Iterable[Record | Damage]) -> Iterator[Sighting]:
    """What these records of a segment say: it begins with no note on a response before them."""
    waiting: Record | None = None
    for record in records:
        if isinstance(record, Damage):
            yield Sighting(record.offset, 0, utcnow(), record.url, "damaged", None, damage=record.reason)
            continue
        if waiting is not None:
            mine = record.note is not None and record.refers_to == waiting.record_id
            yield Sighting.of(waiting, record.note if mine else None)
            waiting = None
            if mine:
                continue
        if record.http is not None:
            waiting = record
        elif record.note is not None:
            yield Sighting.of(record, record.note)
    if waiting is not None:
        yield Sighting.of(waiting, None)

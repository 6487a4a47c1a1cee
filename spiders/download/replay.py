"""A recorded piece of the web: any WARC file, answering requests by address."""

from __future__ import annotations

import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from broadtape.archive.warc import Damage, Head, Http, scan
from broadtape.archive.warc.http import parse_http
from broadtape.errors import WarcError
from broadtape.urls import host_of, identity_key

__all__ = ["Recording", "Taken"]


@dataclass(frozen=True, slots=True)
class Taken:
    """A recorded response and when it was received."""

    http: Http
    date: datetime


class Recording:
    """The responses of a WARC file at the hosts that matter, spilled to an unnamed temporary file.

    The last whole record of an address is the one that answers: a crawl that met a 503 tried again. What is damaged
    is passed over, so that its address is not in the recording; `damage` says where. Raises WarcError for a file that
    is no WARC.
    """

    def __init__(self, path: Path, hosts: Collection[str]) -> None:
        self._blocks = tempfile.TemporaryFile(prefix="broadtape-replay-")  # noqa: SIM115 - lives as long as the run
        self._places: dict[str, tuple[int, int, datetime]] = {}
        self._loose: dict[str, str] = {}
        self.damage: list[Damage] = []

        heads = 0

        def wanted(head: Head) -> bool:
            nonlocal heads
            heads += 1
            return head.type == "response" and host_of(head.url or "") in hosts

        for record in scan(path, wanted):
            if isinstance(record, Damage):
                self.damage.append(record)
            elif record.url and record.http and not record.cut:
                self._places[record.url] = (self._blocks.tell(), len(record.block), record.date)
                self._loose[identity_key(record.url)] = record.url
                self._blocks.write(record.block)

        if self.damage and not heads:
            raise WarcError(f"{path.name}: {self.damage[0]}.")

    def find(self, url: str) -> Taken | None:
        """The response recorded at `url`, else at another way of writing it."""
        place = self._place(url)
        if place is None:
            return None
        at, length, date = place
        self._blocks.seek(at)
        http = parse_http(self._blocks.read(length))
        return Taken(http, date) if http else None

    def recorded_at(self, url: str) -> datetime | None:
        """When the response at `url` was recorded; None where it is not in the recording."""
        place = self._place(url)
        return place[2] if place else None

    def _place(self, url: str) -> tuple[int, int, datetime] | None:
        return self._places.get(url) or self._places.get(self._loose.get(identity_key(url), ""))

    def close(self) -> None:
        """Gives the temporary file back."""
        self._blocks.close()

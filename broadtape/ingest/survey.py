"""What a stretch of a recording holds of our outlets, by what costs little to know: no page is cleaned for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias
from urllib.parse import urlsplit

from broadtape.archive.warc import Damage, Head, Record, Stretch, StretchReader
from broadtape.errors import StoreError, WarcError
from broadtape.ingest.page_job import bound_cpu, outlets
from broadtape.ingest.recorded_outlets import site_by_host
from broadtape.ingest.recorded_pages import RecordedPage, origin_of, recorded_page
from broadtape.site import Site
from broadtape.urls import host_of

__all__ = ["ELSEWHERE", "Met", "MetPage", "MetRobots", "Place", "Survey", "SurveyWork", "Unusable"]

_TYPES = {"response", "revisit", "resource"}
"""Records that can hold a page; `revisit` and `resource` are only counted."""
_PATIENCE, _BYTES_A_SECOND = 60.0, 2**20
"""Seconds for any stretch, and packed bytes that are read in one more, on a machine that is busy otherwise."""
ELSEWHERE = 1200.0
"""Seconds more for what lies elsewhere: a store that is away is asked again for that long, and says so itself."""
_WHOLE_FILE = 6 * 3600.0
_NAMED = 1000
"""Damaged records of a stretch that are named each; all are counted."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record lies: `offset` and `length` of the file, of its gzip member where it is packed.

    One that has no gzip member to itself (`length` 0) is asked for by its number in the member that begins at `member`,
    or in the file where it has none.
    """

    offset: int
    length: int
    number: int
    member: int | None = None


@dataclass(frozen=True, slots=True)
class MetPage:
    """A response that may be a story of an outlet."""

    place: Place
    site: str
    url: str
    date: datetime
    payload_sha256: str
    status: int
    length: int
    """Bytes of its block, unpacked."""


@dataclass(frozen=True, slots=True)
class MetRobots:
    """A robots.txt of an outlet's host."""

    origin: str
    status: int
    body: bytes = field(repr=False)
    date: datetime


@dataclass(frozen=True, slots=True)
class Unusable:
    """A record at an outlet's host that gives no story; `told`: the ledger says so."""

    place: Place
    site: str
    url: str
    reason: str
    status: int | None = None
    told: bool = True


Met: TypeAlias = MetPage | MetRobots | Unusable


@dataclass(slots=True)
class Survey:
    """What a stretch holds, in its order."""

    stretch: Stretch
    begun: int = 0
    next: int | None = 0
    """Where its first record begins, and where the next stretch's does; the file's size where there is none, None where
    that is not known."""
    records: int = 0
    """Heads that could be read, other people's included."""
    met: list[Met] = field(default_factory=list)
    damage: list[Damage] = field(default_factory=list)
    damaged: int = 0
    ended: str | None = None
    """Why the file cannot be read any further; None where it can."""


@dataclass(frozen=True, slots=True)
class SurveyWork:
    """Surveys a stretch for these outlets, or all; see `broadtape.work`."""

    stretch: Stretch
    sites: tuple[str, ...] | None = None
    failed: str | None = None

    @property
    def seconds(self) -> float:
        """How long it may take."""
        return self._computing + (ELSEWHERE if self.stretch.file.remote else 0.0)

    @property
    def _computing(self) -> float:
        stretch = self.stretch
        return _WHOLE_FILE if stretch.end is None else _PATIENCE + (stretch.end - stretch.begin) / _BYTES_A_SECOND

    def pieces(self) -> Sequence[SurveyWork]:
        """Itself."""
        return [self]

    def refused(self, why: str) -> SurveyWork:
        """The stretch that is passed over."""
        return replace(self, failed=why)

    def lost(self, why: str) -> Survey:
        """The stretch, set aside."""
        stretch = self.stretch
        said = f"{stretch.file.name}: what begins at offset {stretch.begin:,} is set aside: {why}. Run it again."
        return Survey(stretch, stretch.begin, None, ended=said)

    def joined(self, results: Sequence[Survey]) -> Survey:
        """Its one result."""
        return results[0]

    def __call__(self) -> Survey:
        """Reads the stretch."""
        if self.failed is not None:
            said = f"{self.stretch.file.name}: from offset {self.stretch.begin:,} on: {self.failed}."
            return Survey(self.stretch, self.stretch.begin, None, ended=said)
        bound_cpu(self._computing)
        return _Surveyor(self.stretch, _hosts(self.sites)).survey()


def _hosts(sites: tuple[str, ...] | None) -> dict[str, Site]:
    every = outlets()
    return site_by_host(every if sites is None else {name: every[name] for name in sites if name in every})


class _Surveyor:
    def __init__(self, stretch: Stretch, hosts: dict[str, Site]) -> None:
        self._reader, self._hosts = StretchReader(stretch), hosts
        self._survey = Survey(stretch)
        self._number = -1

    def survey(self) -> Survey:
        survey = self._survey
        try:
            for piece in self._reader.pieces(self._wanted):
                self._number = -1
                met = [found for each in piece for found in self._noted(each)]
                survey.met += met if self._reader.alone else map(_shared, met)
        except (WarcError, StoreError) as error:
            survey.begun, survey.next, survey.ended = self._reader.begun, None, str(error)
        else:
            survey.begun, survey.next = self._reader.begun, self._reader.next
        return survey

    def _wanted(self, head: Head) -> bool:
        self._number += 1
        self._survey.records += 1
        return head.type in _TYPES and host_of(head.url or "") in self._hosts

    def _noted(self, found: Record | Damage) -> Iterator[Met]:
        if isinstance(found, Damage):
            yield from self._damage(found)
            return
        member = None if self._survey.stretch.end is None else found.offset
        place = Place(found.offset, found.length, self._number, member)
        if _path_of(found.url or "") == "/robots.txt":
            if found.type == "response" and found.http and not (found.truncated and found.cut):
                yield MetRobots(origin_of(found.url or ""), found.http.status, found.http.body, found.date)
            return
        site = self._hosts[host_of(found.url or "")]
        page = recorded_page(found, site)
        if isinstance(page, RecordedPage):
            http = page.http
            yield MetPage(place, site.name, page.url, found.date, http.payload_sha256, http.status, len(found.block))
        else:
            status = found.http.status if found.http else None
            yield Unusable(place, site.name, found.url or "", page.reason, status, page.told)

    def _damage(self, damage: Damage) -> Iterator[Met]:
        self._survey.damaged += 1
        if len(self._survey.damage) < _NAMED:
            self._survey.damage.append(damage)
        site = self._hosts.get(host_of(damage.url or ""))
        if site and damage.url and not site.not_article_reason(damage.url):
            place = Place(damage.offset, 0, self._number)
            yield Unusable(place, site.name, damage.url, f"damaged record: {damage.reason}")


def _shared(met: Met) -> Met:
    """The same, to be asked for by its number."""
    return met if isinstance(met, MetRobots) else replace(met, place=replace(met.place, length=0))


def _path_of(url: str) -> str:
    """The path of an address; empty where it is none."""
    try:
        return urlsplit(url).path
    except ValueError:
        return ""

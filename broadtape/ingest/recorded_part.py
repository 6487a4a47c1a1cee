"""Some pages of a recording made into what is archived of them: their records, notes and articles.

A record that lies in a gzip member of its own is copied as it came, packed: to unpack and pack it again would cost half
as much as cleaning it. Others are written anew, their bodies as they were received.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain

from broadtape.archive.recordings import Recording
from broadtape.archive.warc import Head, Record, Stretch, StretchReader, read_record
from broadtape.archive.warc.record import http_member, note_member
from broadtape.article import Article
from broadtape.capture import Listing, Note
from broadtape.errors import UndecodableBody, WarcError
from broadtape.ingest.page_job import PageJob, Refusal, bound_cpu, clean_content, limits
from broadtape.ingest.recorded_pages import LeftOut
from broadtape.ingest.survey import ELSEWHERE, MetPage, Place
from broadtape.learnt_rules import LearntRules
from broadtape.rights.page_signals import Signals, page_signals

__all__ = ["SET_ASIDE", "Chosen", "PartWork", "Taken"]

SET_ASIDE = "set aside"
"""What the reason begins with that a page is left out for, and is to be tried again."""
_CHANGED = "the recording has changed"
_PAGE_SECONDS = 1.0
"""How much longer a part may take for each of its pages than one page may: some forty times what one costs."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A page that is to be archived, and what the recording's robots.txt of its host says of our rights."""

    page: MetPage
    rights: str = "unknown"
    rights_checked_at: datetime | None = None
    refused: str | None = None
    """Why it is not cleaned: to do so ends the process that does it."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What was made of a page: why nothing, or its records as gzip members, response and note, and its article."""

    page: MetPage
    left: LeftOut | None = None
    members: bytes = field(default=b"", repr=False)
    length: int = 0
    """Bytes of `members` that are the response's."""
    note: Note | None = None
    made: Article | Refusal | None = None


@dataclass(frozen=True, slots=True)
class PartWork:
    """Makes what is archived of these pages of a recording; see `broadtape.work`. Gives it in their order.

    `learnt` holds the rules learnt of each of their outlets; `token` is what we are called in robots meta tags.
    """

    file: Recording
    pages: tuple[Chosen, ...]
    run: str
    token: str
    page_timeout: float
    learnt: Mapping[str, LearntRules | None] = field(repr=False, default_factory=dict)

    @property
    def seconds(self) -> float:
        """How long it may take."""
        elsewhere = ELSEWHERE if self.file.remote else 0.0
        return self.page_timeout + _PAGE_SECONDS * len(self.pages) + elsewhere

    def pieces(self) -> Sequence[PartWork]:
        """A part for each page."""
        return [replace(self, pages=(chosen,)) for chosen in self.pages]

    def refused(self, why: str) -> PartWork:
        """The same page, archived without being cleaned."""
        return replace(self, pages=tuple(replace(chosen, refused=why) for chosen in self.pages))

    def lost(self, why: str) -> list[Taken]:
        """The page, which is not archived."""
        return [Taken(chosen.page, LeftOut(f"{SET_ASIDE}: {why}")) for chosen in self.pages]

    def joined(self, results: Sequence[list[Taken]]) -> list[Taken]:
        """One part's pages after another's."""
        return list(chain.from_iterable(results))

    def __call__(self) -> list[Taken]:
        """Reads and cleans the pages; raises StoreError where they lie elsewhere and cannot be had."""
        return [self._taken(chosen, found) for chosen, found in _read(self.file, self.pages)]

    def _taken(self, chosen: Chosen, found: tuple[Record, bytes] | str) -> Taken:
        if isinstance(found, str):
            return Taken(chosen.page, LeftOut(found))
        record, packed = found
        bound_cpu(limits()[1])
        signals, made = self._cleaned(chosen, record)
        if isinstance(signals, LeftOut):
            return Taken(chosen.page, signals)
        note = self._note(chosen, record, signals)
        record_id, response = (record.record_id, packed) if packed else _written(record)
        spoken = note_member(note, record.date, refers_to=record_id)
        return Taken(chosen.page, None, response + spoken, len(response), note, made)

    def _cleaned(self, chosen: Chosen, record: Record) -> tuple[Signals | LeftOut, Article | Refusal | None]:
        """What the page says about being kept, and the article in it; its body is decoded once for both."""
        if chosen.refused is not None:
            return Signals(), Refusal("quarantined", chosen.refused)
        page, http = chosen.page, record.http
        assert http is not None
        try:
            content = http.content(limits()[0])
        except UndecodableBody as error:
            return LeftOut(f"body: {error.reason}"), None
        except MemoryError:
            return Signals(), Refusal("quarantined", "cleaner ran out of memory")
        signals = page_signals(http.headers, content, self.token)
        if signals.noarchive:
            return LeftOut("rights: noarchive"), None
        job = PageJob(page.site, page.url, http, record.date, self.learnt.get(page.site))
        return signals, clean_content(job, content)

    def _note(self, chosen: Chosen, record: Record, signals: Signals | LeftOut) -> Note:
        page, http = chosen.page, record.http
        assert http is not None
        return Note(
            "fetch",
            page.site,
            self.run,
            url=page.url,
            status=http.status,
            listing=Listing(page.url, via="backfill"),
            etag=http.header("ETag"),
            last_modified=http.header("Last-Modified"),
            rights="reserved" if isinstance(signals, Signals) and signals.reserved else chosen.rights,
            rights_checked_at=chosen.rights_checked_at,
            source="backfill",
        )


def _written(record: Record) -> tuple[str, bytes]:
    http = record.http
    assert http is not None
    head = (http.status, http.reason, http.headers, http.body)
    return http_member("response", record.url or "", record.date, head, {})


def _read(file: Recording, pages: Sequence[Chosen]) -> Iterator[tuple[Chosen, tuple[Record, bytes] | str]]:
    """Each page's record, with its gzip member where that can be copied; a sentence where it is not there any more."""
    shared: dict[int | None, dict[int, Chosen]] = {}
    places = [chosen.page.place for chosen in pages]
    with file.open([(place.offset, place.offset + place.length) for place in places if place.length]) as source:
        for chosen in pages:
            place = chosen.page.place
            if place.length:
                source.seek(place.offset)
                yield chosen, _alone(source.read(place.length), place, file.name)
            else:
                shared.setdefault(place.member, {})[place.number] = chosen
    for member, wanted in shared.items():
        stretch = Stretch(file) if member is None else Stretch(file, member, member + 1)
        found = dict(_by_number(stretch, wanted))
        for number, chosen in wanted.items():
            yield chosen, (found[number], b"") if number in found else _CHANGED


def _alone(packed: bytes, place: Place, name: str) -> tuple[Record, bytes] | str:
    try:
        record = read_record(packed, place.offset, name)
    except WarcError as error:
        return str(error)
    return (record, packed if record.record_id else b"") if record.http else _CHANGED


def _by_number(stretch: Stretch, wanted: Collection[int]) -> Iterator[tuple[int, Record]]:
    """The records of these numbers in a gzip member, or in a file that has none."""
    number = -1

    def is_wanted(_head: Head) -> bool:
        nonlocal number
        number += 1
        return number in wanted

    for piece in StretchReader(stretch).pieces(is_wanted):
        for found in piece:
            if isinstance(found, Record) and found.http is not None:
                yield number, found

"""What a stored segment says, and what cleaning makes of its pages, by any process that can read the archive."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TypeAlias

from broadtape.archive.opening import patiently
from broadtape.archive.recordings import Recording
from broadtape.archive.segment_key import SegmentKey
from broadtape.archive.warc import Damage, Record, Stretch, StretchReader
from broadtape.article import Article
from broadtape.ingest.page_job import PageJob, Refusal, clean_page
from broadtape.ingest.segment import Sighting, sightings_in
from broadtape.ingest.survey import ELSEWHERE
from broadtape.learnt_rules import LearntRules

__all__ = ["Found", "SegmentPart"]

Found: TypeAlias = list[tuple[Sighting, Article | Refusal | None]]
"""Each sighting, without its body, and its article, or why it has none (None: nothing to clean)."""
_PAGE_BYTES = 8 * 2**10
"""Bytes that a page takes at least, packed; such as have fewer cost less than the second that each may take."""
_LARGEST = 64 * 2**20
"""Bytes of a segment that nobody has measured: none is closed much later."""


@dataclass(frozen=True, slots=True)
class SegmentPart:
    """Reads a segment's records from `begin` on and before `end`, and cleans its pages; see `broadtape.work`.

    Both are where what the segment says of something begins: a response, not the note on it. With `only`, the responses
    at these offsets and nothing else, each cleaned. `learnt` are the rules learnt of the outlet.
    """

    file: Recording
    key: SegmentKey
    page_timeout: float
    learnt: LearntRules | None = field(repr=False, default=None)
    begin: int = 0
    end: int | None = None
    only: frozenset[int] | None = None
    why: str | None = None
    """Why no page is cleaned: to do so ends the process that does it."""

    @property
    def seconds(self) -> float:
        """How long it may take."""
        pages = len(self.only) if self.only else (self.file.size or _LARGEST) / _PAGE_BYTES
        return self.page_timeout + pages + (ELSEWHERE if self.file.remote else 0.0)

    def pieces(self) -> Sequence[SegmentPart]:
        """A part for each thing that the segment says; to know these it is read, but nothing of it cleaned."""
        offsets = sorted(sighting.offset for sighting in self._sightings())
        if len(offsets) < 2:
            return [self]
        ends = [*offsets[1:], self.end]
        return [replace(self, begin=begin, end=end) for begin, end in zip(offsets, ends, strict=True)]

    def refused(self, why: str) -> SegmentPart:
        """The same, whose page is not cleaned."""
        return replace(self, why=why)

    def lost(self, why: str) -> Found:
        """The same, whose page is not cleaned: it is stored, and is told of."""
        return self.refused(why)()

    def joined(self, results: Sequence[Found]) -> Found:
        """One part's after another's."""
        return list(chain.from_iterable(results))

    def __call__(self) -> Found:
        """Reads and cleans; raises StoreError where the segment cannot be had, WarcError where it cannot be read."""
        return patiently(lambda: [(sighting.without_body(), self._made(sighting)) for sighting in self._sightings()])

    def _made(self, sighting: Sighting) -> Article | Refusal | None:
        if not sighting.http or not (sighting.is_page or self.only):
            return None
        if self.why is not None:
            return Refusal("quarantined", self.why)
        return clean_page(PageJob(self.key.site, sighting.page_url, sighting.http, sighting.date, self.learnt))

    def _sightings(self) -> Iterator[Sighting]:
        left = set(self.only or ())
        for sighting in sightings_in(self._records()):
            if self.only is None or sighting.offset in left:
                left.discard(sighting.offset)
                yield sighting.of_outlet(self.key.site, self.key.run)
            if self.only is not None and not left:
                return

    def _records(self) -> Iterator[Record | Damage]:
        file = self.file.measured()
        stretch = Stretch(file, self.begin, file.size if self.end is None else self.end)
        return chain.from_iterable(StretchReader(stretch).pieces(lambda _head: True))

"""A file in stretches, each of which can be read without the others, by whichever process.

Where each record is a gzip member of its own, a file may be entered anywhere: at the first member that begins as a
record does. Somebody's record may itself hold gzip members that look like that, so whoever reads a file in stretches
compares where one ended with where the next began, and reads that one again where they differ.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from broadtape.archive.recordings import Recording
from broadtape.archive.warc.heads import Head
from broadtape.archive.warc.members import GZIP_MAGIC, Damage, find_member, gzip_members
from broadtape.archive.warc.reader import Record, records_of, scan
from broadtape.errors import WarcError

__all__ = ["Stretch", "StretchReader", "stretches"]

_BYTES = 8 * 2**20
"""Packed bytes of a stretch: some hundred pages, which are met within a second."""
_LAST_RECORD = 64 * 2**10
"""Bytes behind a stretch that are read along with one that lies elsewhere: most of its last record."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A file's records that begin from `begin` on and before `end`; the whole file where `end` is None."""

    file: Recording
    begin: int = 0
    end: int | None = None
    exact: bool = True
    """Whether a record is known to begin at `begin`; else the first one behind it is looked for."""


def stretches(file: Recording, size: int = _BYTES) -> Iterator[Stretch]:
    """The file's stretches in order; one alone where its records cannot be told apart from without.

    Raises OSError, and StoreError for a file elsewhere.
    """
    file = file.measured()
    total = file.size or 0
    if file.head(len(GZIP_MAGIC)) != GZIP_MAGIC:
        yield Stretch(file)
        return
    for begin in range(0, total, size):
        yield Stretch(file, begin, min(begin + size, total), exact=begin == 0)


@dataclass(slots=True)
class StretchReader:
    """Reads one stretch; once it is read, `begun` and `next` tell where it began and where the next one does.

    Either is the file's size where no record lies there.
    """

    stretch: Stretch
    begun: int = 0
    next: int = 0
    _heads: int = field(default=0, repr=False)

    def pieces(self, wanted: Callable[[Head], bool]) -> Iterator[Iterator[Record | Damage]]:
        """The stretch piece by piece, each to be read to its end before the next; see `alone`.

        Raises WarcError for a file that is no WARC at all, StoreError for one elsewhere that cannot be had.
        """
        if self.stretch.end is None:
            yield scan(self.stretch.file, wanted)
            return
        try:
            yield from self._members(self.stretch.end, wanted)
        except OSError as error:
            raise WarcError(f"{self.stretch.file.address}: cannot be read: {error.strerror or error}.") from None

    def _members(self, end: int, wanted: Callable[[Head], bool]) -> Iterator[Iterator[Record | Damage]]:
        def counted(head: Head) -> bool:
            self._heads += 1
            return wanted(head)

        with self.stretch.file.open([(self.stretch.begin, end + _LAST_RECORD)]) as file:
            size = file.seek(0, os.SEEK_END)
            begin = self.stretch.begin if self.stretch.exact else find_member(file, self.stretch.begin)
            self.begun = self.next = size if begin is None else min(begin, size)
            file.seek(self.begun)
            for piece in gzip_members(file, self.begun):
                self.next = piece.offset
                if piece.offset >= end:
                    return
                self._heads = 0
                yield iter([piece]) if isinstance(piece, Damage) else records_of(piece, counted)
        self.next = size

    @property
    def alone(self) -> bool:
        """Whether the piece that was just read is a gzip member with one record: it can be read by its place alone."""
        return self._heads == 1

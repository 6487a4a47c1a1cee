"""What a file unpacks to, member by member, past what is damaged: gzip, zstd, or plain."""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from fastwarc.stream_io import ZstdReader

from broadtape.archive.warc.decoded import Broken, Decoded
from broadtape.archive.warc.inflate import INFLATE_ERRORS, Inflater, inflater

__all__ = ["GZIP_MAGIC", "TORN", "Damage", "find_member", "gzip_members", "plain_file", "zstd_stream"]

GZIP_MAGIC = b"\x1f\x8b\x08"
_DAMAGED = "is no gzip member, or a damaged one"
TORN = "the file ends inside this record; it is torn"
_CHUNK = 32 * 2**10
_UNPACKED = 256 * 2**10
"""Bytes unpacked at a time: a bomb never takes more memory."""
_READ_AGAIN = 64 * 2**20
"""Bytes that damaged members may run over before what they run over is given up: thousands of torn ones, of which each
reads on to the end of the file, would cost the square of their number."""
_FIRST_WINDOW = 4096
_WINDOW = 2**20
_SAMPLE = 4096
_BEGINS = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:WARC/[01]\.\d|filedesc://|[a-z]+:\S+ \S+ \d{12,14} )")


@dataclass(frozen=True, slots=True)
class Damage:
    """A part of a file that gives no record. `offset` is of the file; where it is packed, of the gzip member."""

    offset: int
    reason: str
    url: str | None = None
    """The record's address, where that much can be read."""

    def __str__(self) -> str:
        return f"offset {self.offset:,}: {self.reason}"

    @property
    def torn(self) -> bool:
        """Whether the file ends here, before it should."""
        return self.reason.startswith(TORN)


class _Inflating:
    """One gzip member on its way; when it has ended, `length` is known and `rest` is what was read past it."""

    def __init__(self, file: BinaryIO, first: bytes, offset: int) -> None:
        self._file, self._first, self._offset = file, first, offset
        self.length: int | None = None
        self.rest = b""
        self.taken = 0
        """Bytes of the file that it was given."""

    def chunks(self) -> Iterator[bytes]:
        given = 0
        try:
            for part in self._unpacked(inflater(self._first)):
                given += len(part)
                yield part
        except Broken:
            # What is wrong with a member, and up to where, is told by zlib alone: the same on every machine.
            self._file.seek(self._offset + len(self._first))
            for part in self._unpacked(zlib.decompressobj(wbits=31)):
                if len(part) > given:
                    yield part[given:]
                given = max(given - len(part), 0)

    def _unpacked(self, decoder: Inflater) -> Iterator[bytes]:
        self.taken, chunk = 0, self._first
        while chunk:
            self.taken += len(chunk)
            while True:
                try:
                    part = decoder.decompress(chunk, _UNPACKED)
                except INFLATE_ERRORS:
                    raise Broken(_DAMAGED) from None
                if part:
                    yield part
                chunk = decoder.unconsumed_tail
                if decoder.eof:
                    self.rest = decoder.unused_data
                    self.length = self.taken - len(self.rest)
                    return
                if not chunk:
                    break
            chunk = self._file.read(_CHUNK)
        raise Broken(TORN)


def gzip_members(file: BinaryIO, start: int = 0) -> Iterator[Decoded | Damage]:
    """Every gzip member of the file, from the one at `start`, where the file stands, to the end.

    One that is damaged gives its Damage once it was read as far as it goes. What follows damage is found by its first
    bytes, which must unpack to the beginning of a record; within what the damaged one ran over, too, unless most of the
    file was read again and again for that.
    """
    offset, rest, step, again = start, b"", _CHUNK, 0
    while rest := rest or file.read(step):
        if len(rest) < len(GZIP_MAGIC):
            rest += file.read(_CHUNK)
        if not rest.startswith(GZIP_MAGIC):
            damage, over = Damage(offset, _gap(rest)), 1
        else:
            inflating = _Inflating(file, rest, offset)
            member = Decoded(inflating.chunks(), offset, length=lambda it=inflating: it.length)  # type: ignore[misc]
            yield member
            try:
                member.drain()
            except Broken as broken:
                again += inflating.taken
                over = inflating.taken if again > _READ_AGAIN + offset else 1
                damage = Damage(offset, str(broken) + _run_over(over), member.url)
            else:
                offset, rest, step = offset + (inflating.length or 0), inflating.rest, _CHUNK
                continue
        yield damage
        found = find_member(file, offset + over)
        if found is None:
            return
        offset, rest, step = file.seek(found), b"", _FIRST_WINDOW


def _run_over(over: int) -> str:
    return f", and {over:,} bytes that it runs over" if over > 1 else ""


def _gap(rest: bytes) -> str:
    return "zero bytes in place of a record" if not rest.strip(b"\0") else _DAMAGED


def find_member(file: BinaryIO, start: int) -> int | None:
    """The offset of the first gzip member from `start` on that begins as a record does; None where there is none."""
    at, size = start, _FIRST_WINDOW  # the next is near where many are damaged
    while True:
        file.seek(at)
        window = file.read(size)
        found = window.find(GZIP_MAGIC)
        while found >= 0:
            if _begins_record(file, at + found):
                return at + found
            found = window.find(GZIP_MAGIC, found + 1)
        if len(window) < size:
            return None
        at, size = at + len(window) - len(GZIP_MAGIC) + 1, min(2 * size, _WINDOW)


def _begins_record(file: BinaryIO, offset: int) -> bool:
    file.seek(offset)
    try:
        return bool(_BEGINS.match(zlib.decompressobj(wbits=31).decompress(file.read(_SAMPLE), _SAMPLE)))
    except zlib.error:
        return False


def plain_file(file: BinaryIO) -> Iterator[Decoded | Damage]:
    """An uncompressed file: one piece, whose positions are the file's."""

    def from_(position: int) -> Iterator[bytes]:
        file.seek(position)
        while chunk := file.read(_UNPACKED):
            yield chunk

    yield Decoded(from_(0), 0, reopen=from_, size=file.seek(0, os.SEEK_END))


def zstd_stream(file: BinaryIO) -> Iterator[Decoded | Damage]:
    """A zstd file, with a dictionary in front or without: one piece. What follows damage in it cannot be read."""
    reader = ZstdReader(file)

    def chunks() -> Iterator[bytes]:
        while True:
            try:
                chunk = reader.read(_UNPACKED)
            except OSError as error:
                text = str(error)
                raise Broken(TORN if "incomplete" in text else f"is no zstd frame, or a damaged one ({text})") from None
            if not chunk:
                return
            yield chunk

    stream = Decoded(chunks(), 0)
    yield stream
    try:
        stream.drain()
    except Broken as broken:
        yield Damage(reader.frame_start_position() or 0, str(broken), stream.url)

"""The gzip members of a file, one after the other, with their places."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from broadtape.errors import WarcError

__all__ = ["GZIP_MAGIC", "MEMBER_LIMIT", "Member", "members"]

GZIP_MAGIC = b"\x1f\x8b"
MEMBER_LIMIT = 256 * 2**20
"""Bytes that one gzip member may unpack to."""
_CHUNK = 32 * 1024


class Member(NamedTuple):
    """A gzip member: where it lies in the file, in compressed bytes, and what it unpacks to."""

    offset: int
    length: int
    data: bytes

    @property
    def end(self) -> int:
        """The first byte behind the member."""
        return self.offset + self.length


def members(file: BinaryIO, name: str, *, limit: int = MEMBER_LIMIT) -> Iterator[Member]:
    """Every member of `file`, checked against its CRC; WarcError names the offset of the first that is not whole."""
    offset, rest = 0, b""
    while rest := rest or file.read(_CHUNK):
        data, length, rest = _unpack(file, rest, f"{name}: offset {offset:,}", limit)
        yield Member(offset, length, data)
        offset += length


def _unpack(file: BinaryIO, chunk: bytes, where: str, limit: int) -> tuple[bytes, int, bytes]:
    decoder = zlib.decompressobj(wbits=31)
    parts: list[bytes] = []
    total = consumed = 0
    while True:
        try:
            part = decoder.decompress(chunk, limit - total + 1)
        except zlib.error:
            raise WarcError(
                f"{where}: is no gzip member or a damaged one; the file is whole only up to here."
            ) from None
        parts.append(part)
        total += len(part)
        consumed += len(chunk)
        if total > limit:
            raise WarcError(
                f"{where}: the gzip member unpacks to more than {limit:,} bytes; expected one record a member "
                "('warcio recompress' makes it so)."
            )
        if decoder.eof:
            return b"".join(parts), consumed - len(decoder.unused_data), decoder.unused_data
        chunk = file.read(_CHUNK)
        if not chunk:
            raise WarcError(f"{where}: the file ends inside this record; it is torn.")

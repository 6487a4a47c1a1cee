"""Listings as they come: gzipped once, twice or not at all, whatever their name and headers say."""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Iterator

from spiders.discovery.documents.extent import Extent

__all__ = ["unpacked"]

_GZIP = b"\x1f\x8b"
_LAYERS = 3
_PIECE = 64 * 2**10
_FIRST = 256
"""Bytes that a new gzip member is given first: what lies behind a short one is copied each time."""


def unpacked(body: bytes, most: int, extent: Extent) -> Iterator[bytes]:
    """`body` without gzip around it, in pieces, up to `most` bytes; what stops it before its end is told to `extent`.

    Raises ValueError for gzip of which not a byte can be read.
    """
    pieces: Iterator[bytes] = (body[at : at + _PIECE] for at in range(0, len(body), _PIECE))
    for _ in range(_LAYERS):
        first = next(pieces, b"")
        pieces = itertools.chain([first], pieces)
        if not first.startswith(_GZIP):
            break
        pieces = _gunzipped(pieces, extent)
    for piece in _of_size(pieces):
        room = most - extent.unpacked
        extent.unpacked += min(len(piece), room)
        yield piece[:room]
        if len(piece) > room:
            extent.end(f"it unpacks to more than {most:,} bytes")
            return


def _gunzipped(packed: Iterator[bytes], extent: Extent) -> Iterator[bytes]:
    """The members of a gzip file one after the other; what follows the last one is not gzip and left out."""
    reader, given, step = zlib.decompressobj(31), False, _FIRST
    for chunk in packed:
        at = 0
        while at < len(chunk):
            if reader.eof:
                if not _GZIP.startswith(chunk[at : at + 2]):
                    return
                reader, step = zlib.decompressobj(31), _FIRST
            piece = chunk[at : at + step]
            try:
                data = reader.decompress(piece, _PIECE)
            except zlib.error as error:
                if not given:
                    raise ValueError(f"damaged gzip: {error}") from None
                extent.end("its gzip is damaged")
                return
            at += len(piece) - len(reader.unconsumed_tail) - len(reader.unused_data)
            step = min(2 * step, _PIECE)
            given = given or bool(data)
            yield data
    if not reader.eof:
        extent.end("it breaks off within its gzip")


def _of_size(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces that are not small, however many members they came in."""
    kept: list[bytes] = []
    size = 0
    for piece in pieces:
        kept.append(piece)
        size += len(piece)
        if size >= _PIECE:
            yield b"".join(kept)
            kept, size = [], 0
    yield b"".join(kept)

"""Blanking records: a member is overwritten by one of equal length, so that all other offsets hold."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

from broadtape.archive.warc.reader import Record, read_segment
from broadtape.errors import WarcError
from broadtape.times import iso

__all__ = ["blank_member", "blanked"]

_COMMENT = 0x10
_BLOCK = b"forgotten"
_DIGEST = hashlib.sha256(_BLOCK).hexdigest()


def blanked(path: Path, chosen: Callable[[Record], bool]) -> tuple[bytes, int] | None:
    """The segment with its chosen records blanked, and how many; None if none was chosen.

    What refers to a chosen record goes with it. The same records blanked again give the same bytes.
    """
    doomed: dict[str | None, Record] = {}
    for record in read_segment(path):
        if record.type != "warcinfo" and (chosen(record) or record.refers_to in doomed):
            doomed[record.record_id] = record
    if not doomed:
        return None
    data = bytearray(path.read_bytes())
    for record in doomed.values():
        data[record.offset : record.offset + record.length] = blank_member(record)
    return bytes(data), len(doomed)


def blank_member(record: Record) -> bytes:
    """A record that says nothing but that there was one, in a gzip member as long as `record`'s own."""
    head = (
        f"WARC/1.1\r\nWARC-Type: metadata\r\nWARC-Record-ID: {record.record_id}\r\nWARC-Date: {iso(record.date)}\r\n"
        f"Content-Type: text/plain\r\nWARC-Block-Digest: sha256:{_DIGEST}\r\nContent-Length: {len(_BLOCK)}\r\n\r\n"
    )
    content = head.encode() + _BLOCK + b"\r\n\r\n"
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = squeeze.compress(content) + squeeze.flush() + struct.pack("<II", zlib.crc32(content), len(content))
    # gzip's own comment field takes up what is left; any reader passes over it.
    rest = record.length - 10 - len(body)
    if rest < 0:
        raise WarcError(f"The record at offset {record.offset:,} is too short to be blanked in place.")
    comment = b"-" * (rest - 1) + b"\0" if rest else b""
    return struct.pack("<HBBIBB", 0x8B1F, 8, _COMMENT if rest else 0, 0, 0, 255) + comment + body

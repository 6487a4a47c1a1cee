"""Blanking records: a member is overwritten by one of equal length, so that all other offsets hold."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections import defaultdict
from collections.abc import Callable, Collection
from pathlib import Path

from broadtape.archive.warc.reader import Record, read_segment
from broadtape.errors import WarcError
from broadtape.times import iso
from broadtape.urls import url_id

__all__ = ["blank_member", "blank_out", "blanked", "speaks_of"]

_COMMENT = 0x10
_BLOCK = b"forgotten"
_DIGEST = hashlib.sha256(_BLOCK).hexdigest()


def speaks_of(record: Record, url_ids: Collection[int]) -> bool:
    """Whether a record carries one of these addresses: its own, or one in its note."""
    return any(url_id(url) in url_ids for url in addresses_of(record))


def addresses_of(record: Record) -> set[str]:
    """The addresses that a record carries: its own, and those in its note."""
    urls = {record.url}
    if note := record.note:
        urls |= {note.url, note.final_url, note.listing.url if note.listing else None}
    return {url for url in urls if url}


def blank_out(path: Path, url_ids: Collection[int]) -> None:
    """Blanks what carries one of these addresses in a local segment, in place and at once."""
    result = blanked(path, lambda record: speaks_of(record, url_ids))
    if result:
        clean = path.with_name(path.name + ".scrubbed")
        clean.write_bytes(result[0])
        clean.replace(path)


def blanked(path: Path, chosen: Callable[[Record], bool]) -> tuple[bytes, int] | None:
    """The segment with its chosen records blanked, and how many; None if none was chosen.

    A response and the notes that refer to it go together. The same records blanked again give the same bytes.
    """
    blanks: dict[int, bytes] = {}
    groups: dict[str | None, list[int]] = defaultdict(list)
    doomed: set[str | None] = set()
    for record in read_segment(path):
        if record.type == "warcinfo" or record.block == _BLOCK:
            continue
        group = record.refers_to or record.record_id
        groups[group].append(record.offset)
        blanks[record.offset] = blank_member(record)
        if chosen(record):
            doomed.add(group)
    offsets = [offset for group in doomed for offset in groups[group]]
    if not offsets:
        return None
    data = bytearray(path.read_bytes())
    for offset in offsets:
        data[offset : offset + len(blanks[offset])] = blanks[offset]
    return bytes(data), len(offsets)


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

"""Records rewritten where they lie: a member is overwritten by one of equal length, so that all other offsets hold."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from pathlib import Path

from broadtape.archive.warc.reader import Record
from broadtape.times import iso

__all__ = ["member_of_length", "metadata_content", "overwritten"]

_COMMENT = 0x10


def metadata_content(record: Record, fields: Mapping[str, str], block: bytes) -> bytes:
    """A `metadata` record that takes the place of `record`, under its id and its time."""
    head = {
        "WARC-Type": "metadata",
        "WARC-Record-ID": record.record_id or "",
        "WARC-Date": iso(record.date),
        **fields,
        "Content-Length": str(len(block)),
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    return f"WARC/1.1\r\n{lines}\r\n".encode() + block + b"\r\n\r\n"


def member_of_length(content: bytes, length: int) -> bytes | None:
    """`content` as a gzip member of exactly `length` bytes; None where it does not fit."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = squeeze.compress(content) + squeeze.flush() + struct.pack("<II", zlib.crc32(content), len(content))
    # gzip's own comment field takes up what is left; any reader passes over it.
    rest = length - 10 - len(body)
    if rest < 0:
        return None
    comment = b"-" * (rest - 1) + b"\0" if rest else b""
    return struct.pack("<HBBIBB", 0x8B1F, 8, _COMMENT if rest else 0, 0, 0, 255) + comment + body


def overwritten(path: Path, members: Mapping[int, bytes]) -> bytes:
    """The file with the bytes at these offsets replaced."""
    data = bytearray(path.read_bytes())
    for offset, member in members.items():
        data[offset : offset + len(member)] = member
    return bytes(data)

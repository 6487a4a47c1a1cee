"""What a killed process left open: cut to its last whole record and closed."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from broadtape.archive.warc.decoded import Broken
from broadtape.archive.warc.members import Damage, gzip_members
from broadtape.errors import SpoolError

__all__ = ["OPEN_SUFFIX", "closed_name", "recover", "seal"]

OPEN_SUFFIX = ".open"
_SMALLEST = 2
"""Members of a segment that says anything: its warcinfo and one more."""


def closed_name(path: Path) -> Path:
    """`x.warc.gz` for `x.warc.gz.open`."""
    return path.with_name(path.name.removesuffix(OPEN_SUFFIX))


def recover(path: Path) -> Path | None:
    """Cuts an open segment to its last whole record and closes it; None, and the file gone, if nothing is in it.

    A response whose note was cut off stays: the page was fetched, and its record says when and from where.
    """
    try:
        with path.open("r+b") as file:
            end, found = _whole_members(file)
            file.truncate(end)
            os.fsync(file.fileno())
        if found < _SMALLEST:
            path.unlink()
            return None
        return seal(path)
    except OSError as error:
        raise SpoolError(f"{path}: cannot be recovered: {error.strerror or error}.") from None


def _whole_members(file: BinaryIO) -> tuple[int, int]:
    """Where the last whole member ends, and how many there are; damage before it stays where it is."""
    end = found = 0
    for member in gzip_members(file):
        if isinstance(member, Damage):
            continue
        with suppress(Broken):
            member.drain()
            end, found = member.offset + (member.length() or 0), found + 1
    return end, found


def seal(path: Path) -> Path:
    """Renames an open segment to its closed name, durably."""
    closed = closed_name(path)
    path.rename(closed)
    folder = os.open(closed.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return closed

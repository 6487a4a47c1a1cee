"""Bringing objects to a copy, some at a time, each proved by its digest."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from broadtape.archive import fixity
from broadtape.archive.copying.manifest import Manifest
from broadtape.archive.delta.data_files import is_intact
from broadtape.archive.segment_key import SegmentKey
from broadtape.archive.stores.object_store import ObjectInfo, ObjectStore
from broadtape.errors import DigestMismatch, ObjectMissing

__all__ = ["Brought", "bring_data_file", "bring_object", "side_by_side"]

T = TypeVar("T")
R = TypeVar("R")

_AT_ONCE = 6
"""Objects under way: they wait for stores. Each is in memory once, and none is larger than a segment may grow."""


@dataclass(frozen=True, slots=True)
class Brought:
    """What came of one object; `gone` if the source has it no more, `differs` if the copy has something else for good
    under this name."""

    info: ObjectInfo
    sha256: bytes = b""
    written: int = 0
    """Bytes written to the copy; 0 where it had them."""
    gone: bool = False
    differs: bool = False
    warning: str | None = None


def bring_object(
    source: ObjectStore, target: ObjectStore, info: ObjectInfo, held: int | None, manifest: Manifest
) -> Brought:
    """Brings an object whose content its name does not tell; `held` is the size that the copy has under this name.

    A segment is written over by one of equal length alone, as takedowns make them: what else differs is damage, and
    the copy's is kept.
    """
    try:
        data = source.get(info.key)
    except ObjectMissing:
        return Brought(info, gone=True)
    digest = hashlib.sha256(data).digest()
    read = ObjectInfo(info.key, len(data), info.modified)
    if held == len(data) and (manifest.digest(info.key) == digest or target.get(info.key) == data):
        return Brought(read, digest)
    if held is not None and held != len(data) and SegmentKey.is_one(info.key):
        return Brought(read, differs=True)
    if info.key.startswith("rules/"):
        fixity.replace(target, info.key, data)
    else:
        target.put(info.key, data)
    # What it was written over for may be a takedown, and a bucket may keep what was there before.
    return Brought(read, digest, len(data), warning=target.purge([info.key]) if held is not None else None)


def bring_data_file(source: ObjectStore, target: ObjectStore, key: str) -> int:
    """Brings a table's data file; its size. Raises DigestMismatch for a damaged one, ObjectMissing for none."""
    data = source.get(key)
    if not is_intact(key, data):
        raise DigestMismatch(
            f"{source.uri}/{key} is damaged, and is not copied: 'broadtape verify' tells what else is. The copy stays "
            "at the version that it had."
        )
    target.put(key, data)
    return len(data)


def side_by_side(items: Sequence[T], work: Callable[[T], R], done: Callable[[R], object]) -> None:
    """Works on several at a time and tells of each as it is done; an error or Ctrl-C lets those under way end first."""
    pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="copy")
    try:
        for start in range(0, len(items), _AT_ONCE * 8):
            results: Iterable[R] = pool.map(work, items[start : start + _AT_ONCE * 8])
            for result in results:
                done(result)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)

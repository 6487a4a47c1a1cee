"""What the archive asks of a place that keeps objects; a folder and S3 both give it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from broadtape.errors import NotAnArchive

__all__ = ["PROBE", "ObjectInfo", "ObjectStore", "open_store"]

PROBE = "probe-"
"""What the name of an object starts with that only tries the store out."""


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """An object without its content. `key` is relative to the archive's address, `modified` aware, UTC."""

    key: str
    size: int
    modified: datetime


class ObjectStore(Protocol):
    """Objects under one address. Keys are relative paths with `/`; every method raises StoreError where it fails."""

    uri: str
    """The archive's address, without a trailing slash."""

    def reach(self) -> None:
        """Finds out quickly whether the place can be asked at all; everything else is patient. Raises StoreError."""

    def get(self, key: str, offset: int = 0, length: int | None = None) -> bytes:
        """The object's bytes, or `length` of them from `offset`, in one request; raises ObjectMissing."""

    def put(self, key: str, data: bytes) -> None:
        """Stores the object durably, whole or not at all, over one that is there; checked by digest."""

    def put_hastily(self, key: str, data: bytes) -> None:
        """`put` that gives up within seconds where the store does not answer, for what will be tried again anyhow."""

    def put_new(self, key: str, data: bytes) -> bool:
        """Stores the object only if none of that name is there; returns whether the store now holds `data` under it."""

    def enforces_conditions(self) -> bool:
        """Tries whether `put_new` is refused where an object is there, whoever writes; leaves nothing behind."""

    def put_file(self, key: str, path: Path) -> None:
        """Stores a file, checked by digest. The same bytes already there: fine; others: DigestMismatch."""

    def info(self, key: str) -> ObjectInfo | None:
        """The object's size and time; None where there is none."""

    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        """Every object whose key starts with `prefix` (a folder's name ends in `/`), by key."""

    def delete(self, keys: Iterable[str]) -> None:
        """Removes objects; those not there are fine."""

    def local(self, key: str) -> AbstractContextManager[Path]:
        """The object as a local file: itself, or a download that goes when the context ends; raises ObjectMissing."""

    def fetch(self, key: str, path: Path) -> None:
        """The object at this local path, where nothing is yet: a link to it, or a download; raises ObjectMissing."""

    def purge(self, keys: Iterable[str]) -> str | None:
        """Removes what the store keeps of earlier or deleted versions of these; a sentence where it cannot."""

    def sweep(self) -> int:
        """Removes what interrupted uploads left more than a day ago; how many."""

    def table_options(self) -> dict[str, str]:
        """What Delta and Polars need to reach the same place."""


_PLAIN = re.compile(r"s3://[A-Za-z0-9._/-]+")


def open_store(uri: str) -> ObjectStore:
    """The store at `s3://bucket/prefix`, `file:///…` or a folder; nothing is created or asked for yet."""
    parts = urlsplit(uri)
    if parts.scheme == "s3":
        from broadtape.archive.s3 import S3Store  # boto3 costs 0.9 s of CPU to load

        if not parts.netloc:
            raise NotAnArchive(f"{uri!r} names no bucket; expected s3://bucket/prefix.")
        # Delta 1.6 quotes other characters twice and then looks for its checkpoints at the wrong place.
        if not _PLAIN.fullmatch(uri):
            raise NotAnArchive(f"{uri!r}: a prefix may hold letters, digits and any of . _ - / only.")
        return S3Store(parts.netloc, parts.path.strip("/"))
    from broadtape.archive.folder import FolderStore

    if parts.scheme == "file":
        return FolderStore(Path(unquote(parts.path)))
    if "://" in uri:
        raise NotAnArchive(f"{uri!r} is no address of an archive; expected a folder, file:///… or s3://bucket/prefix.")
    return FolderStore(Path(uri))

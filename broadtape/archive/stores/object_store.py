"""What the archive asks of a place that keeps objects; a folder and S3 both give it (see `stores`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

__all__ = ["PROBE", "ObjectInfo", "ObjectStore"]

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

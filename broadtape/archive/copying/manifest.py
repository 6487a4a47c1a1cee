"""What was copied: each object's size, time and digest, so that the next copy reads only what is new or was changed.

Segments and rules are written once; a takedown, and the renewal of old notes, write bytes of equal length over them.
Their time at the source tells. `copy/objects.parquet` lies in the copy.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from broadtape.archive.copying.marker import FOLDER
from broadtape.archive.stores.object_store import ObjectInfo, ObjectStore
from broadtape.errors import ObjectMissing
from broadtape.times import utcnow

__all__ = ["Copied", "Manifest"]

_KEY = f"{FOLDER}objects.parquet"
_SCHEMA = pl.Schema(
    {"key": pl.String(), "size": pl.Int64(), "modified": pl.Datetime("us", "UTC"), "sha256": pl.Binary()}
)
_SETTLED = timedelta(seconds=10)
"""S3 tells times by the second, and machines' clocks differ: what was written that shortly before it was read may be
written again at what looks like the same time, and is read once more."""


@dataclass(frozen=True, slots=True)
class Copied:
    """An object as it was when it was copied. `modified` is the source's time, None where that tells nothing yet."""

    size: int
    modified: datetime | None
    sha256: bytes


class Manifest:
    """The objects that a copy is known to have."""

    def __init__(self, objects: dict[str, Copied] | None = None) -> None:
        self._objects = objects or {}

    @classmethod
    def read(cls, store: ObjectStore) -> Manifest:
        """What the copy's last run kept; empty where there is nothing readable, and then all is compared by bytes."""
        try:
            rows = pl.read_parquet(io.BytesIO(store.get(_KEY))).select(_SCHEMA.names())
        except (ObjectMissing, pl.exceptions.PolarsError, OSError):
            return cls()
        return cls({key: Copied(size, modified, digest) for key, size, modified, digest in rows.iter_rows()})

    def write(self, store: ObjectStore) -> None:
        """Keeps it in the copy."""
        rows = [(key, one.size, one.modified, one.sha256) for key, one in self._objects.items()]
        out = io.BytesIO()
        pl.DataFrame(rows, schema=_SCHEMA, orient="row").write_parquet(out, compression="zstd")
        store.put(_KEY, out.getvalue())

    def has(self, info: ObjectInfo) -> bool:
        """Whether the object is as it was when it was copied."""
        known = self._objects.get(info.key)
        return known is not None and (known.size, known.modified) == (info.size, info.modified)

    def digest(self, key: str) -> bytes | None:
        """SHA-256 of what was copied under this key; None where nothing was."""
        known = self._objects.get(key)
        return known.sha256 if known else None

    def note(self, info: ObjectInfo, sha256: bytes) -> None:
        """Notes that the copy has an object, as it was listed, with this digest."""
        settled = info.modified < utcnow() - _SETTLED
        self._objects[info.key] = Copied(info.size, info.modified if settled else None, sha256)

    def drop(self, keys: Iterable[str]) -> None:
        """Forgets objects that were removed."""
        for key in keys:
            self._objects.pop(key, None)

"""The sums of the ledger as they are kept.

index/ledger/<part>-<SHA-256>.parquet    one for each part: days, looks, waiting, missing
index/ledger/covers.json                 up to when, of how many rows, and the parts' names

Derived: all of it may be deleted and is made again, and a takedown deletes it.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Self

import polars as pl

from broadtape.archive import fixity
from broadtape.archive.stores.object_store import ObjectStore
from broadtape.errors import DigestMismatch, InvalidTime, ObjectMissing
from broadtape.times import iso, parse_time

__all__ = ["Kept", "Part", "keep"]

_FOLDER = "index/ledger/"
_COVERS = f"{_FOLDER}covers.json"
_FORMAT = 1

Part = Literal["days", "looks", "waiting", "missing"]


@dataclass(frozen=True, slots=True)
class Kept:
    """Which sums are kept: of the `rows` rows that were recorded up to a moment, that moment included."""

    until: datetime
    rows: int
    names: Mapping[Part, str]

    @classmethod
    def read(cls, store: ObjectStore) -> Self | None:
        """In one request; None where nothing is kept, nothing that can be read, or in the form of another release."""
        try:
            told = json.loads(store.get(_COVERS))
            if told["format"] != _FORMAT:
                return None
            return cls(parse_time(told["until"]), int(told["rows"]), dict(told["parts"]))
        except (ObjectMissing, InvalidTime, ValueError, KeyError, TypeError):
            return None

    def part(self, store: ObjectStore, part: Part) -> pl.DataFrame:
        """One part; raises ObjectMissing where it was replaced meanwhile, DigestMismatch where it is damaged."""
        key = self.names[part]
        data = store.get(key)
        # Damaged Parquet can end the process that decodes it, so the digest comes first.
        if key != _key(part, data):
            raise DigestMismatch(
                f"{key}: its bytes are not those that were stored; 'broadtape maintain' makes it anew."
            )
        return pl.read_parquet(io.BytesIO(data))


def keep(store: ObjectStore, until: datetime, rows: int, parts: Mapping[Part, pl.DataFrame]) -> None:
    """Keeps these sums in place of those that are kept. One at a time may do so."""
    names: dict[Part, str] = {}
    for part, frame in parts.items():
        out = io.BytesIO()
        frame.write_parquet(out, compression="zstd")
        names[part] = _key(part, out.getvalue())
        store.put(names[part], out.getvalue())
    covers = {"format": _FORMAT, "until": iso(until), "rows": rows, "parts": names}
    fixity.replace(store, _COVERS, json.dumps(covers).encode())
    stay = {_COVERS, *names.values()}
    store.delete([info.key for info in store.list(_FOLDER) if info.key not in stay])


def _key(part: Part, data: bytes) -> str:
    return f"{_FOLDER}{part}-{hashlib.sha256(data).hexdigest()}.parquet"

"""The sums of the ledger as they are kept.

index/ledger/<part>-<SHA-256>.parquet    one for each part: days, looks, waiting, missing
index/ledger/covers.json                 up to when, of how many rows, and the parts' names

Derived: all of it may be deleted and is made again, and a takedown deletes it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Self

import polars as pl

from broadtape.archive import fixity
from broadtape.archive.digest_named import put_frame, read_frame
from broadtape.archive.stores.object_store import ObjectStore
from broadtape.errors import InvalidTime, ObjectMissing
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
        return read_frame(store, _stem(part), self.names[part])


def keep(store: ObjectStore, until: datetime, rows: int, parts: Mapping[Part, pl.DataFrame]) -> None:
    """Keeps these sums in place of those that are kept. One at a time may do so."""
    names = {part: put_frame(store, _stem(part), frame) for part, frame in parts.items()}
    covers = {"format": _FORMAT, "until": iso(until), "rows": rows, "parts": names}
    fixity.replace(store, _COVERS, json.dumps(covers).encode())
    stay = {_COVERS, *names.values()}
    store.delete([info.key for info in store.list(_FOLDER) if info.key not in stay])


def _stem(part: Part) -> str:
    return f"{_FOLDER}{part}-"

"""Pairs of nearly equal texts as they are kept: Parquet files in `index/near/`, and until when texts were compared.

index/near/<half a SHA-256>.parquet    pairs, never changed
index/near/done.json                   until when

All of it may be deleted and is made again; it names stories by id only, and a takedown deletes it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

import polars as pl

from broadtape.archive import fixity
from broadtape.archive.digest_named import damaged, put_frame, read_frame
from broadtape.archive.stores.object_store import ObjectInfo, ObjectStore
from broadtape.errors import ObjectMissing
from broadtape.times import iso, parse_time

__all__ = ["PAIRS", "SIDE", "clear", "compared_until", "gather", "keep", "note_compared_until", "stored_pairs"]

_FOLDER = "index/near/"
_DONE = f"{_FOLDER}done.json"
_TIME = pl.Datetime("us", "UTC")
SIDE = ("article_id", "fetched_at", "archived_at")
"""What names one text of a pair."""
_SMALL, _MANY = 4 * 2**20, 16
"""So many files below so many bytes are made one: each is a request to whoever reads them, and a day adds one."""
_LOOKS, _DIGITS = 3, 32

PAIRS = pl.Schema(
    {f"{side}_{name}": pl.String if name == "article_id" else _TIME for side in ("a", "b") for name in SIDE}
    | {"likeness": pl.Float32}
)
"""Two texts, each named by its story and its two clocks; `a` is the one that sorts first."""


def stored_pairs(store: ObjectStore) -> pl.DataFrame:
    """The pairs found so far, by `PAIRS`; raises DigestMismatch."""
    for _ in range(_LOOKS - 1):
        try:
            return _read(store, _files(store))
        except ObjectMissing:  # made one since they were listed
            continue
    return _read(store, _files(store))


def keep(store: ObjectStore, pairs: pl.DataFrame) -> str:
    """Adds pairs; the key of their file."""
    return put_frame(store, _FOLDER, pairs, digits=_DIGITS)


def gather(store: ObjectStore) -> None:
    """Makes small files one, where there are many."""
    small = [info for info in _files(store) if info.size < _SMALL]
    if len(small) < _MANY:
        return
    made = keep(store, _read(store, small))
    store.delete([info.key for info in small if info.key != made])


def compared_until(store: ObjectStore) -> datetime | None:
    """Until when what was archived has been compared; None where nothing was. Raises DigestMismatch."""
    try:
        return parse_time(json.loads(store.get(_DONE))["until"])
    except ObjectMissing:
        return None
    except (ValueError, TypeError, KeyError):
        raise damaged(_DONE) from None


def note_compared_until(store: ObjectStore, moment: datetime) -> None:
    """Says so, once the pairs are kept: a takedown or a crash before it costs doing it again."""
    fixity.replace(store, _DONE, json.dumps({"until": iso(moment)}).encode())


def clear(store: ObjectStore) -> None:
    """Throws all of it away."""
    keys = [info.key for info in store.list(_FOLDER)]
    fixity.retract(store, keys)
    store.delete(keys)


def _files(store: ObjectStore) -> list[ObjectInfo]:
    return [info for info in store.list(_FOLDER) if info.key.endswith(".parquet")]


def _read(store: ObjectStore, files: Sequence[ObjectInfo]) -> pl.DataFrame:
    named = (read_frame(store, _FOLDER, info.key, digits=_DIGITS) for info in files)
    parts = [found.select(PAIRS.names()) for found in named]
    return pl.concat(parts).unique() if parts else pl.DataFrame(schema=PAIRS)

"""Derived tables as Parquet files that are named by their content: `<stem><SHA-256, or its beginning>.parquet`."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import polars as pl

from broadtape.archive.stores.object_store import ObjectStore
from broadtape.errors import DigestMismatch

__all__ = ["damaged", "put_frame", "read_frame"]

_WHOLE = 64
"""Hexadecimal digits of a SHA-256."""


def put_frame(store: ObjectStore, stem: str, frame: pl.DataFrame, *, digits: int = _WHOLE, **how: Any) -> str:
    """Stores a frame, written as `how` tells Polars, under a key that begins with `stem`; the key."""
    out = io.BytesIO()
    frame.write_parquet(out, compression="zstd", **how)
    key = f"{stem}{hashlib.sha256(out.getvalue()).hexdigest()[:digits]}.parquet"
    store.put(key, out.getvalue())
    return key


def read_frame(store: ObjectStore, stem: str, key: str, *, digits: int = _WHOLE) -> pl.DataFrame:
    """The frame that was stored so; raises ObjectMissing, DigestMismatch."""
    data = store.get(key)
    # Damaged Parquet can end the process that decodes it, so the digest comes first.
    if key != f"{stem}{hashlib.sha256(data).hexdigest()[:digits]}.parquet":
        raise damaged(key)
    return pl.read_parquet(io.BytesIO(data))


def damaged(key: str) -> DigestMismatch:
    """What is said of a derived object that is not what was written."""
    return DigestMismatch(f"{key}: its bytes are not those that were stored; 'broadtape maintain' makes it anew.")

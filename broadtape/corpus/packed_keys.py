"""The keys of rows as bytes: so they are sent to whoever does a part of work on these rows."""

from __future__ import annotations

import io

import polars as pl

__all__ = ["packed", "unpacked"]


def packed(keys: pl.DataFrame) -> bytes:
    """The keys as Arrow's IPC; the same bytes for the same keys."""
    buffer = io.BytesIO()
    keys.write_ipc(buffer, compression="zstd")
    return buffer.getvalue()


def unpacked(data: bytes) -> pl.DataFrame:
    """The keys that were packed."""
    return pl.read_ipc(io.BytesIO(data))

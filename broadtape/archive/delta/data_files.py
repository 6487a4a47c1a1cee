"""A table's data files: rows to Parquet and back, and what Delta's log says of a file."""

from __future__ import annotations

import hashlib
import io
import json
import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from broadtape.archive.delta.schema import TableSpec

__all__ = ["decode", "encode", "file_name", "is_intact", "statistics"]

_NAME = re.compile(r"part-([0-9a-f]{64})-[0-9a-f]{8}\.zstd\.parquet$")
_MILLISECOND = timedelta(milliseconds=1)


def encode(rows: pl.DataFrame, spec: TableSpec) -> bytes:
    """One Parquet file, zstd-3, without the partition column."""
    out = io.BytesIO()
    stored = rows.drop(spec.partition) if spec.partition else rows
    stored.write_parquet(out, compression="zstd", compression_level=3, row_group_size=spec.row_group)
    return out.getvalue()


def decode(data: bytes, spec: TableSpec, partition: str | None) -> pl.DataFrame:
    """The rows of one file in the table's columns; those an earlier release did not know are null."""
    rows = pl.read_parquet(data)
    if spec.partition:
        rows = rows.with_columns(pl.lit(partition, pl.String).alias(spec.partition))
    missing = [pl.lit(None, dtype).alias(name) for name, dtype in spec.schema.items() if name not in rows.columns]
    return rows.with_columns(missing).select(spec.schema.names())


def file_name(data: bytes) -> str:
    """A new name for a data file, which carries the digest of its bytes."""
    return f"part-{hashlib.sha256(data).hexdigest()}-{secrets.token_hex(4)}.zstd.parquet"


def is_intact(path: str, data: bytes) -> bool:
    """Whether the bytes are those that the file's name promises; a name that is not ours promises nothing."""
    promised = _NAME.search(path)
    return promised is None or hashlib.sha256(data).hexdigest() == promised[1]


def statistics(rows: pl.DataFrame, columns: Iterable[str]) -> str:
    """Delta's statistics of a file, as JSON."""
    told: dict[str, dict[str, Any]] = {"minValues": {}, "maxValues": {}, "nullCount": {}}
    for name in columns:
        column = rows.get_column(name)
        told["nullCount"][name] = column.null_count()
        low, high = column.min(), column.max()
        if low is not None:
            told["minValues"][name], told["maxValues"][name] = _bound(low, up=False), _bound(high, up=True)
    return json.dumps({"numRecords": rows.height, **told})


def _bound(value: Any, *, up: bool) -> Any:
    if not isinstance(value, datetime):
        return value
    # Statistics of times have milliseconds; a range must not shrink by rounding.
    floor = value.replace(microsecond=value.microsecond // 1000 * 1000)
    rounded = floor + _MILLISECOND if up and floor != value else floor
    return rounded.strftime("%Y-%m-%dT%H:%M:%S.") + f"{rounded.microsecond // 1000:03d}Z"

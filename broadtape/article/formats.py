"""Articles, a frame at a time, as JSON lines, CSV or Parquet: bytes in pieces, in constant memory."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from broadtape.times import iso

if TYPE_CHECKING:
    import polars as pl

__all__ = ["ENCODERS", "Batches", "cell", "json_line", "plain_row"]

Batches = Iterable["pl.DataFrame"]

_PIECE = 64 * 1024
"""Bytes given at a time, about."""
# What JSON itself lets through unescaped and a terminal would obey.
# A spreadsheet runs a cell that begins so; see OWASP on CSV injection.
_FORMULA = re.compile(r"\s*[=+\-@\t\r]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_STEERING = re.compile("[\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def json_line(row: dict[str, Any]) -> str:
    """One article as one line of JSON; characters that steer a terminal are escaped, which JSON readers undo."""
    line = json.dumps(row, ensure_ascii=False, default=_plain)
    return _STEERING.sub(lambda match: f"\\u{ord(match[0]):04x}", line)


def plain_row(row: dict[str, Any]) -> dict[str, Any]:
    """A row as what JSON can hold, times as ISO 8601."""
    found: dict[str, Any] = json.loads(json_line(row))
    return found


def cell(value: object) -> object:
    """A value as one cell of a table: times as ISO 8601, lists and structs as JSON."""
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=_plain)
    return _plain(value) if isinstance(value, date | bytes) else value


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return str(value)  # a decimal, a time of day, an interval: what SQL may answer with


def _jsonl(batches: Batches) -> Iterator[bytes]:
    for batch in batches:
        yield from _pieces(json_line(row) + "\n" for row in batch.iter_rows(named=True))


def _csv(batches: Batches, cell: Callable[[object], object] = cell) -> Iterator[bytes]:
    """Lists as JSON within their cell; no value is an empty cell."""
    for number, batch in enumerate(batches):
        if not number:
            yield _csv_line(batch.columns).encode()
        yield from _pieces(_csv_line([cell(value) for value in row]) for row in batch.iter_rows())


def _spreadsheet(batches: Batches) -> Iterator[bytes]:
    return _csv(batches, _inert)


def _inert(value: object) -> object:
    """A cell that a spreadsheet shows and does not run: what would be a formula begins with an apostrophe."""
    shown = cell(value)
    if not isinstance(shown, str):
        return shown
    plain = _CONTROL.sub("\ufffd", shown)
    return f"'{plain}" if _FORMULA.match(plain) else plain


def _csv_line(values: Sequence[object]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(values)
    return line.getvalue()


def _pieces(lines: Iterable[str]) -> Iterator[bytes]:
    held: list[bytes] = []
    size = 0
    for line in lines:
        held.append(line.encode())
        size += len(held[-1])
        if size >= _PIECE:
            yield b"".join(held)
            held, size = [], 0
    if held:
        yield b"".join(held)


def _parquet(batches: Batches) -> Iterator[bytes]:
    import pyarrow.parquet as pq

    sink = _Sink()
    writer: pq.ParquetWriter | None = None
    for batch in batches:
        table = batch.to_arrow()
        writer = writer or pq.ParquetWriter(sink, table.schema, compression="zstd")
        writer.write_table(table.cast(writer.schema))
        yield sink.taken()
    if writer:
        writer.close()
        yield sink.taken()


class _Sink(io.RawIOBase):
    """A file that is taken away while it is written; Parquet asks it only for its place."""

    def __init__(self) -> None:
        self._held: list[bytes] = []
        self._place = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self._held.append(piece)
        self._place += len(piece)
        return len(piece)

    def tell(self) -> int:
        return self._place

    def taken(self) -> bytes:
        held, self._held = b"".join(self._held), []
        return held


ENCODERS: dict[str, Callable[[Batches], Iterator[bytes]]] = {
    "jsonl": _jsonl,
    "csv": _csv,
    "spreadsheet": _spreadsheet,
    "parquet": _parquet,
}
"""Format → a file of it, in pieces; where no article is given, CSV and Parquet still tell the columns.

`spreadsheet` is CSV of which a spreadsheet runs nothing; `csv` holds every value as it is.
"""

"""Articles, a frame at a time, as JSON lines, CSV, plain text or Parquet."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import textwrap
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, BinaryIO

from broadtape.cli.output import to_terminal
from broadtape.cli.terminal import printable
from broadtape.times import iso

if TYPE_CHECKING:
    import polars as pl

__all__ = ["WRITERS", "cell", "columns_for"]

Batches = Iterator["pl.DataFrame"]

_MEASURE = 80
"""Columns of running text: longer lines are hard to read."""
_TEXT_COLUMNS = ("site", "url", "title", "text", "authors", "published_at", "tickers", "revision")
# What JSON itself lets through unescaped and a terminal would obey.
_STEERING = re.compile("[\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def columns_for(form: str, picked: Sequence[str] | None) -> Sequence[str] | None:
    """The columns to read for a format: those picked, else all, else what plain text shows."""
    return _TEXT_COLUMNS if form == "text" and picked is None else picked


def _rows(batches: Batches) -> Iterator[dict[str, Any]]:
    for batch in batches:
        yield from batch.iter_rows(named=True)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return str(value)  # a decimal, a time of day, an interval: what SQL may answer with


def json_line(row: dict[str, Any]) -> str:
    """One article as one line of JSON; characters that steer a terminal are escaped, which JSON readers undo."""
    line = json.dumps(row, ensure_ascii=False, default=_plain)
    return _STEERING.sub(lambda match: f"\\u{ord(match[0]):04x}", line)


def _write_jsonl(batches: Batches, out: BinaryIO) -> None:
    for number, row in enumerate(_rows(batches)):
        out.write(json_line(row).encode() + b"\n")
        if not number:
            out.flush()  # the first line early: the reader may want no more


def _write_csv(batches: Batches, out: BinaryIO) -> None:
    """Lists as JSON within their cell; no value is an empty cell."""
    shown = printable if to_terminal(out) else str
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\n")

    def flush(values: Sequence[object]) -> None:
        writer.writerow(values)
        out.write(shown(line.getvalue()).encode())
        line.seek(0)
        line.truncate()

    for number, batch in enumerate(batches):
        if not number:
            flush(batch.columns)
        for row in batch.iter_rows():
            flush([cell(value) for value in row])


def cell(value: object) -> object:
    """A value as one cell of a table: times as ISO 8601, lists and structs as JSON."""
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False, default=_plain)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, default=_plain)
    return _plain(value) if isinstance(value, date | bytes) else value


def _write_text(batches: Batches, out: BinaryIO) -> None:
    """As long lines for a pipe, folded for whoever reads on a terminal."""
    width = min(shutil.get_terminal_size().columns, _MEASURE) if to_terminal(out) else None
    for row in _rows(batches):
        text = printable(_story(row))
        if width:
            text = "\n".join(
                textwrap.fill(line, width, break_on_hyphens=False, break_long_words=False) for line in text.split("\n")
            )
        out.write(text.encode() + b"\n\n")


def _story(row: dict[str, Any]) -> str:
    """A headline with where and when, and the text; columns that were not picked are left out."""
    published = row.get("published_at")
    tickers = [":".join(filter(None, (t["exchange"], t["symbol"]))) for t in row.get("tickers") or ()]
    revision = row.get("revision") or 1
    about = [
        f"{published:%Y-%m-%d %H:%M} UTC" if published else None,
        row.get("site"),
        ", ".join(row.get("authors") or ()),
        " ".join(tickers),
        f"revision {revision}" if revision > 1 else None,
    ]
    known = set(_TEXT_COLUMNS)
    others = [f"{name}: {cell(value)}" for name, value in row.items() if name not in known and value is not None]
    head = [row.get("title"), " · ".join(filter(None, about)), row.get("url"), *others]
    return "\n\n".join(filter(None, ("\n".join(filter(None, head)), row.get("text"), "─" * 72)))


def _write_parquet(batches: Batches, out: BinaryIO) -> None:
    import pyarrow.parquet as pq

    writer: pq.ParquetWriter | None = None
    for batch in batches:
        table = batch.to_arrow()
        writer = writer or pq.ParquetWriter(out, table.schema, compression="zstd")
        writer.write_table(table.cast(writer.schema))
    if writer:
        writer.close()


WRITERS: dict[str, Callable[[Batches, BinaryIO], None]] = {
    "jsonl": _write_jsonl,
    "csv": _write_csv,
    "text": _write_text,
    "parquet": _write_parquet,
}

"""Articles, a frame at a time, written as JSON lines, CSV, plain text or Parquet."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Callable, Iterator, Sequence
from typing import Any, BinaryIO

from broadtape.article.formats import ENCODERS, Batches, cell, json_line
from broadtape.article.time_to_go_by import told_time
from broadtape.cli.common.output import to_terminal
from broadtape.cli.common.terminal_text import printable

__all__ = ["WRITERS", "cell", "columns_for", "json_line"]

_MEASURE = 80
"""Columns of running text: longer lines are hard to read."""
_TEXT_COLUMNS = ("site", "url", "title", "text", "authors", "dated_at", "dated_by", "tickers", "revision")


def columns_for(form: str, picked: Sequence[str] | None) -> Sequence[str] | None:
    """The columns to read for a format: those picked, else all, else what plain text shows."""
    return _TEXT_COLUMNS if form == "text" and picked is None else picked


def _write_jsonl(batches: Batches, out: BinaryIO) -> None:
    for number, piece in enumerate(ENCODERS["jsonl"](batches)):
        out.write(piece)
        if not number:
            out.flush()  # the first lines early: the reader may want no more


def _write_csv(batches: Batches, out: BinaryIO, form: str = "csv") -> None:
    # A piece ends with a line, so never within a character.
    terminal = to_terminal(out)
    for piece in ENCODERS[form](batches):
        out.write(printable(piece.decode()).encode() if terminal else piece)


def _write_spreadsheet(batches: Batches, out: BinaryIO) -> None:
    _write_csv(batches, out, "spreadsheet")


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


def _rows(batches: Batches) -> Iterator[dict[str, Any]]:
    for batch in batches:
        yield from batch.iter_rows(named=True)


def _story(row: dict[str, Any]) -> str:
    """A headline with where and when, and the text; columns that were not picked are left out."""
    tickers = [":".join(filter(None, (t["exchange"], t["symbol"]))) for t in row.get("tickers") or ()]
    revision = row.get("revision") or 1
    about = [
        told_time(row.get("dated_at"), row.get("dated_by")),
        row.get("site"),
        ", ".join(row.get("authors") or ()),
        " ".join(tickers),
        f"revision {revision}" if revision > 1 else None,
        f"and {more:,} more" if (more := row.get("near_duplicates")) else None,
    ]
    known = {*_TEXT_COLUMNS, "near_duplicates"}
    others = [f"{name}: {cell(value)}" for name, value in row.items() if name not in known and value is not None]
    head = [row.get("title"), " · ".join(filter(None, about)), row.get("url"), *others]
    return "\n\n".join(filter(None, ("\n".join(filter(None, head)), row.get("text"), "─" * 72)))


def _write_parquet(batches: Batches, out: BinaryIO) -> None:
    for piece in ENCODERS["parquet"](batches):
        out.write(piece)


WRITERS: dict[str, Callable[[Batches, BinaryIO], None]] = {
    "jsonl": _write_jsonl,
    "csv": _write_csv,
    "spreadsheet": _write_spreadsheet,
    "text": _write_text,
    "parquet": _write_parquet,
}

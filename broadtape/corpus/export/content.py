"""What stands in one file of an export."""

from __future__ import annotations

import gzip
import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from broadtape.corpus.export.events import READ, events_of
from broadtape.corpus.export.settings import ExportSettings
from broadtape.corpus.export.ticker_spans import TICKER_SPANS, with_ticker_spans
from broadtape.corpus.reading import plan
from broadtape.corpus.reading.resolve_versions import KEY
from broadtape.times import iso

if TYPE_CHECKING:
    from broadtape.corpus.reader import Corpus

__all__ = ["rows_of", "write"]


def rows_of(corpus: Corpus, keys: pl.DataFrame, settings: ExportSettings) -> pl.DataFrame:
    """The rows of these keys as they are to be written."""
    if settings.table == "events":
        read = corpus.collect(plan.of_keys(corpus.rows, keys, (*KEY, "site", "revision", *READ)))
        return events_of(read, keys)
    if TICKER_SPANS not in settings.picked:
        return corpus.collect(plan.of_keys(corpus.rows, keys, settings.picked))
    columns = dict.fromkeys((*(name for name in settings.picked if name != TICKER_SPANS), "text", "tickers"))
    read = corpus.collect(plan.of_keys(corpus.rows, keys, tuple(columns)))
    return with_ticker_spans(read).select(settings.picked)


def write(path: Path, rows: pl.DataFrame, settings: ExportSettings) -> None:
    """The rows as a file that appears when it is whole."""
    temporary = path.with_name(f".{path.name}.tmp")
    if settings.form == "parquet":
        rows.write_parquet(temporary, compression="zstd", row_group_size=5_000)
    else:
        with temporary.open("wb") as file, gzip.GzipFile(fileobj=file, mode="wb", mtime=0, filename="") as packed:
            for row in rows.iter_rows(named=True):
                packed.write(json.dumps(row, ensure_ascii=False, default=_plain).encode() + b"\n")
    temporary.replace(path)


def _plain(value: object) -> str:
    return iso(value) if isinstance(value, datetime) else str(value)

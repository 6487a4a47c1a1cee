"""From a row of the table to an `Article`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import polars as pl

from broadtape.article import Article, RemovedLine, Ticker

__all__ = ["articles_of"]


def articles_of(frame: pl.DataFrame) -> Iterator[Article]:
    """The rows of `frame` as articles; what is not among its columns is left unknown."""
    readers = {name: _READERS[name] for name in frame.columns if name in _READERS}
    times = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.Datetime)]
    for row in frame.iter_rows(named=True):
        for name in times:
            row[name] = _time(row[name])
        for name, read in readers.items():
            row[name] = read(row[name])
        yield Article(**row)


def _time(value: datetime | None) -> datetime | None:
    return value.replace(tzinfo=UTC) if value is not None else None


def _strings(value: list[str] | None) -> tuple[str, ...]:
    return tuple(value or ())


def _tickers(value: list[Mapping[str, Any]] | None) -> tuple[Ticker, ...]:
    return tuple(Ticker(**ticker) for ticker in value or ())


def _removed(value: list[Mapping[str, Any]] | None) -> tuple[RemovedLine, ...]:
    return tuple(RemovedLine(**line) for line in value or ())


_READERS: dict[str, Callable[[Any], Any]] = {
    "authors": _strings,
    "tags": _strings,
    "tickers": _tickers,
    "removed": _removed,
    "machine_generated": bool,
    "word_count": lambda value: value or 0,
}

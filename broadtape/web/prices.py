"""Closing prices from a file of the operator's own; nothing is ever looked up elsewhere."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from broadtape.errors import ConfigError

__all__ = ["Closes", "Prices"]

_COLUMNS = ("date", "symbol", "close")


@dataclass(frozen=True, slots=True)
class Closes:
    """One security's closing prices by day, in their order."""

    by_day: Mapping[date, float] = field(default_factory=dict)
    unread: int = 0
    """Rows of this security without a day or a price that can be read."""


class Prices:
    """The file, read again once it changes. Safe for use by several threads."""

    def __init__(self, file: Path) -> None:
        """Raises ConfigError for a file that cannot be read, or lacks a column."""
        self.file = file
        self._lock = threading.Lock()
        self._read_at: float | None = None
        self._rows = pl.DataFrame()
        self._refreshed()

    def of(self, ticker: str) -> Closes:
        """The prices of `AAPL` or `NASDAQ:AAPL`: under that very name, else under the symbol alone."""
        rows = self._refreshed()
        for name in dict.fromkeys((ticker.upper(), ticker.upper().rpartition(":")[2])):
            mine = rows.filter(pl.col("symbol") == name)
            if not mine.is_empty():
                told = mine.drop_nulls(("date", "close")).unique("date", keep="last").sort("date")
                unread = mine.filter(pl.any_horizontal(pl.col("date", "close").is_null())).height
                return Closes(dict(told.select("date", "close").iter_rows()), unread)
        return Closes()

    def _refreshed(self) -> pl.DataFrame:
        with self._lock:
            try:
                changed = self.file.stat().st_mtime
                if changed != self._read_at:
                    self._rows, self._read_at = _read(self.file), changed
            except (OSError, pl.exceptions.PolarsError) as error:
                told = str(error).strip().splitlines()[0].rstrip(".")
                raise ConfigError(f"{self.file}: prices cannot be read: {told}.") from None
            return self._rows


def _read(file: Path) -> pl.DataFrame:
    """`date`, `symbol` (upper case), `close`; what is no day or no finite number is null."""
    rows = pl.scan_parquet(file) if file.suffix == ".parquet" else pl.scan_csv(file, infer_schema=False)
    missing = [name for name in _COLUMNS if name not in rows.collect_schema().names()]
    if missing:
        raise ConfigError(f"{file}: prices lack {', '.join(missing)}: expected the columns {', '.join(_COLUMNS)}.")
    text = pl.col("date").cast(pl.String).str.slice(0, 10)
    close = pl.col("close").cast(pl.Float64, strict=False)
    return rows.select(
        text.str.to_date("%Y-%m-%d", strict=False).alias("date"),
        pl.col("symbol").cast(pl.String).str.to_uppercase().str.strip_chars(),
        pl.when(close.is_finite() & (close > 0)).then(close).alias("close"),
    ).collect()

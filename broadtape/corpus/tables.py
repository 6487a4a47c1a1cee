"""What reading needs of an archive, and no more."""

from __future__ import annotations

from typing import Protocol

import polars as pl

from broadtape.archive.schema import TableName
from broadtape.archive.warc import Record

__all__ = ["Tables"]


class Tables(Protocol):
    """What a Corpus needs of an archive."""

    @property
    def uri(self) -> str:
        """Where it lies."""

    def version(self, table: TableName) -> int:
        """The table's newest version."""

    def frame(self, table: TableName, *, version: int | None = None, where: str | None = None) -> pl.LazyFrame:
        """All columns of all rows of a table, lazily, but for files that a SQL condition rules out."""

    def near_pairs(self, *, version: int) -> pl.DataFrame:
        """The pairs of nearly equal texts among the articles at a version."""

    def read_record(self, key: str, offset: int, length: int) -> Record:
        """One WARC record, by one ranged read."""

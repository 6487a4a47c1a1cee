"""What reading needs of an archive, and no more."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Protocol

import polars as pl

from broadtape.archive.delta.schema import TableName
from broadtape.archive.info import ArchiveInfo
from broadtape.archive.stores.object_store import ObjectStore
from broadtape.archive.warc import Record

if TYPE_CHECKING:
    import pyarrow.dataset

__all__ = ["Tables"]


class Tables(Protocol):
    """What a Corpus needs of an archive."""

    objects: ObjectStore
    info: ArchiveInfo

    @property
    def uri(self) -> str:
        """Where it lies."""

    def version(self, table: TableName) -> int:
        """The table's newest version."""

    def frame(
        self, table: TableName, *, version: int | None = None, where: str | None = None, but: Collection[str] = ()
    ) -> pl.LazyFrame:
        """All columns of all rows of a table, lazily, but for files that are named or that a condition rules out."""

    def files(self, table: TableName, *, version: int) -> list[str]:
        """Paths or addresses of a version's data files."""

    def dataset(self, table: TableName, *, version: int) -> pyarrow.dataset.Dataset:
        """A version of a table for engines that read Arrow."""

    def near_pairs(self, *, version: int) -> pl.DataFrame:
        """The pairs of nearly equal texts among the articles at a version."""

    def read_record(self, key: str, offset: int, length: int) -> Record:
        """One WARC record, by one ranged read."""

    def load_state(self, site: str) -> dict[str, Any]:
        """What the last run left for the next one; empty where there is nothing."""

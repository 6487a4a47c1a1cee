"""What an export is to hold, and in which form."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal

from broadtape.article import Article
from broadtape.errors import UsageError
from broadtape.times import iso

__all__ = ["RIGHTS", "SPLITS", "ExportSettings"]

RIGHTS = ("allowed", "unknown", "reserved")
SPLITS = ("train", "validation", "test")
_TRAINING = (
    "article_id", "revision", "site", "url", "title", "text", "authors", "published_at", "fetched_at", "language",
    "section", "tickers", "rights",
)  # fmt: skip
"""Columns of JSON lines, where none are asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportSettings:
    """`filters` are those of `Corpus.articles`, as they were given."""

    table: Literal["articles", "events"] = "articles"
    """Texts, or one row for each security that a text names."""
    form: Literal["parquet", "jsonl"] = "parquet"
    dedupe: Literal["none", "exact", "cluster"] = "none"
    rights: tuple[str, ...] = ("allowed",)
    split_at: tuple[datetime, ...] = ()
    """Where validation begins, or test, or both: by when the first text of a cluster was fetched."""
    changed_since: int | datetime | None = None
    """Only what was archived since this version of the archive, or this time."""
    columns: tuple[str, ...] | None = None
    shard_rows: int = 20_000
    filters: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.table == "events" and (self.form != "parquet" or self.columns):
            raise UsageError("Events are a table of their own: they are written as Parquet, with all of its columns.")
        if len(self.split_at) >= len(SPLITS):
            raise UsageError(
                f"{len(self.split_at)} times to split at were given: expected {len(SPLITS) - 1} at the most."
            )
        if list(self.split_at) != sorted(self.split_at):
            raise UsageError("The times to split at must follow each other: the earlier one first.")

    @property
    def picked(self) -> tuple[str, ...]:
        """The columns of the files."""
        return self.columns or (_TRAINING if self.form == "jsonl" else Article.columns())

    @property
    def splits(self) -> tuple[str, ...]:
        """The names of the splits: the last one is for testing."""
        return {0: SPLITS[:1], 1: (SPLITS[0], SPLITS[2]), 2: SPLITS}[len(self.split_at)]

    def told(self) -> dict[str, Any]:
        """As plain data."""
        told: dict[str, Any] = json.loads(json.dumps(asdict(self), default=_plain))
        return told

    def digest(self) -> str:
        """Eight hex digits: the same settings, the same export."""
        return hashlib.sha256(json.dumps(self.told(), sort_keys=True).encode()).hexdigest()[:8]


def _plain(value: object) -> str:
    return iso(value) if isinstance(value, datetime) else str(value)

"""Tables of articles, captures and decisions made by hand, in memory or as a real archive in a folder."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import deltalake
import polars as pl

from broadtape.archive import TABLES, Archive, TableName
from broadtape.archive.delta.commits import append
from broadtape.archive.delta.tables import Ask
from broadtape.archive.stores.folder import FolderStore
from broadtape.archive.warc import Record

SCHEMAS = {name: spec.schema for name, spec in TABLES.items()}
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def at(minutes: float) -> datetime:
    """So many minutes after the start of every sample."""
    return START + timedelta(minutes=minutes)


def row(article_id: str = "a", **values: Any) -> dict[str, Any]:
    """A row of `articles`: an hour from publication to the archive unless it says otherwise."""
    fetched = values.get("fetched_at", at(30))
    return {
        "article_id": article_id,
        "site": "paper",
        "url": f"https://www.example.com/{article_id}",
        "title": f"Story {article_id}",
        "text": f"The story {article_id}.\n\nIts second paragraph.",
        "extractor": "broadtape-0.1.0/aaaa",
        "published_at": at(0),
        "fetched_at": fetched,
        "archived_at": at(60),
        "fetched_month": f"{fetched:%Y-%m}",
        **values,
    }


def table(schema: pl.Schema, rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """These rows, with null where they say nothing."""
    return pl.DataFrame([{name: each.get(name) for name in schema} for each in rows], schema=schema)


class MemoryTable:
    """One table as frames; every change is a new version."""

    def __init__(self, schema: pl.Schema, rows: Iterable[Mapping[str, Any]]) -> None:
        self.versions = [table(schema, rows)]

    def append(self, rows: Iterable[Mapping[str, Any]]) -> None:
        self.versions.append(pl.concat([self.versions[-1], table(self.versions[-1].schema, rows)]))

    def version(self) -> int:
        return len(self.versions) - 1

    def scan(
        self, where: str | None = None, *, version: int | None = None, glance: bool = False, but: Collection[str] = ()
    ) -> pl.LazyFrame:
        return self.versions[self.version() if version is None else version].lazy()

    def read(self, ask: Ask, where: str | None = None, *, version: int | None = None) -> pl.DataFrame:
        return ask(self.scan(version=version)).collect()


class MemoryLedger:
    """The captures, asked by number."""

    def __init__(self, captures: MemoryTable) -> None:
        self.captures = captures

    def numbered(self, url_ids: Collection[int], version: int) -> pl.LazyFrame:
        return self.captures.scan(version=version).filter(pl.col("url_id").is_in(list(url_ids)))


class MemoryTables:
    """What a corpus needs of an archive, in memory."""

    uri = "memory"
    objects = FolderStore(Path("/nowhere"))

    def __init__(
        self,
        articles: Iterable[Mapping[str, Any]] = (),
        captures: Iterable[Mapping[str, Any]] = (),
        decisions: Iterable[Mapping[str, Any]] = (),
    ) -> None:
        rows = {"articles": articles, "captures": captures, "decisions": decisions}
        self.tables = {name: MemoryTable(SCHEMAS[name], rows[name]) for name in rows}
        self.ledger = MemoryLedger(self.tables["captures"])

    def append(self, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
        self.tables[name].append(rows)

    def load_state(self, site: str) -> dict[str, Any]:
        return {}

    def read_record(self, key: str, offset: int, length: int) -> Record:
        raise FileNotFoundError(key)


class FolderTables(Archive):
    """A real archive in a folder, whose rows carry the stamps they are given."""

    @classmethod
    def at(cls, folder: Path) -> FolderTables:
        return cls.open(str(folder / "archive"), create=True)

    def append(self, name: TableName, rows: Iterable[Mapping[str, Any]]) -> None:
        append(self.tables[name], table(SCHEMAS[name], rows))

    def delta(self, name: TableName) -> deltalake.DeltaTable:
        return deltalake.DeltaTable(f"{self.uri}/{name}")

    def paths(self, name: TableName) -> list[Path]:
        return [Path(uri) for uri in self.delta(name).file_uris()]

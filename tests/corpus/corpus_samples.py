"""Tables of articles, captures and decisions made by hand, in memory or as Delta tables in a folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import deltalake
import polars as pl

from broadtape.archive.schema import ARTICLES, CAPTURES, DECISIONS
from broadtape.archive.warc import Record

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


class MemoryTables:
    """The three tables as frames; every change is a new version."""

    uri = "memory"

    def __init__(
        self,
        articles: Iterable[Mapping[str, Any]] = (),
        captures: Iterable[Mapping[str, Any]] = (),
        decisions: Iterable[Mapping[str, Any]] = (),
    ) -> None:
        self.versions = {
            "articles": [table(ARTICLES, articles)],
            "captures": [table(CAPTURES, captures)],
            "decisions": [table(DECISIONS, decisions)],
        }

    def append(self, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
        versions = self.versions[name]
        versions.append(pl.concat([versions[-1], table(versions[-1].schema, rows)]))

    def version(self, name: str) -> int:
        return len(self.versions[name]) - 1

    def frame(self, name: str, *, version: int | None = None) -> pl.LazyFrame:
        return self.versions[name][self.version(name) if version is None else version].lazy()

    def read_record(self, key: str, offset: int, length: int) -> Record:
        raise FileNotFoundError(key)


class DeltaTables(MemoryTables):
    """The same as Delta tables in a folder; one file a call of `append` and month."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.uri = folder, str(folder)
        for name, schema in (("articles", ARTICLES), ("captures", CAPTURES), ("decisions", DECISIONS)):
            table(schema, []).write_delta(
                str(folder / name),
                delta_write_options={"partition_by": ["fetched_month"]} if name == "articles" else {},
            )
        self.schemas = {"articles": ARTICLES, "captures": CAPTURES, "decisions": DECISIONS}

    def append(self, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
        table(self.schemas[name], rows).write_delta(str(self.folder / name), mode="append")

    def version(self, name: str) -> int:
        return deltalake.DeltaTable(self.folder / name).version()

    def frame(self, name: str, *, version: int | None = None) -> pl.LazyFrame:
        return pl.scan_delta(deltalake.DeltaTable(self.folder / name, version=version))

    def files(self, name: str) -> list[Path]:
        return [Path(uri) for uri in deltalake.DeltaTable(self.folder / name).file_uris()]

"""One archive, asked by us and by DuckDB, in turn."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import duckdb

from broadtape.archive import Archive
from broadtape.corpus import Corpus

__all__ = ["Bench", "Measured"]


@dataclass(frozen=True, slots=True)
class Measured:
    """One question. Milliseconds; `ratio` of ours to the baseline, or to the goal."""

    question: str
    ours: float
    baseline: float | None
    goal: float | None = None

    @property
    def ratio(self) -> float:
        """Under 2 against a baseline, under 1 against a goal, is as it should be."""
        return self.ours / (self.baseline or self.goal or 1.0)


class Bench:
    """The archive, read by us and by DuckDB."""

    def __init__(self, archive: Archive, repeat: int) -> None:
        self.archive, self.corpus, self.repeat = archive, Corpus(archive), repeat
        self.duck = duckdb.connect()
        self.duck.execute("SET TimeZone = 'UTC'")
        for table in ("articles", "captures"):
            files = archive.tables[table].files(archive.tables[table].version())
            self.duck.read_parquet(files, hive_partitioning=True).create_view(table)

    def fastest(self, work: Callable[[], object], times: int | None = None) -> float:
        """Milliseconds of the fastest of several runs."""
        found = []
        for _ in range(times or self.repeat):
            started = time.perf_counter()
            work()
            found.append(time.perf_counter() - started)
        return 1000 * min(found)

    def by_hand(self, query: str) -> Callable[[], object]:
        """DuckDB's answer, as a frame as ours is."""
        return lambda: self.duck.sql(query).pl()

    def against(self, question: str, ours: Callable[[], object], query: str) -> Measured:
        """Both, in turn."""
        return Measured(question, self.fastest(ours), self.fastest(self.by_hand(query)))

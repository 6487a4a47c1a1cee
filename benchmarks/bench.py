"""One archive, asked by us and by DuckDB, in turn."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass

import duckdb

from broadtape.archive import Archive
from broadtape.corpus import Corpus

__all__ = ["Bench", "Measured", "cpu_seconds"]


def cpu_seconds() -> float:
    """CPU that this process and those that it waited for have used, of all threads."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


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
    """The archive, read by us and by DuckDB. `clock` gives seconds: those that pass, or those that are used."""

    def __init__(self, archive: Archive, repeat: int, clock: Callable[[], float] = time.perf_counter) -> None:
        self.archive, self.corpus, self.repeat, self._clock = archive, Corpus(archive), repeat, clock
        self.duck = duckdb.connect()
        self.duck.execute("SET TimeZone = 'UTC'")
        for table in ("articles", "captures"):
            files = archive.tables[table].files(archive.tables[table].version())
            self.duck.read_parquet(files, hive_partitioning=True).create_view(table)

    def fastest(self, work: Callable[[], object], times: int | None = None) -> float:
        """Milliseconds of the fastest of several runs."""
        found = []
        for _ in range(times or self.repeat):
            started = self._clock()
            work()
            found.append(self._clock() - started)
        return 1000 * min(found)

    def by_hand(self, query: str) -> Callable[[], object]:
        """DuckDB's answer, as a frame as ours is."""
        return lambda: self.duck.sql(query).pl()

    def against(self, question: str, ours: Callable[[], object], query: str) -> Measured:
        """Both, in turn."""
        return Measured(question, self.fastest(ours), self.fastest(self.by_hand(query)))

"""How far a backfill has got, how fast it is, and how long the rest will take."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta

from broadtape.archive.recordings import Recording
from broadtape.ingest.survey import Survey
from broadtape.jobs.progress import ProgressListener
from broadtape.monitoring.run_report import plural

__all__ = ["Pace"]

_TOLD = 30.0
"""Seconds between two sentences."""


class Pace:
    """Tells `watch` of each file that is begun, and now and then how fast the whole goes."""

    def __init__(self, watch: ProgressListener, files: Sequence[Recording]) -> None:
        self._watch, self._files = watch, len(files)
        sizes = [file.size for file in files]
        self._total = None if None in sizes else sum(size or 0 for size in sizes)
        self._began = self._told = time.monotonic()
        self._begun = self._before = self._at = self._parts = self._pages = 0
        self._file: Recording | None = None

    def passed(self, file: Recording) -> None:
        """A file need not be read."""
        self._files -= 1
        if self._total is not None:
            self._total -= file.size or 0

    def begin(self, file: Recording) -> None:
        """A file is begun."""
        self._before += self._file.size or 0 if self._file else 0
        self._file, self._at = file, 0
        self._begun += 1
        which = f" ({self._begun:,} of {self._files:,})" if self._files > 1 else ""
        self._watch.step(f"reading {file.name}{which} …")

    def read(self, survey: Survey) -> None:
        """A stretch of the file was met."""
        if self._file and survey.stretch.end is not None:
            self._at = survey.stretch.end
            self._watch.counted(f"{self._file.name}: MiB read", self._at // 2**20, (self._file.size or 0) // 2**20)
        self._tell_if_due()

    def part(self, pages: int) -> None:
        """A part with that many pages is done."""
        self._parts += 1
        self._pages += pages
        self._tell_if_due()

    def sentence(self, seconds: float) -> str:
        """How far it is after that time."""
        pace = f"{plural(self._pages, 'page')} in {plural(self._parts, 'part')}, {self._pages / seconds:,.1f} a second"
        done = self._share()
        if not 0 < done < 1:
            return pace
        left = timedelta(seconds=round(seconds / done * (1 - done)))
        return f"{done:.0%} read; {pace}; some {left} left"

    def _share(self) -> float:
        """Of all bytes; of the files, as if all were of one size, where only those that were begun have a known one."""
        if self._total is not None:
            return (self._before + self._at) / self._total if self._total else 0.0
        size = self._file.size if self._file else None
        return (self._begun - 1 + (self._at / size if size else 0.0)) / self._files

    def _tell_if_due(self) -> None:
        now = time.monotonic()
        if now - self._told >= _TOLD:
            self._told = now
            self._watch.step(self.sentence(now - self._began))

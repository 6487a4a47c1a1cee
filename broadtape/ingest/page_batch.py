"""Pages of stored segments cleaned by an engine, some at a time, their bytes sent along."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from itertools import chain, islice

from broadtape.article import Article
from broadtape.ingest.engines.engine import Engine
from broadtape.ingest.page_job import PageJob, Refusal, clean_page

__all__ = ["PageBatch", "clean_over"]

_PAGES = 25
_PAGE_SECONDS = 1.0
_AHEAD = 3
"""Batches under way for each that is being worked on."""

_Made = list[Article | Refusal]


@dataclass(frozen=True, slots=True)
class PageBatch:
    """Cleans pages; see `broadtape.work`."""

    jobs: tuple[PageJob, ...] = field(repr=False)
    page_timeout: float
    why: str | None = None

    @property
    def seconds(self) -> float:
        """How long it may take."""
        return self.page_timeout + _PAGE_SECONDS * (len(self.jobs) - 1)

    def pieces(self) -> Sequence[PageBatch]:
        """A batch for each page."""
        return [replace(self, jobs=(job,)) for job in self.jobs]

    def refused(self, why: str) -> PageBatch:
        """The page that is not cleaned."""
        return replace(self, why=why)

    def lost(self, why: str) -> _Made:
        """The page, which is not cleaned."""
        return self.refused(why)()

    def joined(self, results: Sequence[_Made]) -> _Made:
        """One batch after another."""
        return list(chain.from_iterable(results))

    def __call__(self) -> _Made:
        """Cleans them."""
        if self.why is not None:
            return [Refusal("quarantined", self.why) for _ in self.jobs]
        return [clean_page(job) for job in self.jobs]


def clean_over(engine: Engine, jobs: Iterable[PageJob], page_timeout: float) -> Iterator[Article | Refusal]:
    """What each page gave, in the order of `jobs`, with a bounded number of pages in memory. Raises EngineGone."""
    every = iter(jobs)
    waiting: deque[Future[_Made]] = deque()
    while some := tuple(islice(every, _PAGES)):
        waiting.append(engine.submit(PageBatch(some, page_timeout)))
        if len(waiting) > engine.slots * _AHEAD:
            yield from waiting.popleft().result()
    while waiting:
        yield from waiting.popleft().result()

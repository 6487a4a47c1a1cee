"""Cleaning fans out over worker processes; one page that crashes or hangs its worker costs only itself."""

from __future__ import annotations

import multiprocessing
import multiprocessing.context
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import CancelledError, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from functools import partial
from types import TracebackType
from typing import Any, Self, TypeAlias, TypeVar

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from broadtape.article import Article
from broadtape.cleaning.extractor import extractor_id
from broadtape.errors import BroadtapeError, CleanersFailed
from broadtape.ingest.page_job import PageJob, Refusal, clean_page, start_worker
from broadtape.learnt_rules import LearntRules
from broadtape.settings import Settings
from broadtape.site import Site
from broadtape.work import Work

__all__ = ["Cleaners"]

_Future: TypeAlias = "ProcessFuture[Any]"
R = TypeVar("R")
_LOOK = 1.0
"""Seconds between two looks at a pool that a page is waited for from."""
_POOLS = 5
"""Pools made anew in a run at the most: one breaks when a worker dies before it has a page. Somebody may have ended it;
where all of them die, it is the machine."""


class Cleaners:
    """A pool of worker processes. None is started before the first page: most runs find nothing new.

    `learnt` gives the rules learnt of an outlet; whoever makes cleaners must say it, or texts would be published by
    other rules than a crawl's. Its first answer holds to the end, so that all pages of a run are
    cleaned by the same rules: new ones, and archived ones that they are compared with.
    """

    def __init__(
        self,
        sites: Mapping[str, Site],
        settings: Settings,
        learnt: Callable[[str], LearntRules | None],
    ) -> None:
        self._sites = sites
        self._ask = learnt
        self._answers: dict[str, LearntRules | None] = {}
        self._timeout = settings.page_timeout
        self._ahead = settings.workers * 4
        self._settings = settings
        self._renewing = threading.Lock()
        self._left = _POOLS
        self._pool = self._new_pool()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        if kind:
            self._pool.stop()
        else:
            self._pool.close()
        self._pool.join()

    def _new_pool(self) -> ProcessPool:
        return ProcessPool(
            max_workers=self._settings.workers,
            max_tasks=2000,  # a fresh process now and then bounds what a C library leaks
            initializer=start_worker,
            initargs=(dict(self._sites), self._settings.max_decompressed_bytes, self._settings.page_timeout),
            context=_processes(),
        )

    def extractor(self, site: str) -> str:
        """What names the rules by which this outlet's pages are cleaned here."""
        return extractor_id(self._sites.get(site), self.learnt(site))

    def learnt(self, site: str) -> LearntRules | None:
        """The rules learnt of an outlet by which its pages are cleaned here."""
        if site not in self._answers:
            self._answers.setdefault(site, self._ask(site))  # of two threads that ask at once, one is heard
        return self._answers[site]

    def with_rules(self, job: PageJob) -> PageJob:
        """The same page, to be cleaned by what was learnt of its outlet, too."""
        return replace(job, learnt=self.learnt(job.site)) if job.site else job

    def clean(self, jobs: Iterable[PageJob]) -> Iterator[Article | Refusal]:
        """What each page gave, in the order of `jobs`, with a bounded number of pages in memory."""
        waiting: deque[tuple[PageJob, ProcessPool, _Future]] = deque()
        for job in map(self.with_rules, jobs):
            waiting.append((job, *self._schedule(partial(clean_page, job), self._timeout)))
            if len(waiting) >= self._ahead:
                yield self._result(*waiting.popleft())
        while waiting:
            yield self._result(*waiting.popleft())

    def run(self, work: Work[R]) -> R:
        """Does any work in a worker, piece by piece where one dies over it; waits for it. Safe for several threads."""
        try:
            return self._ran(work)
        except _Died as died:
            pieces = work.pieces()
            if len(pieces) > 1:
                return work.joined([self.run(piece) for piece in pieces])
            why = str(died)
        # Somebody else may have ended the worker: only a piece that does it twice is to blame.
        try:
            return self._ran(work)
        except _Died:
            return self._ran(work.refused(why))

    def _ran(self, work: Work[R]) -> R:
        while True:
            pool, future = self._schedule(work, work.seconds)
            try:
                result: R = _awaited(pool, future)
            except (BrokenProcessPool, CancelledError):  # no work had a worker that died: none is to blame
                self._renew(pool)
            except TimeoutError:
                raise _Died(f"cleaner took longer than {work.seconds:g} s") from None
            except ProcessExpired as expired:
                raise _Died(f"cleaner crashed (exit status {expired.exitcode})") from None
            except BroadtapeError:
                raise
            except Exception as error:  # whatever a record of unknown origin may cause
                raise _Died(f"cleaner failed: {type(error).__name__}: {error}"[:300]) from error
            else:
                return result

    def _schedule(self, work: Callable[[], object], seconds: float) -> tuple[ProcessPool, _Future]:
        while True:
            pool = self._pool
            try:
                return pool, pool.schedule(_called, args=(work,), timeout=seconds)
            except RuntimeError:  # the pool broke before, or just now
                self._renew(pool)

    def _renew(self, broken: ProcessPool) -> None:
        """Another pool for one that broke; raises CleanersFailed where none holds."""
        with self._renewing:
            if self._pool is not broken:
                return  # another thread was quicker
            if not self._left:
                raise CleanersFailed(
                    "The processes that clean pages end before they have begun: is there a limit on memory (LimitAS=, "
                    "ulimit -v) or on processes? Nothing is lost; what was fetched waits for the next run."
                )
            self._left -= 1
            broken.stop()
            broken.join()
            self._pool = self._new_pool()

    def _result(self, job: PageJob, pool: ProcessPool, future: _Future, *, again: bool = True) -> Article | Refusal:
        try:
            made: Article | Refusal = _awaited(pool, future)
        except TimeoutError:
            return Refusal("quarantined", f"cleaner took longer than {self._timeout:g} s")
        except (BrokenProcessPool, CancelledError):  # no page had a worker that died: none is to blame
            self._renew(pool)
            return self._result(job, *self._schedule(partial(clean_page, job), self._timeout), again=again)
        except ProcessExpired as expired:
            # Somebody else may have ended the worker: only a page that does it twice is to blame.
            if again:
                return self._result(job, *self._schedule(partial(clean_page, job), self._timeout), again=False)
            return Refusal("quarantined", f"cleaner crashed (exit status {expired.exitcode})")
        return made


def _processes() -> multiprocessing.context.ForkServerContext:
    """Workers are forked from a process that has imported what they need, once, and that has no other threads.

    Our own has some: forking it could copy a lock that is never released.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["broadtape.cleaning.pipeline", "broadtape.ingest.recorded_part"])
    return context


class _Died(Exception):
    """A worker died over its work, or took too long; the text says how."""


def _called(work: Callable[[], R]) -> R:
    return work()


def _awaited(pool: ProcessPool, future: _Future) -> Any:
    """What the page gave, or raised; raises BrokenProcessPool for one that a breaking pool forgot.

    A pool that breaks while a page is handed to it leaves that page's future undone for ever.
    """
    while not wait([future], _LOOK).done:
        if not pool.active:
            raise BrokenProcessPool
    return future.result()

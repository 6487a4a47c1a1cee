"""One crawl: every outlet of a job side by side in one reactor, each with its own verdict."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable

from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings as ScrapySettings

from broadtape.crawl.events import Counts, End, Event, OutletEnd
from broadtape.crawl.job import Job
from broadtape.errors import BroadtapeError
from broadtape.site import Site
from spiders import settings as project
from spiders.crawl_context import CrawlContext, print_event
from spiders.lifeline import tie_to_parent
from spiders.outlet_spider import OutletSpider

__all__ = ["crawl"]

_TICK = 0.5
_SAID_IN_THE_LEDGER = ("scrapy.core.downloader.handlers.http11", "scrapy.downloadermiddlewares.httpcompression")
"""Loggers that warn of pages too large, each of which is a note in the WARC anyway."""
logger = logging.getLogger(__name__)


def crawl(job: Job, emit: Callable[[Event], None] = print_event) -> int:
    """Does the job, tells `emit` about it and gives the exit status; stdin is the parent's lifeline.

    A reactor cannot be restarted, so this can be called once in a process.
    """
    run = None
    try:
        job.require_contact()
        settings = ScrapySettings()
        settings.setmodule(project, priority="project")
        settings.setdict(project.for_job(job), priority="cmdline")
        process = AsyncCrawlerProcess(settings)
        for name in _SAID_IN_THE_LEDGER:
            logging.getLogger(name).setLevel(logging.ERROR)
        run = CrawlContext(job, emit)
        _Crawl(process, run).go()
        error = run.error
    except (BroadtapeError, OSError) as failure:
        error = str(failure)
    emit(End(error=error, stopped=bool(run and run.stopped and not run.error)))
    return 1 if error else 0


class _Crawl:
    """The crawlers of one run and what keeps them going."""

    def __init__(self, process: AsyncCrawlerProcess, run: CrawlContext) -> None:
        self._process, self._run = process, run

    def go(self) -> None:
        """Blocks until every outlet is done and every segment closed."""
        loop = asyncio.get_event_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._run.stop)
        tie_to_parent(lambda: loop.call_soon_threadsafe(self._run.stop))
        self._run.on_stop.append(self._end_all)
        for site in self._run.job.sites:
            self._start(site)
        ticking = loop.create_task(self._tick())
        self._process.start(stop_after_crawl=True, install_signal_handlers=False)
        ticking.cancel()
        self._guarded(self._run.polls.close)

    def _start(self, site: Site) -> None:
        settings = self._process.settings.copy()
        settings.setdict(project.for_site(self._run.job, site), priority="cmdline")
        task = self._process.crawl(Crawler(OutletSpider, settings), run=self._run, site=site)
        task.add_done_callback(lambda done: self._done(site, done))

    def _done(self, site: Site, task: asyncio.Task[None]) -> None:
        """An outlet whose crawler broke before it could tell its own end still gets one."""
        error = None if task.cancelled() else task.exception()
        if error is not None:
            logger.error("The crawler of %s broke", site.name, exc_info=error)
            trouble = f"The crawl met an error of its own: {type(error).__name__}: {error}"[:500]
            self._run.emit(OutletEnd(site.name, "error", Counts(), trouble=trouble))

    def _end_all(self, reason: str) -> None:
        for spider in self._spiders():
            spider.end(reason)

    def _spiders(self) -> list[OutletSpider]:
        spiders = [crawler.spider for crawler in self._process.crawlers]
        return [spider for spider in spiders if isinstance(spider, OutletSpider)]

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(_TICK)
            for spider in self._spiders():
                spider.tick()
            self._guarded(self._run.polls.rotate_if_due)

    def _guarded(self, write: Callable[[], None]) -> None:
        try:
            write()
        except BroadtapeError as error:
            self._run.fail(error)

"""The main job: crawl, clean, archive. It reads as the story of a run."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from broadtape.alerts.failed_runs import watched
from broadtape.alerts.heartbeat import heartbeat
from broadtape.crawl.batches import Batches
from broadtape.crawl.process import Crawl, start
from broadtape.jobs.crawling.broken_files import tell_of_broken_files
from broadtape.jobs.crawling.conclude_outlet import conclude_outlets
from broadtape.jobs.crawling.crawl_run import CrawlRun
from broadtape.jobs.crawling.order import Order
from broadtape.jobs.crawling.publish_batches import publish_batch, publish_leftovers
from broadtape.jobs.progress import ProgressListener
from broadtape.jobs.steps import Steps
from broadtape.metrics.run_counts import counted
from broadtape.monitoring.run_report import RunReport, plural
from broadtape.site import Site
from broadtape.times import utcnow

__all__ = ["archive_news"]


def archive_news(order: Order, *, watch: ProgressListener | None = None, steps: Steps | None = None) -> RunReport:
    """Crawls, cleans and archives what the order asks for; the report names outlets in trouble, and those left out.

    Raises what is wrong with the order before anything is touched. Ctrl-C, if it arrives here, stops the crawl gently.
    """
    told = (watch or ProgressListener()).step
    with _told_of(order, told), CrawlRun(order, watch, steps) as run, _counted(run):
        run.recover()
        outlets = run.lease_outlets()
        if outlets:
            run.watch.step(f"crawling {plural(len(outlets), 'outlet')} …")
            run.report.interrupted = _crawl_and_publish(run, outlets)
        run.note_busy()
        tell_of_broken_files(run)
        conclude_outlets(run, [site for site in outlets if site.name not in run.ends])  # those a killed crawl left open
        run.report.ended_at = utcnow()
        if order.as_scheduled:
            heartbeat(run.archive, run.settings.alerts, run.id, run.watch.step)
        run.watch.finished(run.report)
    return run.report


def _counted(run: CrawlRun) -> AbstractContextManager[None]:
    return counted(run.report, run.settings, looked=run.order.as_scheduled)


def _told_of(order: Order, told: Callable[[str], None]) -> AbstractContextManager[None]:
    """Has the operator told where the run fails as a whole. A replay is watched by whoever asks for it."""
    if order.replay:
        return nullcontext()
    what = order.cron or ", ".join(order.sites) or "every enabled outlet"
    config = Path(order.config) if order.config else None
    return watched(config, order.archive, what, told, by_hand=not (order.scheduled or order.cron))


def _crawl_and_publish(run: CrawlRun, outlets: Sequence[Site]) -> bool:
    """Publishes while the crawl goes on; whether somebody interrupted it."""
    with start(run.job(outlets), pass_fds=[run.spool.lock_fd]) as crawl, _interruptible(run, crawl) as interrupted:
        stream = Batches(crawl)
        while not (batch := stream.next()).over:
            publish_batch(run, batch)
        publish_batch(run, batch)
        run.crawl_error = batch.error
    publish_leftovers(run)
    return interrupted.is_set()


@contextmanager
def _interruptible(run: CrawlRun, crawl: Crawl) -> Iterator[threading.Event]:
    """Lets the first Ctrl-C stop the crawl gently, so that no commit is cut in two; the second one ends the run."""
    interrupted = threading.Event()

    def stop(_number: int, _frame: object) -> None:
        if interrupted.is_set():
            raise KeyboardInterrupt
        interrupted.set()
        run.watch.step("stopping: what is fetched is kept; interrupt again to end at once")
        crawl.stop()

    if threading.current_thread() is not threading.main_thread():
        yield interrupted  # only the main thread may set a handler, and only there an interrupt arrives
        return
    before = signal.signal(signal.SIGINT, stop)
    try:
        yield interrupted
    finally:
        signal.signal(signal.SIGINT, before)

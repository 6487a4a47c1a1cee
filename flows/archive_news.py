"""The main job: crawl, clean, archive. The flow reads as the story of a run; its tasks wrap plain functions."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture
from prefect.task_runners import ThreadPoolTaskRunner
from pydantic import Field

from broadtape.crawl.batches import Batch, Batches
from broadtape.crawl.process import Crawl, start
from broadtape.errors import RunFailed
from broadtape.jobs.crawl_run import CrawlRun, Order
from broadtape.monitoring.run_report import plural
from broadtape.site import Site
from broadtape.times import utcnow
from flows.here import listener
from flows.pages import ArchiveUri, ConfigFolder, leave_report
from flows.retrying import RETRIED

__all__ = ["archive_news"]

# What Prefect's form says of each parameter.
_Sites = Annotated[list[str] | None, Field(description="Outlets by name; every enabled one where none is named.")]
_Since = Annotated[str | None, Field(description="Only stories listed as newer: ISO 8601, or a span back such as 3d.")]
_Limit = Annotated[int | None, Field(ge=1, description="Pages fetched from one outlet at the most.")]
_Replay = Annotated[str | None, Field(description="A WARC file that answers instead of the network.")]
_Urls = Annotated[list[str] | None, Field(description="Fetch these addresses and nothing else.")]
_Force = Annotated[bool, Field(description="Look at feeds even though they asked not to be looked at so soon.")]


_RUNNER: Any = ThreadPoolTaskRunner(max_workers=4)  # prefect's own types do not fit together here


@flow(
    name="archive-news",
    description="Crawl outlets, clean what came and archive it: every revision, with its raw page.",
    task_runner=_RUNNER,
    validate_parameters=True,
    persist_result=False,
)
def archive_news(
    sites: _Sites = None,
    since: _Since = None,
    limit: _Limit = None,
    archive: ArchiveUri = None,
    replay: _Replay = None,
    urls: _Urls = None,
    force: _Force = False,
    config: ConfigFolder = None,
) -> dict[str, Any]:
    """Crawls, cleans and archives; gives the run's report as plain data. Raises RunFailed naming each failed outlet."""
    order = {"sites": sites, "since": since, "limit": limit, "archive": archive, "replay": replay, "urls": urls}
    with CrawlRun(Order.of({**order, "force": force, "config": config}), listener()) as run:
        recover_spool(run)
        outlets = run.lease_outlets()
        interrupted = bool(outlets) and _crawl_and_publish(run, outlets)
        run.note_busy()
        conclude(run, [site for site in outlets if site.name not in run.ends])  # those that a killed crawl left open
        run.report.ended_at = utcnow()
        leave_report(run.report)
        run.beat()
        run.watch.finished(run.report)
    if interrupted:
        raise KeyboardInterrupt
    if run.report.troubles:
        raise RunFailed(run.report.verdict())
    return run.report.as_dict()


def _crawl_and_publish(run: CrawlRun, outlets: Sequence[Site]) -> bool:
    """Publishes while the crawl goes on; whether somebody interrupted it."""
    with start(run.job(outlets), pass_fds=[run.spool.lock_fd]) as crawl, interruptible(run, crawl) as interrupted:
        stream = Batches(crawl)
        while not (batch := stream.next()).over:
            publish_batch(run, batch)
        publish_batch(run, batch)
        run.crawl_error = batch.error
    publish_batch(run, Batch(segments=run.leftovers()))
    return interrupted.is_set()


@contextmanager
def interruptible(run: CrawlRun, crawl: Crawl) -> Iterator[threading.Event]:
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


def publish_batch(run: CrawlRun, batch: Batch) -> None:
    """Prepares each closed segment in a task of its own, then commits them together."""
    for site, progress in batch.progress.items():
        counts = progress.counts
        run.watch.progress(site, discovered=counts.discovered, to_fetch=counts.to_fetch, fetched=counts.fetched)
    for end in batch.ended:
        run.ends[end.site] = end
    paths = [path for path in batch.segments if path.exists()]
    prepared: dict[Path, PrefectFuture[None]] = {
        path: archive_segment.with_options(task_run_name=str(run.spool.key_of(path)).removeprefix("raw/")).submit(
            run, path
        )
        for path in paths
    }
    for path, future in prepared.items():
        future.wait()
        if future.state.is_failed():
            run.not_archived(path, future.state.message or "for an unknown reason")
    ready = [path for path in paths if path in run.cleaned]
    if ready:
        commit_batch(run, ready)
    conclude(run, [run.all_sites[end.site] for end in batch.ended])


def conclude(run: CrawlRun, sites: Sequence[Site]) -> None:
    """Judges outlets, each in a task of its own; one in trouble fails its task, and the others' work stands."""
    verdicts = [conclude_outlet.with_options(task_run_name=f"conclude-{s.name}").submit(run, s) for s in sites]
    for verdict in verdicts:
        verdict.wait()


@task(name="recover-spool", **RETRIED)
def recover_spool(run: CrawlRun) -> int:
    """Publishes what a dead run on this machine left behind, before anything is crawled."""
    recovered = run.recover()
    if recovered:
        run.watch.step(f"recovered {plural(recovered, 'segment')} of a run that was ended")
    return recovered


@task(name="archive-segment", **RETRIED)
def archive_segment(run: CrawlRun, path: Path) -> None:
    """Stores one closed segment of one outlet and cleans its pages; its trouble is its own."""
    run.cleaned[path] = run.prepare(path, run.spool)


@task(name="commit", **RETRIED)
def commit_batch(run: CrawlRun, paths: list[Path]) -> None:
    """Commits prepared segments together and takes them out of the spool."""
    run.commit([run.cleaned[path] for path in paths])
    for path in paths:
        run.cleaned.pop(path)
        run.spool.drop(path)


@task(name="conclude-outlet", cache_policy=NO_CACHE, persist_result=False)
def conclude_outlet(run: CrawlRun, site: Site) -> None:
    """Judges one outlet: its task fails, with the reason, when the outlet is in trouble."""
    trouble = run.conclude(site)
    if trouble:
        raise RunFailed(f"{site.name}: {trouble}.")

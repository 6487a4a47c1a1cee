"""Publishing while a crawl goes on: closed segments are stored and cleaned side by side, then committed together."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from broadtape.crawl.batches import Batch
from broadtape.errors import LeaseHeld
from broadtape.jobs.crawling.conclude_outlet import conclude_outlets
from broadtape.jobs.crawling.crawl_run import CrawlRun
from broadtape.jobs.steps import Step

__all__ = ["publish_batch", "publish_leftovers"]


def publish_batch(run: CrawlRun, batch: Batch) -> None:
    """Publishes what closed since the last batch and concludes the outlets that ended; one's trouble is its own."""
    # What an outlet ends with may be more than it told on the way.
    last = {end.site: end.counts for end in batch.ended}
    for site, counts in ({site: told.counts for site, told in batch.progress.items()} | last).items():
        run.watch.progress(site, discovered=counts.discovered, to_fetch=counts.to_fetch, fetched=counts.fetched)
    for end in batch.ended:
        run.ends[end.site] = end
    paths = [path for path in batch.segments if path.exists()]
    steps = [Step("archive-segment", partial(_prepare, run, path), _name(run, path)) for path in paths]
    for path, outcome in zip(paths, run.steps.do_all(steps), strict=True):
        if isinstance(outcome, Exception):
            run.not_archived(path, str(outcome) or type(outcome).__name__)
    ready = [path for path in paths if path in run.cleaned]
    if ready:
        run.steps.do(Step("commit", partial(_commit, run, ready)))
    conclude_outlets(run, [run.all_sites[end.site] for end in batch.ended])


def publish_leftovers(run: CrawlRun) -> None:
    """Publishes what the crawl could not close: it was killed, or the disk was full.

    An outlet that has ended meanwhile is taken once more. What belongs to one that another run has taken since stays in
    the spool, for that run or a later one to recover.
    """
    left: list[Path] = []
    taken: set[str] = set()
    for path in run.leftovers():
        site = run.spool.key_of(path).site
        try:
            if site not in run.leases and not site.startswith("_"):
                run.lease(site)
                taken.add(site)
        except LeaseHeld:
            continue
        left.append(path)
    publish_batch(run, Batch(segments=left))
    for site in taken:
        run.release(site)


def _name(run: CrawlRun, path: Path) -> str:
    key = run.spool.key_of(path)
    return f"{key.site} {key.name}"


def _prepare(run: CrawlRun, path: Path) -> None:
    run.cleaned[path] = run.prepare(path, run.spool)


def _commit(run: CrawlRun, paths: list[Path]) -> None:
    """Commits prepared segments together and takes them out of the spool."""
    run.commit([run.cleaned[path] for path in paths])
    for path in paths:
        run.cleaned.pop(path)
        run.spool.drop(path)

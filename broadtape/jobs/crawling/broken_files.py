"""Outlets whose files cannot be used: each is in trouble by itself, and nobody else's run is."""

from __future__ import annotations

from dataclasses import replace

from broadtape.errors import LeaseHeld
from broadtape.jobs.crawling.crawl_run import CrawlRun
from broadtape.jobs.crawling.outlet_memory import remembered
from broadtape.jobs.crawling.trouble_alerts import tell_of_trouble
from broadtape.monitoring.outlet_health import Trouble, unusable_file
from broadtape.outlet_state import OutletState

__all__ = ["tell_of_broken_files"]


def tell_of_broken_files(run: CrawlRun) -> None:
    """Puts each of the run's outlets whose file is broken into trouble, and tells the operator once."""
    for name, file in run.broken.items():
        trouble = unusable_file(file.why)
        run.report.outlet(name).trouble = trouble.reason
        run.watch.concluded(run.report.outlet(name))
        try:
            run.lease(name)
        except LeaseHeld:
            continue  # the run that holds it has begun with a file that was whole
        _keep(run, name, trouble)
        run.release(name)


def _keep(run: CrawlRun, name: str, trouble: Trouble) -> None:
    before = OutletState.load(run.archive, name)
    state = remembered(before, None, trouble, run=run.id, judged=True)
    state = replace(state, alerts=tell_of_trouble(run, name, before, state.trouble, trouble.reason))
    if state != before:
        state.save(run.archive, name)

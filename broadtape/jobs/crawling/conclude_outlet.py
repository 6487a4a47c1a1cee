"""The end of a crawl for one outlet: judged, its state kept, the operator told, its lease given back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from broadtape.errors import RunFailed
from broadtape.jobs.crawling.crawl_run import CrawlRun
from broadtape.jobs.crawling.outlet_memory import remembered
from broadtape.jobs.crawling.outlet_verdict import judge, judged
from broadtape.jobs.crawling.trouble_alerts import tell_of_trouble
from broadtape.jobs.steps import Step
from broadtape.monitoring.outlet_health import Trouble, held_for_drift, with_held
from broadtape.outlet_state import OutletState
from broadtape.site import Site

__all__ = ["conclude_outlets"]


def conclude_outlets(run: CrawlRun, sites: Iterable[Site]) -> None:
    """Concludes each outlet in a step of its own, which fails where the outlet is in trouble; the others' work stands.

    Not repeated: half of a conclusion done twice would tell of a trouble twice.
    """
    chosen = list(sites)
    steps = [Step("conclude-outlet", partial(_conclude, run, site), site.name, repeated=False) for site in chosen]
    for site, outcome in zip(chosen, run.steps.do_all(steps), strict=True):
        report = run.report.outlet(site.name)
        if isinstance(outcome, Exception) and not report.trouble:
            report.trouble = f"it could not be judged: {str(outcome).rstrip('.')}"
        run.watch.concluded(report)


def _conclude(run: CrawlRun, site: Site) -> None:
    end = run.ends.get(site.name)
    report = run.report.outlet(site.name)
    if end:
        report.discovered, report.new = end.counts.discovered, end.counts.new
        report.bytes = end.counts.bytes
        report.notices += end.notices
    judging = Step("judge-outlet", partial(_judged, run, site), site.name)
    before, trouble, report.trouble = run.patiently(judging)
    if not run.order.replay:  # a recording says nothing of the live site
        _keep(run, site, trouble, before)
    run.release(site.name)
    if trouble:
        raise RunFailed(f"{site.name}: {report.trouble}.")


def _judged(run: CrawlRun, site: Site) -> tuple[OutletState, Trouble | None, str | None]:
    """What the last run left, and the trouble that the outlet is in, also as it is told; changes nothing."""
    before = OutletState() if run.order.replay else OutletState.load(run.archive, site.name)
    trouble = judge(run, site, before.trouble)
    if trouble is None:
        return before, None, None
    held = held_for_drift(run.archive, [site.name])[site.name]
    return before, trouble, with_held(trouble.reason, site.name, held)


def _keep(run: CrawlRun, site: Site, trouble: Trouble | None, before: OutletState) -> None:
    end = run.ends.get(site.name)
    state = remembered(before, end.state if end else None, trouble, run=run.id, judged=judged(run, site))
    said = run.report.outlet(site.name).trouble
    state = replace(state, alerts=tell_of_trouble(run, site.name, before, state.trouble, said))
    if state != before:
        run.patiently(Step("keep-state", partial(state.save, run.archive, site.name), site.name))

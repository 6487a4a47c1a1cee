"""A run's report added to what is counted on this machine."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from broadtape.archive.tallies import LEASES_LOST, STORE_REQUESTS
from broadtape.metrics.kept_counts import KeptCounts, OutletCounts, kept_counts
from broadtape.monitoring.run_report import OutletReport, RunReport
from broadtape.settings import Settings
from broadtape.times import utcnow

__all__ = ["counted"]

logger = logging.getLogger(__name__)


@contextmanager
def counted(report: RunReport, settings: Settings, *, looked: bool = True) -> Iterator[None]:
    """Adds what the report says when the run ends, however it does, and what it asked of the store.

    A run that `looked` at no outlet as a schedule does, for a recording or for certain pages, tells nothing of when one
    was looked at, and how it fares.

    Leaves the metrics as a file where the settings name one; one that cannot be written is logged, and fails nothing.
    """
    requests, lost = STORE_REQUESTS.copy(), LEASES_LOST.copy()
    try:
        yield
    finally:
        with kept_counts(settings.spool) as counts:
            for outlet in report.outlets.values():
                _add(counts, outlet)
                if looked and not outlet.busy:
                    _note_look(counts.outlet(outlet.site), outlet, utcnow().timestamp())
            counts.store_requests += STORE_REQUESTS - requests
            for site, number in (LEASES_LOST - lost).items():
                counts.outlet(site).leases_lost += number
        if settings.metrics_file:
            _leave(settings.metrics_file, settings)


def _leave(file: Path, settings: Settings) -> None:
    from broadtape.metrics.exposition import write_metrics

    try:
        write_metrics(file, settings.spool, settings.archive)
    except OSError as error:
        logger.warning("Metrics cannot be written to %s: %s", file, error)


def _add(counts: KeptCounts, told: OutletReport) -> None:
    outlet = counts.outlet(told.site)
    outlet.runs["busy" if told.busy else "trouble" if told.trouble else "well"] += 1
    if told.busy:
        return
    outlet.listed += told.discovered
    outlet.fetched += told.fetched
    outlet.archived += told.archived
    outlet.revised += told.revisions
    outlet.unchanged += told.unchanged
    outlet.bytes += told.bytes
    outlet.held += told.quarantined
    outlet.skipped += told.skipped
    outlet.failed += told.failed
    outlet.lag = told.lag if told.lag is not None else outlet.lag


def _note_look(outlet: OutletCounts, told: OutletReport, now: float) -> None:
    outlet.last_run = now
    outlet.trouble = told.trouble is not None
    if not told.trouble:
        outlet.last_success = now

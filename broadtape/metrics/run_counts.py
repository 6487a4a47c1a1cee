"""A run's report added to what is counted on this machine."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from broadtape.archive.tallies import LEASES_LOST, STORE_REQUESTS
from broadtape.metrics.kept_counts import KeptCounts, kept_counts
from broadtape.monitoring.run_report import OutletReport, RunReport
from broadtape.settings import Settings
from broadtape.times import utcnow

__all__ = ["counted"]

logger = logging.getLogger(__name__)


@contextmanager
def counted(report: RunReport, settings: Settings) -> Iterator[None]:
    """Adds what the report says when the run ends, however it does, and what it asked of the store.

    Leaves the metrics as a file where the settings name one; one that cannot be written is logged, and fails nothing.
    """
    requests, lost = STORE_REQUESTS.copy(), LEASES_LOST.copy()
    try:
        yield
    finally:
        with kept_counts(settings.spool) as counts:
            for outlet in report.outlets.values():
                _add(counts, outlet, utcnow())
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


def _add(counts: KeptCounts, told: OutletReport, now: datetime) -> None:
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
    outlet.last_run = now.timestamp()
    outlet.trouble = told.trouble is not None
    if not told.trouble:
        outlet.last_success = now.timestamp()

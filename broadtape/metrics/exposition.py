"""Counts as Prometheus reads them: over HTTP on loopback, or as a text file for node_exporter's collector.

The only place that imports prometheus_client.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, start_http_server, write_to_textfile
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from broadtape.archive.spool import Spool
from broadtape.errors import BroadtapeError, CannotListen
from broadtape.metrics.kept_counts import OutletCounts, shown_counts

__all__ = ["NAMES", "serve_metrics", "write_metrics"]

_COUNTERS: Mapping[str, tuple[str, str]] = {
    "broadtape_listed": ("listed", "Addresses that listings held, known ones included."),
    "broadtape_fetched": ("fetched", "Pages fetched."),
    "broadtape_archived": ("archived", "First texts of stories archived."),
    "broadtape_revised": ("revised", "Changed texts of stories that were archived before."),
    "broadtape_unchanged": ("unchanged", "Second looks that found nothing new."),
    "broadtape_received_bytes": ("bytes", "Bytes received for stories, as they came over the wire."),
    "broadtape_leases_lost": ("leases_lost", "Leases that expired or were taken over while a run held them."),
}
_BY_REASON: Mapping[str, tuple[str, str]] = {
    "broadtape_held": ("held", "Pages held back."),
    "broadtape_skipped": ("skipped", "Stories deliberately not fetched or not kept."),
    "broadtape_failed": ("failed", "Stories that could not be had."),
}
_GAUGES: Mapping[str, tuple[str, str]] = {
    "broadtape_lag_seconds": ("lag", "From publication to fetching: the median of the last run with new stories."),
    "broadtape_last_run_timestamp_seconds": ("last_run", "When the outlet was looked at last."),
    "broadtape_last_success_timestamp_seconds": ("last_success", "When a run last left the outlet without trouble."),
    "broadtape_in_trouble": ("trouble", "Whether the last run left the outlet in trouble."),
}
_RUNS = ("broadtape_runs", "Runs over the outlet by how they ended: well, trouble or busy.")
_REQUESTS = ("broadtape_store_requests", "Requests sent to S3, those tried again included, Delta's own not.")
_BACKUP = ("broadtape_last_backup_timestamp_seconds", "The moment whose archive the copy of the last upkeep is.")
_SPOOL: Mapping[str, str] = {
    "broadtape_spool_bytes": "Fetched and not yet archived on this machine.",
    "broadtape_spool_segments": "Segments in this machine's spool.",
    "broadtape_spool_dead_runs": "Runs whose pages wait to be recovered by the next run on this machine.",
}

NAMES: frozenset[str] = frozenset(
    [f"{name}_total" for name in (*_COUNTERS, *_BY_REASON, _RUNS[0], _REQUESTS[0])] + [*_GAUGES, *_SPOOL, _BACKUP[0]]
)
"""Every metric there is, as it is queried."""


class _Counts(Collector):
    """Reads what is counted each time it is asked."""

    def __init__(self, spool: Path, archive: str) -> None:
        self._spool, self._archive = spool, archive

    def collect(self) -> Iterable[Metric]:
        """See prometheus_client."""
        counts = shown_counts(self._spool)
        yield from _of_outlets(counts.outlets)
        requests = CounterMetricFamily(*_REQUESTS, labels=["operation"])
        for operation, number in sorted(counts.store_requests.items()):
            requests.add_metric([operation], number)
        yield requests
        if counts.last_backup is not None:
            yield GaugeMetricFamily(*_BACKUP, value=counts.last_backup)
        yield from self._spooled()

    def _spooled(self) -> Iterator[Metric]:
        try:
            waiting = Spool(self._spool, self._archive).waiting()
        except BroadtapeError:
            return  # no number is better than a wrong one
        values = (
            sum(run.bytes for run in waiting),
            sum(run.files for run in waiting),
            sum(1 for run in waiting if run.files and not run.alive),
        )
        for (name, told), value in zip(_SPOOL.items(), values, strict=True):
            yield GaugeMetricFamily(name, told, value=value)


def _of_outlets(outlets: Mapping[str, OutletCounts]) -> Iterator[Metric]:
    yield from _families(CounterMetricFamily, _COUNTERS, outlets)
    yield from _families(GaugeMetricFamily, _GAUGES, outlets)
    yield _by(_RUNS[0], _RUNS[1], "result", outlets, lambda counts: counts.runs)
    for name, (attribute, told) in _BY_REASON.items():
        yield _by(name, told, "reason", outlets, lambda counts, of=attribute: getattr(counts, of))


def _families(
    kind: Callable[..., Any], families: Mapping[str, tuple[str, str]], outlets: Mapping[str, OutletCounts]
) -> Iterator[Metric]:
    for name, (attribute, told) in families.items():
        family = kind(name, told, labels=["outlet"])
        for site, counts in sorted(outlets.items()):
            value = getattr(counts, attribute)
            if value is not None:
                family.add_metric([site], float(value))
        yield family


def _by(
    name: str, told: str, label: str, outlets: Mapping[str, OutletCounts], of: Callable[..., Mapping[str, int]]
) -> Metric:
    family = CounterMetricFamily(name, told, labels=["outlet", label])
    for site, counts in sorted(outlets.items()):
        for value, number in sorted(of(counts).items()):
            family.add_metric([site, value], number)
    return family


def _registry(spool: Path, archive: str) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(_Counts(spool, archive))
    return registry


def serve_metrics(port: int, spool: Path, archive: str) -> None:
    """Serves `/metrics` on loopback until the process ends; raises CannotListen."""
    try:
        start_http_server(port, addr="127.0.0.1", registry=_registry(spool, archive))
    except OSError as error:
        raise CannotListen(
            f"No metrics on port {port}: {error.strerror}. Name another with --metrics-port, or 0 for none."
        ) from None


def write_metrics(file: Path, spool: Path, archive: str) -> None:
    """Writes what is counted to a file, which appears when it is whole; raises OSError."""
    write_to_textfile(str(file), _registry(spool, archive))

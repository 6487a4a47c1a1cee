"""Counts go on from run to run, and every metric that the dashboard names exists."""

from __future__ import annotations

import json
import re
import urllib.request
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from broadtape.archive.tallies import LEASES_LOST, STORE_REQUESTS
from broadtape.capture import Capture
from broadtape.errors import CannotListen
from broadtape.metrics.exposition import NAMES, serve_metrics, write_metrics
from broadtape.metrics.kept_counts import shown_counts
from broadtape.metrics.run_counts import counted
from broadtape.monitoring.run_report import RunReport
from broadtape.settings import Settings

DASHBOARD = Path(__file__).parents[2] / "deploy" / "grafana" / "broadtape.json"


def report(*, trouble: str | None = None) -> RunReport:
    told = RunReport("r1", "./archive")
    outlet = told.outlet("ledger")
    outlet.discovered, outlet.fetched, outlet.archived, outlet.bytes, outlet.lag = 9, 4, 3, 2_000, 61.5
    outlet.failed["http 404"] += 1
    outlet.quarantined["drift"] += 2
    outlet.trouble = trouble
    told.outlet("herald").busy = "another run is writing it"
    return told


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(spool=tmp_path / "spool", archive=str(tmp_path / "archive"))


def read(settings: Settings, tmp_path: Path) -> dict[tuple[str, ...], float]:
    write_metrics(tmp_path / "metrics.prom", settings.spool, settings.archive)
    families = text_string_to_metric_families((tmp_path / "metrics.prom").read_text())
    return {(s.name, *s.labels.values()): s.value for family in families for s in family.samples}


def test_counts_go_on_from_run_to_run(settings: Settings, tmp_path: Path) -> None:
    with counted(report(), settings):
        STORE_REQUESTS["PutObject"] += 5
        LEASES_LOST["ledger"] += 1
    with counted(report(trouble="its feed is gone"), settings):
        pass
    found = read(settings, tmp_path)
    assert found["broadtape_listed_total", "ledger"] == 18
    assert found["broadtape_received_bytes_total", "ledger"] == 4_000
    assert found["broadtape_failed_total", "ledger", "http 404"] == 2
    assert found["broadtape_held_total", "ledger", "drift"] == 4
    assert found["broadtape_lag_seconds", "ledger"] == 61.5
    assert found["broadtape_in_trouble", "ledger"] == 1
    assert found["broadtape_leases_lost_total", "ledger"] == 1
    assert found["broadtape_store_requests_total", "PutObject"] == 5
    assert found["broadtape_runs_total", "ledger", "well"] == found["broadtape_runs_total", "ledger", "trouble"] == 1
    assert found["broadtape_runs_total", "herald", "busy"] == 2
    assert (
        found["broadtape_last_success_timestamp_seconds", "ledger"]
        < found["broadtape_last_run_timestamp_seconds", "ledger"]
    )
    assert found[("broadtape_spool_segments",)] == 0
    assert {name for name, *_ in found} <= NAMES


def test_a_run_that_fails_is_counted_and_a_torn_file_begins_anew(settings: Settings) -> None:
    with pytest.raises(KeyError), counted(report(), settings):
        raise KeyError
    assert shown_counts(settings.spool).outlet("ledger").fetched == 4
    (settings.spool / ".counts.json").write_text('{"outlets": ')
    with counted(report(), settings):
        pass
    assert shown_counts(settings.spool).outlet("ledger").fetched == 4


def test_a_run_for_certain_pages_says_nothing_of_when_the_outlet_was_looked_at(settings: Settings) -> None:
    with counted(report(), settings, looked=False):
        pass
    outlet = shown_counts(settings.spool).outlet("ledger")
    assert outlet.fetched == 4
    assert outlet.last_run is None
    assert outlet.last_success is None


def test_the_lag_is_what_was_measured(settings: Settings) -> None:
    told = RunReport("r1", "./archive")
    detail = json.dumps({"pages": 3, "lag": {"middle": 75.0, "mad": 1.0, "n": 3}})
    told.measured([Capture(site="ledger", run="r1", outcome="measured", detail=detail, source="crawl")])
    assert told.outlet("ledger").lag == 75.0


def test_they_are_served_on_loopback(settings: Settings, free_port: int) -> None:
    with counted(report(), settings):
        pass
    serve_metrics(free_port, settings.spool, settings.archive)
    with urllib.request.urlopen(f"http://127.0.0.1:{free_port}/metrics") as answer:
        assert 'broadtape_archived_total{outlet="ledger"} 3.0' in answer.read().decode()
    with pytest.raises(CannotListen, match=f"No metrics on port {free_port}"):
        serve_metrics(free_port, settings.spool, settings.archive)


def test_the_dashboard_names_metrics_that_exist_and_all_of_them() -> None:
    dashboard = json.loads(DASHBOARD.read_text("utf-8"))
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", ())]
    named = {name for query in asked for name in re.findall(r"\bbroadtape_\w+", query)}
    assert named == NAMES
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])


@pytest.fixture
def free_port() -> int:
    from broadtape.prefect_server.process import free_port

    return free_port()

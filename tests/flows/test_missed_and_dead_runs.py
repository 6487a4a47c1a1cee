"""A machine that slept catches up once for each cron; a run whose process was killed does not stay running."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from broadtape.prefect_server.finding import answers
from broadtape.prefect_server.first_start import alone_at_first
from broadtape.prefect_server.proxies import spare_loopback
from broadtape.times import utcnow

pytestmark = pytest.mark.slow


def planned(at: datetime, *, auto: bool = True) -> Any:
    return SimpleNamespace(flow_run=SimpleNamespace(auto_scheduled=auto, expected_start_time=at))


@pytest.mark.parametrize(
    ("late", "auto", "missed"),
    [(timedelta(hours=5), True, True), (timedelta(minutes=61), True, True), (timedelta(), True, False),
     (timedelta(hours=5), False, False)],
)  # fmt: skip
def test_a_run_whose_successor_is_due_is_missed(
    prefect_server: str, monkeypatch: pytest.MonkeyPatch, late: timedelta, auto: bool, missed: bool
) -> None:
    from flows import missed as module

    hour = utcnow().replace(minute=0, second=0, microsecond=0)
    monkeypatch.setattr(module.FlowRunContext, "get", classmethod(lambda _cls: planned(hour - late, auto=auto)))
    assert bool(module.missed_run("0 * * * *")) is missed


def test_a_run_whose_process_is_gone_is_told_to_have_crashed(prefect_server: str, tmp_path: Path) -> None:
    program = """
import os, sys
from prefect import flow
from flows.dead_runs import live
from prefect.runtime import flow_run
@flow(on_running=[live])
def doomed():
    print(flow_run.id, flush=True)
    os.kill(os.getpid(), 9)
doomed()
"""
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True, check=False)
    name = done.stdout.split()[-1]
    from prefect.client.orchestration import get_client

    from flows.dead_runs import bury_dead_runs

    with get_client(sync_client=True) as client:
        assert client.read_flow_run(name).state.is_running()  # type: ignore[arg-type, union-attr]
        bury_dead_runs()
        assert client.read_flow_run(name).state.is_crashed()  # type: ignore[arg-type, union-attr]
    bury_dead_runs()


def test_what_answers_everything_is_no_prefect_server() -> None:
    class Everything(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<html><body>a dashboard</body></html>")

        def log_message(self, *_: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Everything)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        assert not answers(f"http://127.0.0.1:{server.server_port}/api")
    finally:
        server.shutdown()
        server.server_close()


def test_no_proxy_is_asked_for_this_machine(prefect_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.setenv("no_proxy", "intranet.example")
    assert answers(prefect_server)
    spare_loopback()
    spare_loopback()
    assert os.environ["no_proxy"] == os.environ["NO_PROXY"] == "intranet.example,127.0.0.1,localhost,::1"


def test_one_start_makes_the_database_while_others_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path))
    entered = threading.Event()

    def second() -> None:
        with alone_at_first():
            entered.set()

    with alone_at_first() as made:
        waiting = threading.Thread(target=second)
        waiting.start()
        assert not entered.wait(0.5)
        made()
        assert entered.wait(30)
    waiting.join()

"""What the server will really run, as its API tells it: by cron, by name, late, or served by nobody."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from broadtape.prefect_server.planned_runs import Plan, PlannedRun, asked_plan

AT = datetime(2026, 11, 30, 14, 12, tzinfo=UTC)


def run(deployment: str, at: str, state: str = "Scheduled", **parameters: Any) -> dict[str, Any]:
    return {"deployment_id": deployment, "expected_start_time": at, "state_name": state, "parameters": parameters}


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A server with three deployments, of which one is paused and one is nobody's; gives who asked."""
    ready = [{"id": "a", "status": "READY"}, {"id": "b", "status": "NOT_READY"}, {"id": "c", "paused": True}]
    runs = [
        run("a", "2026-11-30T15:12:00Z", cron="12 * * * *"),
        run("a", "2026-11-30T14:12:00Z", cron="12 * * * *"),
        run("a", "2026-11-30T11:12:00Z", "Late", cron="12 * * * *"),
        run("b", "2026-11-30T14:13:00Z", sites=["ecb"]),
        run("a", "no time", cron="12 * * * *"),
    ]
    asked: list[str] = []

    class Api(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say(True if self.path.endswith("health") else {"message": "OK"})

        def do_POST(self) -> None:
            asked.append(self.headers.get("Authorization", ""))
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if "deployments" in self.path:
                self._say(ready)
                return
            names = body["flow_runs"]["state"]["name"]["any_"]
            self._say([each for each in runs if each["state_name"] in names])

        def _say(self, what: object) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(what).encode())

        def log_message(self, *_: object) -> None:
            pass

    api = ThreadingHTTPServer(("127.0.0.1", 0), Api)
    threading.Thread(target=api.serve_forever, args=(0.05,), daemon=True).start()
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path))
    monkeypatch.setenv("PREFECT_API_URL", f"http://127.0.0.1:{api.server_port}/api")
    monkeypatch.setenv("PREFECT_API_AUTH_STRING", "desk:words")
    yield asked
    api.shutdown()
    api.server_close()


def test_what_runs_next_is_what_somebody_serves(server: list[str]) -> None:
    plan = asked_plan()
    assert plan.problem is None
    assert plan.next_run("sec", "12 * * * *") == AT
    assert plan.late_since("sec", "12 * * * *") == datetime(2026, 11, 30, 11, 12, tzinfo=UTC)
    assert plan.next_run("ecb", "13 * * * *") is None, "nobody serves it"
    assert plan.next_run("sec", "0 4 * * *") is None
    assert set(server) == {f"Basic {base64.b64encode(b'desk:words').decode()}"}


def test_a_run_of_no_cron_is_of_those_it_names_or_of_all() -> None:
    named = PlannedRun(AT, late=False, served=True, cron=None, sites=("ecb",))
    everything = PlannedRun(AT, late=False, served=True, cron=None, sites=())
    assert Plan("x", runs=(named,)).next_run("ecb", "* * * * *") == AT
    assert Plan("x", runs=(named,)).next_run("sec", "* * * * *") is None
    assert Plan("x", runs=(everything,)).next_run("sec", "* * * * *") == AT


def test_without_a_server_nothing_is_known_and_one_that_is_gone_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path))
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    assert asked_plan() == Plan()
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    assert "does not answer" in (asked_plan().problem or "")

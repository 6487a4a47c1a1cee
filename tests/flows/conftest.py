"""A real Prefect server for the tests of the flows, and flows run in this process or as the command."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from broadtape.jobs.progress import ProgressListener
from broadtape.monitoring.run_report import RunReport
from examples.newsroom import Newsroom


@pytest.fixture(scope="package")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Prefect server with a database of its own, as `broadtape schedule` starts one; it ends with these tests."""
    os.environ.pop("PREFECT_API_URL", None)
    os.environ["PREFECT_HOME"] = str(tmp_path_factory.mktemp("prefect"))
    from broadtape.prefect_server.connection import standing_server
    from broadtape.prefect_server.environment import prepare_prefect
    from broadtape.prefect_server.process import free_port
    from broadtape.settings import Settings

    prepare_prefect(Settings(), quiet=True)
    with standing_server(free_port()) as (address, _):
        os.environ["PREFECT_API_URL"] = address
        yield address
        from prefect.logging.handlers import APILogHandler

        APILogHandler().flush()  # while there is a server to send it to
    del os.environ["PREFECT_API_URL"]


class Heard(ProgressListener):
    """Keeps what a run told."""

    def __init__(self) -> None:
        self.steps: list[str] = []
        self.report: RunReport | None = None

    def step(self, text: str) -> None:
        self.steps.append(text)

    def finished(self, report: RunReport) -> None:
        self.report = report


@pytest.fixture
def spool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A spool of this test's own."""
    monkeypatch.setenv("BROADTAPE_SPOOL", str(tmp_path / "spool"))
    monkeypatch.setenv("BROADTAPE_WORKERS", "1")
    return tmp_path / "spool"


RunFlow = Callable[..., RunReport]


@pytest.fixture
def crawl(prefect_server: str, spool: Path) -> RunFlow:
    """Runs `archive_news` in this process and gives its report, whether or not it failed."""
    from broadtape.errors import RunFailed
    from flows.here import run_here

    def run(room: Newsroom | None, archive: Path | str, **order: Any) -> RunReport:
        heard = Heard()
        config = {"config": str(room.config)} if room else {}
        try:
            run_here("archive_news", {"archive": str(archive), "force": True, **config, **order}, heard)
        except RunFailed:
            assert heard.report is not None
            assert heard.report.troubles
        assert heard.report is not None
        return heard.report

    return run


@pytest.fixture
def command(prefect_server: str, spool: Path) -> Callable[..., subprocess.Popen[str]]:
    """Starts `broadtape …` as a process."""

    def start(*arguments: str, config: Path | None = None) -> subprocess.Popen[str]:
        options = ["--config", str(config)] if config else []
        return subprocess.Popen(
            [sys.executable, "-m", "broadtape", *options, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "BROADTAPE_SPOOL": str(spool), "PREFECT_API_URL": prefect_server},
        )

    return start


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker runs all of these: they share a Prefect server that takes seconds to start."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("flows"))
            item.add_marker(pytest.mark.slow)


@pytest.fixture
def free_port() -> int:
    """A port of the loopback interface that nobody listens on."""
    from broadtape.prefect_server.process import free_port

    return free_port()

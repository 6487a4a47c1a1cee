"""What a run leaves in Prefect's database (SQLite, as `broadtape schedule` has it), and what its vacuum takes away.

The runs are real flow runs on a real server, with the tasks, log lines and table of a run over so many outlets; what a
crawl would do in them is left out. Then they are made 31 days older, and the server is started again.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from benchmarks.year.hours import names

__all__ = ["measure_prefect"]

_FIRST, _MORE = 5, 20
_TABLES = ("flow_run", "task_run", "flow_run_state", "task_run_state", "log", "artifact", "events", "event_resources")
_OLDER = {
    "flow_run": ("start_time", "end_time", "created"),
    "events": ("occurred", "received"),
    "event_resources": ("occurred",),
}
_PATIENCE = 180.0
"""Seconds for the server's vacuum, which looks once a minute here."""


def measure_prefect(outlets: int) -> Iterator[str]:
    """Lines that say what was found."""
    from broadtape.prefect_server.environment import prepare_prefect
    from broadtape.prefect_server.process import free_port
    from broadtape.settings import Settings

    with tempfile.TemporaryDirectory(prefix="broadtape-prefect-") as home:
        os.environ.pop("PREFECT_API_URL", None)
        os.environ |= {"PREFECT_HOME": home, "PREFECT_SERVER_SERVICES_DB_VACUUM_LOOP_SECONDS": "60"}
        prepare_prefect(Settings(), quiet=True)
        database, port = Path(home) / "prefect.db", free_port()
        with _server(port):
            _runs(outlets, _FIRST)
            before = _size(database)
            _runs(outlets, _MORE)
            after = _size(database)
        a_run = (after - before) / _MORE
        kept = _rows(database)
        yield f"prefect: {a_run / 1024:,.0f} KiB a run of {outlets} outlets; rows of {_FIRST + _MORE} runs: {kept}"
        month, year = a_run * 720 / 2**20, a_run * 8760 / 2**30
        yield f"prefect: 30 days of hourly runs {month:,.0f} MiB; a year, if nothing were removed, {year:,.1f} GiB"
        _make_older(database)
        with _server(port):
            _wait_for_vacuum(database)
            left = _rows(database)
            _runs(outlets, _MORE)
            again = _size(database)
        yield f"prefect: after its vacuum: {left}; after {_MORE} more runs {again / after:.2f} of the size before"


@contextmanager
def _server(port: int) -> Iterator[None]:
    from broadtape.prefect_server.connection import standing_server

    with standing_server(port) as (address, _):
        os.environ["PREFECT_API_URL"] = address
        yield
        from prefect.logging.handlers import APILogHandler

        APILogHandler().flush()
        time.sleep(3)  # events are written behind
    del os.environ["PREFECT_API_URL"]


def _runs(outlets: int, count: int) -> None:
    from prefect import flow

    from broadtape.jobs.steps import Step
    from broadtape.monitoring.run_report import RunReport
    from flows.here import listener
    from flows.pages import leave_report
    from flows.steps import RUNNER, TaskSteps

    sites = names(outlets)

    @flow(name="archive-news", task_runner=RUNNER, persist_result=False)
    def archive_news(cron: str) -> None:  # noqa: ARG001 - a parameter of each run, as it is kept
        steps, report, watch = TaskSteps(), RunReport("20261130T120000Z-0", "/srv/archive"), listener()
        for kind in ("recover-spool", "lease-outlets"):
            steps.do(Step(kind, lambda: None))
        watch.step(f"crawling {outlets} outlets …")
        steps.do_all([Step("conclude-outlet", lambda: None, site, repeated=False) for site in sites])
        for site in sites:
            watch.concluded(report.outlet(site))
        leave_report(report)

    for _ in range(count):
        archive_news("12 * * * *")


def _size(database: Path) -> float:
    """Bytes in use; what was freed is used again."""
    time.sleep(3)
    with closing(sqlite3.connect(database)) as opened:
        pages, free, size = (
            opened.execute(f"PRAGMA {what}").fetchone()[0] for what in ("page_count", "freelist_count", "page_size")
        )
    return float((pages - free) * size)


def _rows(database: Path) -> dict[str, int]:
    with closing(sqlite3.connect(database)) as opened:
        return {name: opened.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in _TABLES}


def _make_older(database: Path) -> None:
    with closing(sqlite3.connect(database)) as opened, opened:
        for table, columns in _OLDER.items():
            for column in columns:
                opened.execute(f"UPDATE {table} SET {column} = datetime({column}, '-31 days')")


def _wait_for_vacuum(database: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        left = _rows(database)
        if not any(left[table] for table in ("flow_run", "log", "events", "event_resources")):
            return
        time.sleep(5)

"""Prefect's records in a real Postgres, as machines share them: the flows are deployed there."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

_PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))

pytestmark = [
    pytest.mark.slow,
    pytest.mark.postgres,
    pytest.mark.skipif(not _PROGRAMS, reason="needs a Postgres: no initdb below /usr/lib/postgresql"),
]


def its_user() -> dict[str, Any]:
    """Postgres refuses to run as root."""
    if os.getuid() != 0:
        return {}
    user = pwd.getpwnam("postgres")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@pytest.fixture
def database(free_port: int) -> Iterator[str]:
    """The address of a database of a server of this test's own."""
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    if os.getuid() == 0:
        os.chown(folder, its_user()["user"], its_user()["group"])
    programs = _PROGRAMS[-1].parent
    initdb = [programs / "initdb", "-D", folder / "data", "-U", "prefect", "-A", "trust", "--no-sync"]
    subprocess.run(initdb, check=True, capture_output=True, cwd="/", **its_user())
    hurried = ["-c", "fsync=off", "-c", "synchronous_commit=off"]
    server = subprocess.Popen(
        [programs / "postgres", "-D", folder / "data", "-k", folder, "-h", "127.0.0.1", "-p", str(free_port), *hurried],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", **its_user(),
    )  # fmt: skip
    ready = [programs / "pg_isready", "-h", "127.0.0.1", "-p", str(free_port)]
    try:
        end = time.monotonic() + 60
        while subprocess.run(ready, check=False, capture_output=True).returncode:
            assert server.poll() is None
            assert time.monotonic() < end
            time.sleep(0.2)
        yield f"postgresql+asyncpg://prefect@127.0.0.1:{free_port}/postgres"
    finally:
        server.terminate()
        server.wait(60)
        shutil.rmtree(folder)


@pytest.mark.timeout(600)
def test_the_flows_are_deployed_on_postgres(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from broadtape.prefect_server.process import free_port, server_process, wait_for

    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "prefect"))
    monkeypatch.delenv(
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED", raising=False
    )  # what a schedule sets, if one ran here
    port, words = free_port(), "crawler:words"
    api = f"http://127.0.0.1:{port}/api"
    own = {"PREFECT_SERVER_DATABASE_CONNECTION_URL": database, "PREFECT_SERVER_API_AUTH_STRING": words}
    with server_process(port, PREFECT_SERVER_ANALYTICS_ENABLED="false", **own) as server:
        wait_for(api, server=server)
        asked = {**os.environ, "PREFECT_API_URL": api, "PREFECT_API_AUTH_STRING": words}
        command = [sys.executable, "-m", "broadtape", "deploy", "--format", "json"]
        done = subprocess.run(command, env=asked, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["pool_made"]
    assert len(told["schedules"]["archive-news/broadtape"]) > 3
    (warning,) = told["warnings"]  # nobody has told this server to remove old runs
    assert "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED" in warning
    assert not list((tmp_path / "prefect").glob("prefect.db"))
    assert tables(database) > 20


def tables(database: str) -> int:
    """How many tables Prefect made."""
    import asyncio

    import asyncpg

    async def count() -> int:
        connection = await asyncpg.connect(database.replace("+asyncpg", ""))
        try:
            return int(await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
        finally:
            await connection.close()

    return asyncio.run(count())

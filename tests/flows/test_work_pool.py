"""The flows on a work pool of a real server: deployed, cleared, run by a worker, late runs dropped."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import broadtape
from broadtape.settings import load_settings
from broadtape.site.outlets import Outlets
from broadtape.times import utcnow
from examples.newsroom import Newsroom


@pytest.fixture
def client(prefect_server: str) -> Iterator[Any]:
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        yield client


@pytest.fixture(scope="module")
def room() -> Iterator[Newsroom]:
    with Newsroom(ports="any", faults=False, delay=0.0) as room:
        yield room


@pytest.fixture
def outlets(room: Newsroom) -> Outlets:
    return load_settings(room.config).sites()


def crons(client: Any, name: str) -> list[str]:
    return sorted(each.schedule.cron for each in client.read_deployment_by_name(name).schedules)


def test_what_the_files_no_longer_say_is_cleared(client: Any, outlets: Outlets) -> None:
    from flows.work_pool import deploy

    first = deploy(outlets, "cleared", "process")
    assert first.pool_made
    assert "VACUUM" not in " ".join(first.warnings)  # the server that we start removes old runs
    assert crons(client, "archive-news/broadtape") == sorted({site.cron for site in outlets.values()})
    assert crons(client, "maintain/broadtape") == ["41 3 * * *"]
    flow = client.create_flow_from_name("somebody-elses")
    client.create_deployment(flow, name="theirs", work_pool_name="cleared", entrypoint="their.flow")
    ours = client.create_flow_from_name("of-a-former-release")
    client.create_deployment(ours, name="broadtape", work_pool_name="cleared", entrypoint="flows.former.former")
    changed = [
        site.model_copy(update={"cron": "1 2 * * *", "enabled": number > 0})
        for number, site in enumerate(outlets.values())
    ]
    moved = Outlets({site.name: site for site in changed}, {})
    again = deploy(moved, "cleared", "process")
    assert not again.pool_made
    assert crons(client, "archive-news/broadtape") == ["1 2 * * *"]
    assert len(again.removed_schedules) == len(first.schedules["archive-news/broadtape"])
    assert again.removed_deployments == ["of-a-former-release/broadtape"]
    assert client.read_deployment_by_name("somebody-elses/theirs")
    (schedule,) = client.read_deployment_by_name("archive-news/broadtape").schedules
    assert schedule.parameters == {"cron": "1 2 * * *"}
    assert deploy(moved, "cleared", "process").removed_schedules == []


def test_a_deployment_is_imported_by_its_entrypoint(prefect_server: str, outlets: Outlets) -> None:
    from prefect.flows import load_flow_from_entrypoint

    from flows.pool_deployments import pool_deployments

    for deployment in pool_deployments(outlets):
        assert load_flow_from_entrypoint(deployment.entrypoint).name == deployment.flow.name


def test_of_runs_that_nobody_was_there_for_the_last_of_each_cron_is_left(client: Any, outlets: Outlets) -> None:
    from prefect.states import Scheduled

    from flows.late_runs import drop_late_runs
    from flows.work_pool import deploy

    deploy(outlets, "slept", "process")
    deployment = client.read_deployment_by_name("archive-news/broadtape")
    night, made = utcnow() - timedelta(hours=8), {}
    for number in range(4):
        for name in ("ecb", "sec"):
            at = night + timedelta(hours=number)
            run = client.create_flow_run_from_deployment(
                deployment.id, parameters={"sites": [name]}, state=Scheduled(scheduled_time=at)
            )
            made[run.id] = (name, number)
    by_hand = client.create_flow_run_from_deployment(deployment.id, state=Scheduled(scheduled_time=night))
    with sqlite3.connect(Path(os.environ["PREFECT_HOME"], "prefect.db"), timeout=30) as database:
        database.executemany("UPDATE flow_run SET auto_scheduled = 1 WHERE id = ?", [(str(number),) for number in made])
    assert drop_late_runs(client, "slept") == 6
    assert drop_late_runs(client, "slept") == 0
    left = {made[number] for number in made if client.read_flow_run(number).state.is_scheduled()}
    assert left == {("ecb", 3), ("sec", 3)}
    assert client.read_flow_run(by_hand.id).state.is_scheduled()


def test_silence_is_watched_for_once(client: Any) -> None:
    from flows.zombies import watch_for_zombies

    watch_for_zombies(client)
    assert not watch_for_zombies(client)
    (automation,) = client.read_automations_by_name("broadtape: runs whose machine is gone")
    assert automation.enabled
    assert automation.actions[0].state.value == "CRASHED"


def interrupt(worker: subprocess.Popen[bytes]) -> None:
    """As a person does: Prefect's worker may miss a first Ctrl-C that comes while it waits for its server."""
    worker.send_signal(signal.SIGINT)
    try:
        worker.wait(20)
    except subprocess.TimeoutExpired:
        worker.send_signal(signal.SIGINT)
        worker.wait(20)


def test_a_worker_runs_what_is_asked_for(client: Any, room: Newsroom, outlets: Outlets, tmp_path: Path) -> None:
    from flows.work_pool import deploy

    deploy(Outlets({}, {}), "worked", "process")  # nothing may come due while the test lasts
    deployment = client.read_deployment_by_name("archive-news/broadtape")
    asked = {"sites": ["kontorblatt"], "archive": str(tmp_path / "archive"), "config": str(room.config)}
    run = client.create_flow_run_from_deployment(deployment.id, parameters=asked)
    env = {**os.environ, "BROADTAPE_SPOOL": str(tmp_path / "spool")}
    command = [sys.executable, "-m", "broadtape", "worker", "--pool", "worked"]
    worker = subprocess.Popen(command, cwd=tmp_path, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 240
        while not client.read_flow_run(run.id).state.is_final():
            assert worker.poll() is None
            assert time.monotonic() < end
            time.sleep(0.5)
    finally:
        interrupt(worker)
    assert client.read_flow_run(run.id).state.is_completed()
    assert {article.site for article in broadtape.open(str(tmp_path / "archive")).articles()} == {"kontorblatt"}

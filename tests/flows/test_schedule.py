"""The schedule: deployments by cron on a server that is started, a run by hand with parameters, a clean end."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path

import pytest

import broadtape
from broadtape.settings import load_settings
from examples.newsroom import Newsroom


@pytest.fixture
def room() -> Iterator[Newsroom]:
    with Newsroom(ports="any", faults=False, delay=0.0) as room:
        yield room


def test_outlets_that_share_a_cron_share_a_deployment(prefect_server: str, room: Newsroom) -> None:
    from flows.deployments import deployments

    settings = load_settings(room.config)
    sites = settings.sites()
    made = {deployment.name: deployment for deployment in deployments(settings, sites)}
    crawls = [d for d in made.values() if d.flow_name == "archive-news" and d.schedules]
    assert sorted(name for d in crawls for name in d.tags) == sorted(sites)
    assert {d.parameters["cron"] for d in crawls} == {site.cron for site in sites.values()}
    assert len(crawls) == len({site.cron for site in sites.values()})
    assert {"by-hand", "daily"} <= set(made)


def test_the_form_offers_the_outlets_and_says_what_each_field_means(prefect_server: str, room: Newsroom) -> None:
    from flows.deployments import deployments

    settings = load_settings(room.config)
    by_hand = {each.name: each for each in deployments(settings, settings.sites())}["by-hand"]
    fields = by_hand._parameter_openapi_schema.properties
    (several,) = [way for way in fields["sites"]["anyOf"] if way["type"] == "array"]
    assert several["items"]["enum"] == sorted(settings.sites())
    assert [name for name, field in fields.items() if not field.get("description")] == []


def test_deployments_and_runs_are_called_in_words(prefect_server: str, room: Newsroom) -> None:
    from prefect.runtime import flow_run

    from flows.deployments import deployments
    from flows.run_names import run_name

    (room.config / "sites" / "gazette.yaml").write_text("enabled: true\ncron: '7 * * * *'\ntitle: [")
    settings = load_settings(room.config)
    made = {each.name: each for each in deployments(settings, settings.sites())}
    assert made["at minute 7 of every hour"].tags == ["gazette"], "whose run tells that its file is broken"
    (room.config / "sites" / "gazette.yaml").unlink()
    at, shared = datetime(2026, 11, 30, 14, 12, tzinfo=UTC), settings.sites()["wirepoint"].cron
    for parameters, name in (
        ({"sites": ["a", "b", "c", "d"]}, "a, b, c and 1 more, 30 Nov 14:12"),
        ({"cron": shared, "config": str(room.config)}, "marketferry, wirepoint, 30 Nov 14:12"),
        ({"cron": "0 0 * * *", "config": "/no/such/folder"}, "every enabled outlet, 30 Nov 14:12"),
        ({"replay": "a.warc.gz"}, "a recording, 30 Nov 14:12"),
    ):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(flow_run, "parameters", parameters, raising=False)
            patch.setattr(flow_run, "scheduled_start_time", at, raising=False)
            assert run_name() == name


def test_a_schedule_starts_a_server_runs_by_hand_and_ends_cleanly(
    room: Newsroom, tmp_path: Path, free_port: int
) -> None:
    for file in (room.config / "sites").glob("*.yaml"):  # nothing may come due while the test lasts
        file.write_text(re.sub(r"(?m)^cron:.*$", "cron: 0 4 1 1 *", file.read_text()))
    api = f"http://127.0.0.1:{free_port}/api"
    env = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT_API_")}
    env |= {"PREFECT_HOME": str(tmp_path / "prefect"), "BROADTAPE_SPOOL": str(tmp_path / "spool")}
    archive = tmp_path / "archive"
    schedule = subprocess.Popen(
        [sys.executable, "-m", "broadtape", "--config", str(room.config), "schedule", "--port", str(free_port),
         "--archive", str(archive), "--metrics-port", "0"],
        stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env,
    )  # fmt: skip
    try:
        assert schedule.stderr is not None
        told = "".join(takewhile(lambda line: "Ctrl-C ends the schedule" not in line, schedule.stderr))
        assert api.removesuffix("/api") in told
        started = [str(Path(sys.executable).parent / "prefect"), "--no-prompt", "deployment", "run",
                   "archive-news/by-hand", "--param", 'sites=["kontorblatt"]', "--watch"]  # fmt: skip
        asked = {**env, "PREFECT_API_URL": api}
        ran = subprocess.run(started, env=asked, capture_output=True, text=True, timeout=240, check=False)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert {article.site for article in broadtape.open(str(archive)).articles()} == {"kontorblatt"}
        status = subprocess.run(
            [sys.executable, "-m", "broadtape", "--config", str(room.config), "status", "--archive", str(archive),
             "--format", "json"],
            capture_output=True, text=True, env=env, check=False,
        )  # fmt: skip
        fares = {outlet["site"]: outlet for outlet in json.loads(status.stdout)["outlets"]}
        assert fares["kontorblatt"]["last_run"]
        assert fares["kontorblatt"]["last_article"]
        assert fares["wirepoint"]["last_run"] is None
        assert all(outlet["next_run"] for outlet in fares.values()), "as the server has planned it"
        second = subprocess.run(
            [sys.executable, "-m", "broadtape", "--config", str(room.config), "schedule", "--port", str(free_port),
             "--archive", str(archive)],
            capture_output=True, text=True, env=env, check=False, timeout=120,
        )  # fmt: skip
        assert second.returncode == 1
        assert "Another schedule is served here already" in second.stderr
    finally:
        schedule.send_signal(signal.SIGINT)
        out, err = schedule.communicate(timeout=60)
    assert schedule.returncode == 130, out + err
    assert "Traceback" not in err

"""Interrupted, and run twice at once."""

from __future__ import annotations

import signal
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import broadtape
from broadtape.archive import Archive
from broadtape.archive.spool import Spool
from examples.newsroom import Newsroom
from tests.flows.processes import alive, descendants, wait_for

pytestmark = [
    pytest.mark.attack,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds child processes through /proc"),
]


@pytest.fixture
def room() -> Iterator[Newsroom]:
    with Newsroom(ports="any", extra_stories=40, faults=False, delay=0.0, latency=0.15) as room:
        yield room


@pytest.fixture
def slow_room() -> Iterator[Newsroom]:
    with Newsroom(ports="any", extra_stories=40, faults=False, delay=0.0, latency=1.0) as room:
        yield room


def test_ctrl_c_keeps_what_is_fetched(
    slow_room: Newsroom, command: Callable[..., subprocess.Popen[str]], spool: Path, tmp_path: Path
) -> None:
    run = command("run", "--archive", str(tmp_path / "archive"), config=slow_room.config)
    assert run.stderr is not None
    for line in run.stderr:
        if " pages fetched" in line and not line.split(",")[1].strip().startswith("0 of"):
            break
    family = descendants(run.pid)
    run.send_signal(signal.SIGINT)
    out, err = run.communicate(timeout=120)
    assert run.returncode == 130, out + err
    assert "Traceback" not in err
    assert wait_for(lambda: not any(map(alive, family)), 15)
    kept = len(list(broadtape.open(str(tmp_path / "archive")).articles()))
    assert 0 < kept < len(slow_room.expected())
    assert [waiting for waiting in Spool(spool, str(tmp_path / "archive")).waiting() if waiting.files] == []


def test_two_runs_at_once_never_write_one_outlet(
    room: Newsroom, command: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    runs = [command("run", "--archive", str(tmp_path / "archive"), config=room.config) for _ in range(2)]
    ended = [run.communicate(timeout=240) for run in runs]
    assert sorted(run.returncode for run in runs) in ([0, 3], [3, 3]), ended
    rows = Archive.open(str(tmp_path / "archive")).tables["articles"].scan().select("url").collect()["url"].to_list()
    assert Counter(rows) == Counter(story.url for story in room.expected())
    assert any("was left out" in out for out, _ in ended)
    outcomes = Archive.open(str(tmp_path / "archive")).tables["captures"].scan().select("outcome").collect()["outcome"]
    assert "busy" in outcomes.to_list()

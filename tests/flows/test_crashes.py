"""Killed at any moment and run again: every article once, nothing lost, nothing orphaned, nothing fetched twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import broadtape
from broadtape.archive import Archive
from broadtape.archive.lifecycle.verification import verify
from broadtape.archive.spool import Spool
from broadtape.archive.warc import read_segment
from examples.newsroom import Newsroom

KILLS = int(os.environ.get("BROADTAPE_TEST_KILLS", "6"))
"""How often the run is killed; `make test-crash` does it thirty times."""

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds child processes through /proc")


def descendants(pid: int) -> dict[int, str]:
    """Every living process below `pid` with its command line; not what only keeps their books."""
    children: dict[int, list[int]] = {}
    lines: dict[int, str] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                lines[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if fields[0] != "Z":
                children.setdefault(int(fields[1]), []).append(int(entry.name))
    found: dict[int, str] = {}
    waiting = [pid]
    while waiting:
        for child in children.get(waiting.pop(), []):
            found[child] = lines[child]
            waiting.append(child)
    return found


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_for(what: Callable[[], object], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.05)
    return bool(what())


def victim(run: subprocess.Popen[str], kind: str) -> int | None:
    """The process to kill: the flow's own, its crawl, or one of its extraction workers."""
    if kind == "flow":
        return run.pid
    mark = " -m spiders " if kind == "crawl" else "multiprocessing.spawn"
    return next((pid for pid, line in descendants(run.pid).items() if mark in line), None)


@pytest.fixture
def room() -> Iterator[Newsroom]:
    with Newsroom(ports="any", extra_stories=80, faults=False, delay=0.0, latency=0.15) as room:
        yield room


def story_responses(archive: Path) -> Counter[str]:
    """How many responses the archive and nothing else holds of each story."""
    opened, counted = Archive.open(str(archive)), Counter[str]()
    for key in opened.segments():
        with opened.local_segment(key) as path:
            for record in read_segment(path):
                if record.type == "response" and record.url and not record.url.endswith("robots.txt"):
                    counted[record.url] += 1
    return counted


@pytest.mark.timeout(1800)
def test_killed_at_random_moments(
    room: Newsroom, command: Callable[..., subprocess.Popen[str]], spool: Path, tmp_path: Path
) -> None:
    archive, chance = tmp_path / "archive", random.Random(20261123)
    tally: Counter[str] = Counter()
    for number in range(KILLS):
        kind = ("worker", "crawl", "flow")[number % 3]
        for outlet in ("marketferry", "harbour-ledger", "wirepoint"):
            room.publish(outlet, 12)
        run = command("run", "--archive", str(archive), config=room.config)
        # Let it come as far as the work that is to be hit, then some way into it.
        wait_for(lambda run=run, kind=kind: victim(run, kind) or run.poll() is not None, 120)
        if kind == "flow":
            wait_for(lambda run=run: victim(run, "crawl") or run.poll() is not None, 120)
        time.sleep(chance.uniform(0.0, 1.5 if kind == "worker" else 6.0))
        family = descendants(run.pid)
        target = victim(run, kind)
        if target is not None and run.poll() is None:
            os.kill(target, signal.SIGKILL)
            tally[kind] += 1
        else:
            tally["too late"] += 1
        if kind == "flow":
            run.wait(30)
        else:
            run.communicate(timeout=120)
        assert wait_for(lambda family=family: not any(map(alive, family)), 15), {
            p: family[p] for p in family if alive(p)
        }
        # However far it came, what is there can be read.
        if (archive / "archive.json").exists():
            list(broadtape.open(str(archive)).articles())

    last = command("run", "--archive", str(archive), config=room.config)
    out, err = last.communicate(timeout=300)
    assert last.returncode == 0, out + err

    expected = {story.url for story in room.expected()}
    rows = Archive.open(str(archive)).tables["articles"].scan().select("url").collect()["url"].to_list()
    assert Counter(rows) == Counter(expected)
    assert [waiting for waiting in Spool(spool, str(archive)).waiting() if waiting.files] == []
    again = {url: count for url, count in story_responses(archive).items() if count > 1}
    assert again == {}, "fetched again although a whole record was there"
    assert list(verify(Archive.open(str(archive)))) == []
    sys.stderr.write(f"{sum(tally.values())} kills: {dict(tally)}\n")


@pytest.fixture
def slow_room() -> Iterator[Newsroom]:
    with Newsroom(ports="any", extra_stories=80, faults=False, delay=0.0, latency=1.0) as room:
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

"""A run that died on another machine: whoever takes over says so, until a run over there has recovered its spool."""

from __future__ import annotations

import socket
import time
from pathlib import Path

import pytest

from broadtape.archive.spool import Spool
from broadtape.archive.spools_elsewhere import dead_elsewhere
from broadtape.errors import LeaseHeld, LeaseLost
from broadtape.jobs.writing_run import WritingRun
from broadtape.monitoring.status import archive_health
from tests.jobs.conftest import SITE, House, segment


class Machines:
    """Several machines, each with a name and a spool of its own."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self._folder, self._patch = folder, patch

    def on(self, name: str, *, lease_seconds: float = 120) -> Path:
        self._patch.setenv("BROADTAPE_LEASE_SECONDS", str(lease_seconds))
        self._patch.setattr(socket, "gethostname", lambda: name)
        self._patch.setenv("BROADTAPE_SPOOL", str(self._folder / name))
        return self._folder / name


@pytest.fixture
def machines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machines:
    return Machines(tmp_path / "machines", monkeypatch)


def die(house: House, uri: str) -> str:
    """A run with a closed segment whose process ends; its id."""
    run = WritingRun(archive=uri, config=str(house.config))
    run.__enter__()
    lease = run.lease(SITE)
    segment(run, ("Quay reopens",))
    run.cleaners.__exit__(None, None, None)
    run.spool.release()
    lease._stop.set()
    return run.id


def take_over(house: House, uri: str) -> None:
    """Another run takes the outlet once the lease on it has run out."""
    with WritingRun(archive=uri, config=str(house.config)) as run:
        for _ in range(100):
            try:
                run.lease(SITE)
            except LeaseHeld:
                time.sleep(0.05)
            else:
                return
    raise AssertionError("a lease of 0.3 s was held for 5 s")


def test_status_elsewhere_says_what_waits_until_it_is_recovered(house: House, machines: Machines) -> None:
    archive = house.archive()
    machines.on("crawler-1", lease_seconds=0.3)
    dead = die(house, archive.uri)
    there = machines.on("crawler-2")
    take_over(house, archive.uri)
    (told,) = archive_health(archive, there).elsewhere
    assert told.startswith(f"run {dead} on crawler-1, over {SITE} since ")
    assert "other machines' spools" in str(archive_health(archive, there))
    home = machines.on("crawler-1")
    assert archive_health(archive, home).elsewhere == ()
    assert archive_health(archive, home).waiting == (dead,)
    with WritingRun(archive=archive.uri, config=str(house.config)) as run:
        assert run.recover() == 1
    machines.on("crawler-2")
    assert dead_elsewhere(archive.objects) == []
    assert Spool(home, archive.uri).waiting() == []


def test_a_run_that_was_only_asleep_takes_the_note_back(house: House, machines: Machines) -> None:
    archive = house.archive()
    machines.on("crawler-1", lease_seconds=0.3)
    with WritingRun(archive=archive.uri, config=str(house.config)) as asleep:
        lease = asleep.lease(SITE)
        lease._stop.set()
        machines.on("crawler-2")
        take_over(house, archive.uri)
        assert len(dead_elsewhere(archive.objects)) == 1
        machines.on("crawler-1")
        with pytest.raises(LeaseLost):
            lease.check()
    machines.on("crawler-2")
    assert dead_elsewhere(archive.objects) == []

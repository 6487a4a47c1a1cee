"""Bulk work on other machines, as far as one can play several: a real scheduler, workers that are killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from distributed import Client

import broadtape
from broadtape.archive.lifecycle.verification import verify
from broadtape.errors import ConfigError
from broadtape.ingest.engines.dask import DaskEngine
from broadtape.jobs.backfill import backfill
from broadtape.jobs.progress import ProgressListener
from tests.jobs.conftest import House, page
from tests.jobs.test_backfill import member

_BASE = "https://quayside.example/news"
_PAGES = 120


class Cluster:
    """A scheduler and its workers, as processes of this machine."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "scheduler.json"
        self.scheduler = _start("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", self._file)
        self.workers: list[subprocess.Popen[bytes]] = []

    @property
    def address(self) -> str:
        """Where the scheduler is to be reached, once it is."""
        for _ in range(600):
            if self._file.exists() and (text := self._file.read_text()):
                return str(json.loads(text)["address"])
            time.sleep(0.1)
        raise AssertionError("the scheduler did not come up")

    def worker(self, **environment: str) -> subprocess.Popen[bytes]:
        """One more worker, with one process that cleans."""
        self.workers.append(
            _start("dask_worker", self.address, "--no-nanny", "--nthreads", "1", "--host", "127.0.0.1", **environment)
        )
        return self.workers[-1]

    def wait_for(self, workers: int) -> None:
        """Until so many are there."""
        with Client(self.address, set_as_default=False) as client:  # type: ignore[no-untyped-call]
            client.wait_for_workers(workers, timeout=120)

    def close(self) -> None:
        """Ends all of it."""
        for process in [*self.workers, self.scheduler]:
            process.kill()
            process.wait()


def _start(command: str, *arguments: object, **environment: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.{command}", *map(str, arguments), "--no-dashboard"],
        env={**os.environ, **environment},
        stderr=subprocess.DEVNULL,
    )


@pytest.fixture
def cluster(tmp_path: Path, house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    with ExitStack() as stack:
        made = Cluster(tmp_path)
        stack.callback(made.close)
        monkeypatch.setenv("BROADTAPE_WORK__DASK_ADDRESS", made.address)
        yield made


@pytest.fixture
def files(tmp_path: Path) -> Sequence[str]:
    made = []
    for number in range(2):
        path = tmp_path / f"part-{number}.warc.gz"
        titles = [f"Berth {number}{n:03} is let to another carrier" for n in range(_PAGES // 2)]
        path.write_bytes(b"".join(member(f"{_BASE}/{title[6:10]}", page(title), day=1) for title in titles))
        made.append(str(path))
    return made


class Said(ProgressListener):
    """Keeps what was said; `at_second` is called when the second file is begun: parts of the first are under way."""

    def __init__(self, at_second: Callable[[], object] = lambda: None) -> None:
        self.steps: list[str] = []
        self._at_second = at_second

    def step(self, text: str) -> None:
        self.steps.append(text)
        if "part-1" in text:
            self._at_second()


@pytest.mark.slow
def test_every_article_is_there_once_though_a_worker_is_killed(
    house: House, cluster: Cluster, files: Sequence[str]
) -> None:
    first, second = cluster.worker(), cluster.worker()
    cluster.wait_for(2)
    archive = house.archive()
    watch = Said(at_second=first.kill)
    report = backfill(files, archive=archive.uri, config=str(house.config), engine="dask", watch=watch)
    assert first.wait() < 0
    assert second.poll() is None
    found = [article.url for article in broadtape.open(archive.uri).articles()]
    assert len(found) == len(set(found)) == _PAGES == report.outlet("quayside").archived
    assert list(verify(archive, digests=True)) == []


@pytest.mark.slow
def test_orders_that_are_lost_with_a_worker_are_given_again(
    house: House, cluster: Cluster, files: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster.worker()
    cluster.wait_for(1)
    begin, archive = DaskEngine.__init__, house.archive()

    def lose_orders(engine: DaskEngine, *given: Any) -> None:
        begin(engine, *given)
        engine._client.cancel([engine._orders], force=True)

    monkeypatch.setattr(DaskEngine, "__init__", lose_orders)
    backfill(files, archive=archive.uri, config=str(house.config), engine="dask")
    assert len(list(broadtape.open(archive.uri).articles())) == _PAGES


@pytest.mark.slow
def test_a_worker_with_other_code_is_given_no_work(
    house: House, cluster: Cluster, files: Sequence[str], tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "sitecustomize.py").write_text("import broadtape\nbroadtape.__version__ = '0.0.1'\n")
    cluster.worker(PYTHONPATH=str(other))
    cluster.worker()
    cluster.wait_for(2)
    said = Said()
    archive = house.archive()
    backfill(files, archive=archive.uri, config=str(house.config), engine="dask", watch=said)
    assert len(list(broadtape.open(archive.uri).articles())) == _PAGES
    assert any("is given no work" in step and "broadtape 0.0.1" in step for step in said.steps)


def test_a_scheduler_that_is_not_named_is_asked_for(house: House, tmp_path: Path, files: Sequence[str]) -> None:
    with pytest.raises(ConfigError, match="dask_address"):
        backfill(files, archive=house.archive().uri, config=str(house.config), engine="dask")

"""Bulk work on other machines, as far as one can play several: a real scheduler, workers that are killed."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from distributed import Client

import broadtape
from broadtape.archive import Archive
from broadtape.archive.lifecycle.verification import segments
from broadtape.corpus.fulltext import parts
from broadtape.errors import ConfigError, EngineGone, RunFailed
from broadtape.ingest.engines.code import code_version
from broadtape.jobs.backfill import backfill
from broadtape.jobs.maintain import maintain
from broadtape.jobs.progress import ProgressListener
from broadtape.jobs.rebuild import rebuild
from broadtape.jobs.reextract import reextract
from broadtape.jobs.verify import verify
from tests.jobs.conftest import PLEA, House, page
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

    def worker(self, *, nanny: bool = False, **environment: str) -> subprocess.Popen[bytes]:
        """One more worker, with one process that cleans."""
        how = ["--nanny" if nanny else "--no-nanny", "--nthreads", "1", "--host", "127.0.0.1"]
        self.workers.append(_start("dask_worker", self.address, *how, **environment))
        return self.workers[-1]

    def wait_for(self, workers: int) -> None:
        """Until so many are there."""
        with Client(self.address, set_as_default=False) as client:  # type: ignore[no-untyped-call]
            client.wait_for_workers(workers, timeout=120)

    @property
    def ended(self) -> bool:
        """Whether its scheduler is there no more."""
        return self.scheduler.poll() is not None

    def clear(self) -> None:
        """Ends its workers."""
        for worker in self.workers:
            worker.kill()
            worker.wait()
        self.workers.clear()

    def close(self) -> None:
        """Ends all of it."""
        self.clear()
        self.scheduler.kill()
        self.scheduler.wait()


def _start(command: str, *arguments: object, **environment: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.{command}", *map(str, arguments), "--no-dashboard"],
        env={**os.environ, **{name: value for name, value in environment.items() if value}},
        stderr=subprocess.DEVNULL,
    )


@pytest.fixture(scope="module")
def clusters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Cluster]]:
    """Those that tests left, each without workers: a scheduler takes seconds to start."""
    made: list[Cluster] = []
    yield made
    for each in made:
        each.close()


@pytest.fixture
def cluster(
    clusters: list[Cluster],
    tmp_path_factory: pytest.TempPathFactory,
    house: House,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Cluster]:
    if not clusters or clusters[-1].ended:
        clusters.append(Cluster(tmp_path_factory.mktemp("cluster")))
    made = clusters[-1]
    monkeypatch.setenv("BROADTAPE_WORK__DASK_ADDRESS", made.address)
    yield made
    made.clear()


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


@contextmanager
def upkeep(cluster: Cluster, deaths: int, *, over: float = 0.0, path: str = "") -> Iterator[None]:
    """Starts another worker for each that ends, that many times; with `over` they are ended here, whichever, at some
    moments of that many seconds."""
    done = threading.Event()

    def replace(worker: subprocess.Popen[bytes]) -> None:
        cluster.workers.remove(worker)
        cluster.worker(PYTHONPATH=path)

    def keep() -> None:
        chance = random.Random(7)
        for _ in range(deaths):
            if over and not done.wait(chance.uniform(0.3, 1.0) * over / deaths):
                chance.choice(cluster.workers).kill()
            while not (ended := [worker for worker in cluster.workers if worker.poll() is not None]):
                if done.wait(0.05):
                    return
            replace(ended[0])

    thread = threading.Thread(target=keep)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


@pytest.fixture
def uri(house: House) -> str:
    """Where workers of several machines write: on a real S3 server, or without one in a folder, as elsewhere."""
    if not os.environ.get("AWS_ENDPOINT_URL"):
        return str(house.folder / "archive")
    import boto3

    bucket = f"bulk-{uuid.uuid4()}"
    boto3.session.Session().client("s3").create_bucket(Bucket=bucket)
    return f"s3://{bucket}/news"


@pytest.mark.slow
def test_every_article_is_there_once_though_workers_are_killed(
    house: House, cluster: Cluster, files: Sequence[str], uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a backfill, then from the segments alone, then by other rules; in what is asked of the whole at last."""
    for _ in range(2):
        cluster.worker()
    cluster.wait_for(2)
    archive = Archive.open(uri, create=True)
    how = {"archive": uri, "config": str(house.config), "engine": "dask"}

    with upkeep(cluster, 2, over=4.0), suppress(RunFailed):  # two ends may meet one part: it is set aside
        backfill(files, **how)  # type: ignore[arg-type]
    backfill(files, **how)  # type: ignore[arg-type]
    before = read(uri)
    assert len(before) == _PAGES

    archive.objects.delete(
        [each.key for table in ("articles", "captures") for each in archive.objects.list(f"{table}/")]
    )
    Archive.open(uri, create=True)
    with upkeep(cluster, 1, over=1.0):
        rebuild(**how)  # type: ignore[arg-type]
    assert read(uri) == before

    house.learn(Archive.open(uri))
    with upkeep(cluster, 1, over=1.0):
        changes = reextract(**how)  # type: ignore[arg-type]
    assert (changes.looked_at, changes.changed) == (_PAGES, _PAGES)
    assert {text.endswith(PLEA) for text in read(uri).values()} == {False}

    monkeypatch.setattr(segments, "_PART_SEGMENTS", 1)
    monkeypatch.setattr(parts, "_ROWS", 50)
    with upkeep(cluster, 1, over=1.0):
        assert maintain(**how).index.rows == 2 * _PAGES  # type: ignore[arg-type]
        assert list(verify(**how)) == []  # type: ignore[arg-type]
    assert broadtape.open(uri).search("carrier").total == _PAGES


_TELLING = """
import sys
from broadtape.jobs.backfill import backfill
from broadtape.jobs.progress import ProgressListener
from broadtape.jobs.recordings import intake
intake._ROWS = 20  # several commits, where so few pages would make one
class Telling(ProgressListener):
    def step(self, text): print(text, flush=True)
    def published(self, report): print("published", flush=True)
archive, config, *files = sys.argv[1:]
backfill(files, archive=archive, config=config, engine="dask", watch=Telling())
"""


@pytest.mark.slow
def test_a_command_that_is_killed_is_gone_on_with_by_the_next_one(
    house: House, cluster: Cluster, files: Sequence[str]
) -> None:
    """Once with some of it committed, once while parts are under way; its workers live on."""
    cluster.worker()
    cluster.wait_for(1)
    archive = house.archive()
    for moment in ("published", "reading part-1"):
        called = [sys.executable, "-c", _TELLING, archive.uri, str(house.config), *files]
        with subprocess.Popen(called, stdout=subprocess.PIPE, text=True) as command:
            assert command.stdout
            assert any(line.startswith(moment) for line in command.stdout), f"it ended without {moment!r}"
            command.kill()
    some = read(archive.uri)
    assert 0 < len(some) < _PAGES
    backfill(files, archive=archive.uri, config=str(house.config), engine="dask")
    assert some.items() <= read(archive.uri).items()
    assert len(read(archive.uri)) == _PAGES
    assert list(verify(archive=archive.uri, config=str(house.config))) == []


def read(uri: str) -> dict[str, str]:
    """Each article's text by its address, which no two may have."""
    found = [(article.url, article.text or "") for article in broadtape.open(uri).articles()]
    assert len(found) == len(dict(found))
    return dict(found)


@pytest.mark.slow
def test_a_page_that_takes_two_workers_with_it_is_set_aside_and_the_others_are_taken(
    house: House, cluster: Cluster, files: Sequence[str], tmp_path: Path
) -> None:
    deadly = tmp_path / "deadly"
    deadly.mkdir()
    (deadly / "sitecustomize.py").write_text(
        "import os\n"
        "from broadtape.ingest.cleaning_pool import Cleaners\n"
        "run = Cleaners.run\n"
        "def deadly(self, work):\n"
        "    urls = [chosen.page.url for chosen in getattr(work, 'pages', ())]\n"
        "    return os._exit(1) if any(url.endswith('/0007') for url in urls) else run(self, work)\n"
        "Cleaners.run = deadly\n"
    )
    cluster.worker(PYTHONPATH=str(deadly))
    cluster.wait_for(1)
    archive = house.archive()
    told = r"news/0007: set aside: more than one worker ended over it, the last one tcp"
    with upkeep(cluster, 4, path=str(deadly)), pytest.raises(RunFailed, match=told):
        backfill(files[:1], archive=archive.uri, config=str(house.config), engine="dask")
    assert len(read(archive.uri)) == _PAGES // 2 - 1
    backfill(files[:1], archive=archive.uri, config=str(house.config))
    assert len(read(archive.uri)) == _PAGES // 2


@pytest.mark.slow
def test_without_its_scheduler_a_run_ends_and_nothing_is_taken_for_bad(
    house: House, cluster: Cluster, files: Sequence[str]
) -> None:
    cluster.worker()
    cluster.wait_for(1)
    archive = house.archive()
    where = {"archive": archive.uri, "config": str(house.config)}
    with pytest.raises(EngineGone, match=r"does not answer any more\. Nothing is lost; run it again"):
        backfill(files, engine="dask", watch=Said(at_second=cluster.scheduler.kill), **where)  # type: ignore[arg-type]
    backfill(files, **where)  # type: ignore[arg-type]
    assert len(read(archive.uri)) == _PAGES


@pytest.mark.slow
def test_a_worker_with_other_code_or_without_processes_is_given_no_work(
    house: House, cluster: Cluster, files: Sequence[str], tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "sitecustomize.py").write_text("import broadtape\nbroadtape.__version__ = '0.0.1'\n")
    cluster.worker(PYTHONPATH=str(other))
    cluster.worker(nanny=True)
    cluster.worker()
    cluster.wait_for(3)
    said = Said()
    archive = house.archive()
    backfill(files, archive=archive.uri, config=str(house.config), engine="dask", watch=said)
    assert len(list(broadtape.open(archive.uri).articles())) == _PAGES
    assert any("is given no work" in step and "broadtape 0.0.1" in step for step in said.steps)
    assert any("is given no work" in step and "--no-nanny" in step for step in said.steps)


def test_other_general_rules_are_other_code(monkeypatch: pytest.MonkeyPatch) -> None:
    code_version.cache_clear()
    before = code_version()
    monkeypatch.setattr("broadtape.ingest.engines.code.extractor_id", lambda: "broadtape-0/00000000")
    code_version.cache_clear()
    assert code_version() != before
    code_version.cache_clear()


def test_a_scheduler_that_is_not_named_is_asked_for(house: House, tmp_path: Path, files: Sequence[str]) -> None:
    with pytest.raises(ConfigError, match="dask_address"):
        backfill(files, archive=house.archive().uri, config=str(house.config), engine="dask")

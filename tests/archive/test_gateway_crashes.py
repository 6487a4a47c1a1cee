"""A real S3 server whose gateway is killed and resumed in the middle of uploads and commits.

`BROADTAPE_TEST_RADOSGW` names the script that starts, kills and resumes one; each test session here starts its own.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import boto3
import pytest
from archive_samples import article, capture, one_segment
from botocore.config import Config

from broadtape.archive import Archive, Lease
from broadtape.archive.lifecycle.compaction import maintain
from broadtape.archive.lifecycle.takedown import forget
from broadtape.archive.lifecycle.verification import verify
from broadtape.archive.segment_key import SegmentKey
from broadtape.archive.stores import s3
from broadtape.errors import LeaseHeld

_SCRIPT = os.environ.get("BROADTAPE_TEST_RADOSGW")

pytestmark = [
    pytest.mark.attack,
    pytest.mark.s3,
    pytest.mark.slow,
    pytest.mark.timeout(900),  # a gateway that comes up slowly on a busy machine is no fault of ours
    pytest.mark.skipif(not _SCRIPT, reason="needs BROADTAPE_TEST_RADOSGW, the script that runs a real S3 gateway"),
    pytest.mark.xdist_group("gateway"),
]


def control(*arguments: str) -> str:
    assert _SCRIPT
    return subprocess.run([_SCRIPT, *arguments], check=True, capture_output=True, text=True, timeout=120).stdout


class Server(NamedTuple):
    folder: str
    settings: dict[str, str]
    buckets: list[str]
    """Unused ones, made at the start: the gateway takes half a minute over one after it was killed."""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    folder = tempfile.mkdtemp(prefix="rgw-")  # its path must be short
    exports = control("start", folder)
    settings = dict(line.removeprefix("export ").split("=", 1) for line in exports.splitlines() if "=" in line)
    with pytest.MonkeyPatch.context() as patch:
        point_at(settings, patch)
        client = boto3.session.Session().client("s3")
        buckets = [f"news-{number}" for number in range(4)]
        for bucket in buckets:
            client.create_bucket(Bucket=bucket)
    yield Server(folder, settings, buckets)
    control("stop", folder)
    shutil.rmtree(folder, ignore_errors=True)


def point_at(settings: dict[str, str], patch: pytest.MonkeyPatch) -> None:
    for name, value in settings.items():
        patch.setenv(name, value)


@pytest.fixture
def archive(server: Server, monkeypatch: pytest.MonkeyPatch) -> Archive:
    """An archive on it; a request that a resumed gateway never answers is made again in seconds, not in a minute."""
    point_at(server.settings, monkeypatch)
    monkeypatch.setattr(s3, "_CONFIG", s3._CONFIG.merge(Config(read_timeout=10)))
    return Archive.open(f"s3://{server.buckets.pop()}/news", create=True)


def resume(folder: str) -> None:
    """A client may have been given the gateway's own port meanwhile; it lets go of it in a moment."""
    for _ in range(5):
        try:
            control("resume", folder)
        except subprocess.CalledProcessError:
            time.sleep(1)
        else:
            return
    control("resume", folder)


@contextmanager
def killing(folder: str, times: int, down: float = 1.0) -> Iterator[list[float]]:
    """Kills the gateway at so many random moments, unless the block ends before, leaves it down, and resumes it.

    Not for as long as the work takes: on a busy machine a large upload never fits between two kills.
    """
    stop = threading.Event()
    kills: list[float] = []
    randomly = random.Random(11)

    def work() -> None:
        for _ in range(times):
            if stop.wait(randomly.uniform(0.2, 1.5)):
                return
            control("kill", folder)
            kills.append(time.monotonic())
            time.sleep(down)
            resume(folder)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield kills
    finally:
        stop.set()
        thread.join()


def until_killed(kills: list[float], times: int, work: Callable[[int], None]) -> int:
    """Works on until the gateway was killed so often; how many rounds it took."""
    rounds = 0
    while len(kills) < times:
        work(rounds)
        rounds += 1
    return rounds


def test_uploads_arrive_whole_though_the_gateway_dies(archive: Archive, server: Server, tmp_path: Path) -> None:
    small = one_segment(tmp_path, 50)
    large = tmp_path / "large.warc.gz"
    large.write_bytes(os.urandom(40 * 2**20))

    def upload(number: int) -> None:
        path = large if number % 4 == 0 else small
        archive.put_segment(path, SegmentKey.parse(f"raw/site=wire/date=2026-11-23/r{number:05d}-0001.warc.gz"))

    with killing(server.folder, 5) as kills:
        rounds = until_killed(kills, 5, upload)
    keys = list(archive.segments())
    assert len(keys) == rounds
    for number, key in enumerate(keys):
        assert archive.objects.get(str(key)) == (large if number % 4 == 0 else small).read_bytes()


def test_commits_are_made_once_though_the_gateway_dies(archive: Archive, server: Server) -> None:
    with archive.lease("wire", run="r1", seconds=300) as lease, killing(server.folder, 6) as kills:

        def commit(number: int) -> None:
            archive.commit(articles=[article(number)], captures=[capture(number)], leases=[lease])

        rounds = until_killed(kills, 6, commit)
    for table in ("articles", "captures"):
        offsets = sorted(archive.tables[table].scan().collect()["warc_offset"])  # type: ignore[arg-type]
        assert offsets == [1000 * number for number in range(rounds)]


def test_leases_have_one_holder_though_the_gateway_dies(archive: Archive, server: Server) -> None:
    epochs: list[int] = []

    def turn(number: int) -> None:
        with taken(archive, f"r{number}") as lease:
            epochs.append(lease.epoch)

    with killing(server.folder, 4, down=0.5) as kills:
        rounds = until_killed(kills, 4, turn)
    assert len(epochs) == rounds
    assert epochs == sorted(set(epochs))


def taken(archive: Archive, run: str) -> Lease:
    """The lease, once the turn before is over: a release that meets the dead gateway is lost, and the lease expires."""
    for _ in range(300):
        with suppress(LeaseHeld):
            return archive.lease("wire", run=run, seconds=3)
        time.sleep(0.2)
    raise AssertionError("a lease of 3 s was held for a minute")


def test_maintenance_and_takedown_finish_though_the_gateway_dies(archive: Archive, server: Server) -> None:
    with archive.lease("wire", run="r1", seconds=300) as lease:
        for number in range(12):
            archive.commit(articles=[article(number)], captures=[capture(number)], leases=[lease])
    with killing(server.folder, 6, down=0.5) as kills:
        until_killed(kills, 3, lambda number: maintain(archive, run=f"m{number}") and None)
        forget(archive, article_ids=[article(3).article_id or ""], run="f1")
    assert archive.tables["articles"].scan().collect().height == 11
    assert archive.tables["captures"].scan().collect().height == 11
    assert {finding.kind for finding in verify(archive)} <= {"segment_missing"}

"""Killed at any moment, whatever it was doing, and run again: every article once, nothing lost, nothing orphaned."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

import broadtape
from broadtape.archive import Archive
from broadtape.archive.lifecycle.verification import verify
from broadtape.archive.spool import Spool
from broadtape.archive.warc import read_segment
from examples.newsroom import Newsroom
from tests.flows.processes import alive, descendants, wait_for

S3 = bool(os.environ.get("AWS_ENDPOINT_URL"))
KILLS = int(os.environ.get("BROADTAPE_TEST_KILLS", "7"))
"""How often commands are killed in all; `make test-crash N=200` does it two hundred times."""
KINDS = ("crawl", "worker", "flow", "forget", "maintain", "index", "reextract")
"""In turn on the one and the other archive, where there are both: seven kills meet each kind once. What forgets comes
on either after a killed worker, which keeps no page from the archive."""
OUTLETS = ("marketferry", "harbour-ledger", "wirepoint")
CHANGED = "marketferry"
"""The outlet whose rules change, so that re-extraction has something to write."""

pytestmark = [
    pytest.mark.attack,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds child processes through /proc"),
]


@pytest.fixture
def room() -> Iterator[Newsroom]:
    with Newsroom(ports="any", extra_stories=10, faults=False, delay=0.0, latency=0.1) as room:
        yield room


@pytest.fixture(params=["folder", pytest.param("s3", marks=pytest.mark.s3)])
def uri(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "folder":
        return str(tmp_path / "archive")
    if not S3:
        pytest.skip("needs a real S3 server: AWS_ENDPOINT_URL is not set")
    import boto3

    bucket = f"test-{uuid.uuid4()}"
    boto3.session.Session().client("s3").create_bucket(Bucket=bucket)
    return f"s3://{bucket}/news"


@dataclass
class Attack:
    """Starts commands on one archive and kills them."""

    room: Newsroom
    command: Callable[..., subprocess.Popen[str]]
    uri: str
    chance: random.Random
    tally: Counter[str] = field(default_factory=Counter)
    forgotten: set[str] = field(default_factory=set)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return self.command(*arguments, "--archive", self.uri, config=self.room.config)

    def strike(self, kind: str) -> None:
        if kind in ("worker", "crawl", "flow"):
            for outlet in OUTLETS:
                self.room.publish(outlet, 6)
            run = self.start("run")
            # Let it come as far as the work that is to be hit, then some way into it.
            wait_for(lambda: victim(run, "crawl" if kind == "flow" else kind) or run.poll() is not None, 120)
            time.sleep(self.chance.uniform(0.0, 1.5 if kind == "worker" else 4.0))
        else:
            run = self.start(*self.upkeep(kind))
            time.sleep(self.chance.uniform(0.5, 3.5))
        family = descendants(run.pid)
        target = victim(run, kind)
        struck = target is not None and run.poll() is None
        if target is not None and struck:
            os.kill(target, signal.SIGKILL)
        self.tally[kind if struck else "too late"] += 1
        run.communicate(timeout=180)
        assert wait_for(lambda: not any(map(alive, family)), 15), [family[pid] for pid in family if alive(pid)]

    def upkeep(self, kind: str) -> list[str]:
        if kind == "reextract":
            self.change_rules(dropped=not self.rules_changed())
            return ["reextract", "--site", CHANGED]
        if kind == "forget":
            held = sorted({article.url for article in broadtape.open(self.uri).articles()} - self.forgotten)
            self.forgotten.add(self.chance.choice(held))
            return ["forget", *sorted(self.forgotten)[-1:], "--yes"]
        return ["maintain", "--reindex"] if kind == "index" else ["maintain"]

    @property
    def rules(self) -> Path:
        return self.room.config / "sites" / f"{CHANGED}.yaml"

    def rules_changed(self) -> bool:
        return "invented" in self.rules.read_text()

    def change_rules(self, *, dropped: bool) -> None:
        values = yaml.safe_load(self.rules.read_text())
        kept = [rule for rule in values.get("boilerplate", []) if rule["name"] != "invented"]
        rule = {"pattern": "(?i)^.{0,300}\\bshares\\b.{0,300}$", "action": "drop_line", "name": "invented"}
        self.rules.write_text(yaml.safe_dump({**values, "boilerplate": [rule, *kept] if dropped else kept}))

    def finish(self) -> None:
        """What a person does next: the same once more, to its end."""
        self.change_rules(dropped=False)
        last = [["run"], ["reextract"], ["maintain"]]
        if self.forgotten:
            last.insert(1, ["forget", *sorted(self.forgotten), "--yes"])
        for arguments in last:
            run = self.start(*arguments)
            out, err = run.communicate(timeout=300)
            assert run.returncode == 0, (arguments, out, err)


def victim(run: subprocess.Popen[str], kind: str) -> int | None:
    """The process to kill: the command's own, its crawl, or one of its extraction workers."""
    if kind not in ("crawl", "worker"):
        return run.pid
    mark = " -m spiders " if kind == "crawl" else "multiprocessing.forkserver"
    # Workers come after the process that they are forked from, under whose command line they go.
    return next((pid for pid, line in reversed(descendants(run.pid).items()) if mark in line), None)


def story_responses(archive: Archive) -> Counter[str]:
    """How many responses the archive holds of each story."""
    counted = Counter[str]()
    for key in archive.segments():
        with archive.local_segment(key) as path:
            for record in read_segment(path):
                if record.type == "response" and record.url and not record.url.endswith(("robots.txt", "tdmrep.json")):
                    counted[record.url] += 1
    return counted


@pytest.mark.timeout(5400)
def test_killed_at_random_moments(
    room: Newsroom, command: Callable[..., subprocess.Popen[str]], spool: Path, uri: str
) -> None:
    attack = Attack(room, command, uri, random.Random(20261123))
    for number in range(uri.startswith("s3:"), KILLS, 1 + S3):
        attack.strike(KINDS[number % len(KINDS)])
        # However far it came, what is there can be read.
        list(broadtape.open(uri).articles())
    attack.finish()

    expected = {story.url: list(story.lines) for story in room.expected() if story.url not in attack.forgotten}
    archive = Archive.open(uri)
    texts = {article.url: list(article.paragraphs) for article in broadtape.open(uri).articles()}
    assert texts == expected
    rows = archive.tables["articles"].scan().select("url", "fetched_at", "extractor").collect()
    assert rows.height == rows.unique().height, "a row was written twice"
    assert [waiting for waiting in Spool(spool, uri).waiting() if waiting.files] == []
    responses = story_responses(archive)
    assert {url: count for url, count in responses.items() if count > 1} == {}, (
        "fetched again though a record was there"
    )
    assert set(responses).isdisjoint(attack.forgotten)
    assert list(verify(archive)) == []
    sys.stderr.write(f"{sum(attack.tally.values())} kills on {uri}: {dict(attack.tally)}\n")

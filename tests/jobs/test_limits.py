"""Limits of the machine: a disk that is full in the middle of a crawl, too little address space."""

from __future__ import annotations

import functools
import resource
import subprocess
from collections import Counter
from pathlib import Path

import pytest

import broadtape
from broadtape.archive import Archive
from broadtape.archive.lifecycle.verification import verify
from broadtape.archive.spool import Spool
from broadtape.errors import TooLittleMemory
from broadtape.jobs.address_space import require_address_space
from broadtape.jobs.archive_news import archive_news
from broadtape.jobs.crawling.order import Order
from examples.newsroom import Newsroom

pytestmark = pytest.mark.attack
ROOM = 60_000
"""Bytes that the crawl may write into a file: some stories, and not all."""


def _bound() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, ROOM))


@pytest.mark.slow
def test_a_spool_that_takes_no_more_is_told_and_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROADTAPE_SPOOL", str(tmp_path / "spool"))
    monkeypatch.setenv("BROADTAPE_WORKERS", "1")
    uri = str(tmp_path / "archive")
    with Newsroom(ports="any", faults=False, delay=0.0, extra_stories=40) as room:
        order = Order(sites=("kontorblatt", "marketferry"), archive=uri, config=str(room.config), force=True)
        with monkeypatch.context() as patch:
            bounded = functools.partial(subprocess.Popen, preexec_fn=_bound)
            patch.setattr("broadtape.crawl.process.subprocess.Popen", bounded)
            troubles = archive_news(order).troubles
        assert troubles["marketferry"].startswith("The spool cannot be written: ")
        kept = {article.url for article in broadtape.open(uri).articles()}
        assert kept
        report = archive_news(order)
        assert report.troubles == {}
        expected = {story.url: list(story.lines) for story in room.expected() if story.outlet in order.sites}
    archive = Archive.open(uri)
    assert {article.url: list(article.paragraphs) for article in broadtape.open(uri).articles()} == expected
    rows = archive.tables["articles"].scan().select("url").collect()["url"].to_list()
    assert Counter(rows) == Counter(set(expected))
    assert kept < set(expected)
    assert [waiting for waiting in Spool(tmp_path / "spool", uri).waiting() if waiting.files] == []
    assert list(verify(archive)) == []


@pytest.mark.parametrize(("limit", "enough"), [(2**30, False), (3 * 2**30, True), (resource.RLIM_INFINITY, True)])
def test_too_little_address_space_is_told_before_anything_begins(
    monkeypatch: pytest.MonkeyPatch, limit: int, enough: bool
) -> None:
    monkeypatch.setattr("resource.getrlimit", lambda _which: (limit, limit))
    if enough:
        require_address_space()
        return
    with pytest.raises(TooLittleMemory, match=r"ulimit -v, LimitAS=\) is 1\.0 GiB, and a run reserves 3 GiB"):
        require_address_space()

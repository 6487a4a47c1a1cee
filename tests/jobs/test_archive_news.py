"""The main job without a scheduler: crawled, cleaned, archived, judged; and who was left out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import broadtape
from broadtape.archive import Archive
from broadtape.errors import StoreError
from broadtape.jobs.archive_news import archive_news
from broadtape.jobs.crawling import conclude_outlet
from broadtape.jobs.crawling.order import Order
from broadtape.jobs.progress import ProgressListener
from broadtape.jobs.steps import StepsHere
from examples.newsroom import Newsroom

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def room() -> Iterator[Newsroom]:
    with Newsroom(ports="any", faults=False, delay=0.0) as room:
        yield room


@pytest.fixture
def order(room: Newsroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Order:
    monkeypatch.setenv("BROADTAPE_SPOOL", str(tmp_path / "spool"))
    monkeypatch.setenv("BROADTAPE_WORKERS", "1")
    asked: dict[str, Any] = {"archive": str(tmp_path / "archive"), "config": str(room.config), "force": True}
    return Order(sites=("kontorblatt", "marketferry"), **asked)


class Watch(ProgressListener):
    """Keeps the last that was told of each outlet."""

    def __init__(self) -> None:
        self.fetched: dict[str, int] = {}

    def progress(self, site: str, *, discovered: int, to_fetch: int, fetched: int) -> None:
        assert fetched <= to_fetch <= discovered
        self.fetched[site] = fetched


def test_an_outlet_that_another_run_writes_is_left_out_and_named(room: Newsroom, order: Order) -> None:
    archive, watch = Archive.open(order.archive or "", create=True), Watch()
    with archive.lease("marketferry", run="other"):
        report = archive_news(order, watch=watch)

    assert watch.fetched == {"kontorblatt": report.outlet("kontorblatt").fetched}, "to the last page"
    assert list(report.left_out) == ["marketferry"]
    assert report.troubles == {}
    texts = {article.url: list(article.paragraphs) for article in broadtape.open(archive.uri).articles()}
    assert texts == {story.url: list(story.lines) for story in room.expected() if story.outlet == "kontorblatt"}
    busy = archive.tables["captures"].read(lambda rows: rows.filter(pl.col("outcome") == "busy"))
    assert busy["site"].to_list() == ["marketferry"]


def test_what_keeps_an_outlet_from_being_judged_is_its_trouble(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    judge = conclude_outlet.judge

    def fail_for_one(run: Any, site: Any, before: Any) -> Any:
        if site.name == "marketferry":
            raise StoreError("The bucket does not answer.")
        return judge(run, site, before)

    monkeypatch.setattr(conclude_outlet, "judge", fail_for_one)
    report = archive_news(order, steps=StepsHere(retry_after=(0.01,)))
    assert report.troubles == {"marketferry": "it could not be judged: The bucket does not answer"}
    assert report.outlet("marketferry").archived > 0

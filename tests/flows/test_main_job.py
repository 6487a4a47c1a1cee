"""The main job over the sample newsroom: what it promises, seen from the archive."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
import yaml

import broadtape
from broadtape.archive import Archive
from broadtape.monitoring.run_report import RunReport
from broadtape.times import utcnow
from examples.newsroom import Newsroom
from examples.newsroom.log import Request
from tests.flows.conftest import RunFlow


def texts(archive: Path, **filters: object) -> dict[str, broadtape.Article]:
    """What a reader finds, by address."""
    return {article.url: article for article in broadtape.open(str(archive)).articles(**filters)}  # type: ignore[arg-type]


def ledger(archive: Path) -> pl.DataFrame:
    return Archive.open(str(archive)).tables["captures"].scan().collect()


@pytest.fixture(scope="module")
def _room() -> object:
    with Newsroom(ports="any") as room:
        yield room


@pytest.fixture
def room(_room: Newsroom) -> Newsroom:
    _room.set_edition(1)
    _room.log.clear()
    return _room


@dataclass(frozen=True, slots=True)
class FirstRun:
    """What the first run over the first edition left, and what it asked for."""

    archive: Path
    report: RunReport
    requests: list[Request]


@pytest.fixture(scope="module")
def _done(tmp_path_factory: pytest.TempPathFactory) -> list[FirstRun]:
    return []


@pytest.fixture
def first_run(
    room: Newsroom, crawl: RunFlow, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, _done: list[FirstRun]
) -> FirstRun:
    """That run, done once, over a copy of its archive."""
    if not _done:
        pattern = tmp_path_factory.mktemp("pattern") / "archive"
        _done.append(FirstRun(pattern, crawl(room, pattern), room.requests))
        room.log.clear()
    shutil.copytree(_done[0].archive, tmp_path / "archive")
    return replace(_done[0], archive=tmp_path / "archive")


def test_a_run_archives_every_story_and_says_why_it_left_the_rest(
    room: Newsroom, first_run: FirstRun, tmp_path: Path
) -> None:
    report = first_run.report
    found = texts(tmp_path / "archive")
    expected = {story.url: story for story in room.expected()}
    assert set(found) == set(expected)
    for url, story in expected.items():
        assert (found[url].text or "").replace("\n\n", "\n").split("\n") == list(story.lines), url
        assert found[url].published_at == story.published, url
        assert list(found[url].authors) == list(story.authors), url
    assert report.troubles == {}
    assert sum(outlet.archived for outlet in report.outlets.values()) == len(expected)

    rows = ledger(tmp_path / "archive")
    outcomes = dict(rows.filter(pl.col("url").is_not_null()).select("url", "outcome").iter_rows())
    asked = {f"{room.base(r.outlet)}{r.target}" for r in first_run.requests if r.outlet in room.outlets}
    for skipped in room.skipped():
        if skipped.outcomes:
            assert outcomes[skipped.url] in skipped.outcomes, skipped
        if not skipped.fetched:
            assert skipped.url not in asked, skipped
    assert [request for request in first_run.requests if request.outlet == "backoffice"] == []
    assert rows.filter(pl.col("outcome") == "polled", pl.col("url").is_null())["site"].n_unique() == len(room.outlets)


def test_the_second_run_fetches_only_what_is_new(room: Newsroom, crawl: RunFlow, first_run: FirstRun) -> None:
    archive = first_run.archive
    before = utcnow()
    first = texts(archive)
    room.set_edition(2)

    report = crawl(room, archive)

    now, expected = texts(archive), {story.url: story for story in room.expected()}
    assert set(now) == set(expected)
    changed = {url for url in first if first[url].text != now[url].text}
    assert {url: now[url].revision for url in changed} == dict.fromkeys(changed, 2)
    assert sum(outlet.revisions for outlet in report.outlets.values()) == len(changed) == 1
    assert sum(outlet.archived for outlet in report.outlets.values()) == len(set(now) - set(first)) == 1
    pages = [r.target for r in room.requests if r.outlet in room.outlets and r.status == 200]
    fetched = {f"{room.base('marketferry')}{target}" for target in pages}
    assert set(first) & fetched == changed
    statuses = Counter(r.status for r in room.requests if r.path in {"/sitemap-index.xml", "/releases.atom"})
    assert set(statuses) == {304}
    assert texts(archive, as_of=before) == first
    fetched_clock = texts(archive, as_of=before, clock="fetched")
    assert {url: article.text for url, article in fetched_clock.items()} == {u: a.text for u, a in first.items()}


def test_the_same_run_again_adds_nothing(room: Newsroom, crawl: RunFlow, first_run: FirstRun, tmp_path: Path) -> None:
    first, segments = texts(tmp_path / "archive"), list(Archive.open(str(tmp_path / "archive")).segments())

    report = crawl(room, tmp_path / "archive")

    assert texts(tmp_path / "archive") == first
    added = set(Archive.open(str(tmp_path / "archive")).segments()) - set(segments)
    assert {str(key).split("/")[1] for key in added} <= {
        "site=_polls",
        "site=wirepoint",
        "site=harbour-ledger",
        "site=marketferry",
    }
    assert report.troubles == {}
    assert sum(outlet.archived + outlet.revisions for outlet in report.outlets.values()) == 0


def test_rules_that_change_between_two_fetches_of_the_same_page_make_no_revision(
    crawl: RunFlow, tmp_path: Path
) -> None:
    with Newsroom(ports="any", faults=False, delay=0.0) as room:
        archive = tmp_path / "archive"
        crawl(room, archive, sites=["marketferry"])
        first = texts(archive)
        story = next(iter(first.values()))
        assert story.text
        rules = room.config / "sites" / "marketferry.yaml"
        values = yaml.safe_load(rules.read_text())
        rule = {"pattern": re.escape(story.paragraphs[-1]), "action": "drop_line", "name": "invented"}
        rules.write_text(yaml.safe_dump({**values, "boilerplate": [rule, *values.get("boilerplate", [])]}))

        report = crawl(room, archive, sites=["marketferry"], urls=[story.url])

        assert report.outlet("marketferry").revisions == 0
        assert report.outlet("marketferry").unchanged == 1
        assert texts(archive) == first


def test_times_are_utc_and_stamped_as_the_row_commits(room: Newsroom, crawl: RunFlow, tmp_path: Path) -> None:
    start = utcnow()
    crawl(room, tmp_path / "archive", sites=["kontorblatt"])
    for article in texts(tmp_path / "archive").values():
        assert article.fetched_at is not None
        assert article.archived_at is not None
        assert start <= article.fetched_at <= article.archived_at <= utcnow()
        assert article.published_at is not None
        assert article.published_at.utcoffset() == timedelta()

"""Boilerplate learnt from the sample newsroom's own archive: found, applied, reported, taken back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import broadtape
from broadtape.archive import Archive
from broadtape.archive.lifecycle.verification import verify
from examples.newsroom import Newsroom
from tests.flows.conftest import RunFlow
from tests.flows.test_upkeep import run_flow

OUTLETS = ("harbour-ledger", "marketferry", "wirepoint")
STORIES = 75
PROMOTIONS = {
    "harbour-ledger": {
        "The Morning Tide reaches our readers at six, with the day's ships, prices and rows.": 3,
        "Nothing on these pages is a recommendation to buy or to sell.": 2,
    },
    "marketferry": {
        "Ring the bell with us: your first month of the trading room is free.": 4,
        "Marketferry and its writers may trade in what they write about.": 1,
    },
    "wirepoint": {"Get releases like this one in your own reader.": 2},
}
"""Lines that no rule knows; what is in the middle of a text speaks to the reader, the rest stands at its end."""


@pytest.fixture(scope="module")
def room() -> Iterator[Newsroom]:
    with Newsroom(ports="any", faults=False, delay=0.0, extra_stories=STORIES) as room:
        for outlet, lines in PROMOTIONS.items():
            room.promote(outlet, lines)
        yield room


@pytest.fixture(scope="module")
def pattern(room: Newsroom, prefect_server: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from flows.archive_news import archive_news

    folder = tmp_path_factory.mktemp("learnt")
    archive_news(sites=list(OUTLETS), archive=str(folder / "archive"), config=str(room.config), force=True)
    return folder / "archive"


@pytest.fixture
def archive(pattern: Path, spool: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(pattern, tmp_path / "archive"))


def texts(archive: Path, **filters: Any) -> dict[str, broadtape.Article]:
    return {article.url: article for article in broadtape.open(str(archive)).articles(**filters)}


def spoiled(room: Newsroom, archive: Path) -> dict[str, list[str]]:
    """By address, what stands in a text and was not written, or was written and does not stand there."""
    held = texts(archive)
    wanted = {e.url: e.lines for e in room.expected() if e.outlet in OUTLETS}
    assert len(wanted) > STORIES
    return {
        url: [*set(held[url].paragraphs) ^ set(lines)]
        for url, lines in wanted.items()
        if set(held[url].paragraphs) != set(lines)
    }


def test_learnt_in_upkeep_applied_by_reextraction_and_undone(room: Newsroom, archive: Path) -> None:
    config = str(room.config)
    before = texts(archive)
    assert len(spoiled(room, archive)) > STORIES / 2

    report = run_flow("maintain", archive=str(archive), config=config)

    told = {lesson["site"]: lesson for lesson in report["learnt"]}
    assert {o: {rule["pattern"] for rule in told[o]["rules"]} for o in OUTLETS} == {
        outlet: set(lines) for outlet, lines in PROMOTIONS.items()
    }
    assert texts(archive) == before

    changes = run_flow("reextract", archive=str(archive), config=config)

    assert spoiled(room, archive) == {}
    names = {rule["name"] for lesson in told.values() for rule in lesson["rules"]}
    assert set(changes["rules"]) == names
    for article in texts(archive).values():
        held = Archive.open(str(archive)).rules.in_force(article.site or "")
        assert held is not None
        if article != before[article.url]:
            assert (article.extractor or "").endswith(f"+{held.hash}")
            assert {removed.rule for removed in article.removed} & names
    last = max(a.archived_at for a in before.values() if a.archived_at)
    assert texts(archive, as_of=last) == before
    assert run_flow("reextract", archive=str(archive), config=config)["looked_at"] == 0

    for outlet in OUTLETS:
        undone = run_flow("unlearn", site=outlet, archive=str(archive), config=config)
        assert set(undone["taken_back"]) == {rule["name"] for rule in told[outlet]["rules"]}
    assert {url: article.text for url, article in texts(archive).items()} == {u: a.text for u, a in before.items()}
    again = run_flow("maintain", archive=str(archive), config=config)
    assert [lesson["rules"] for lesson in again["learnt"]] == [[], [], []]
    assert list(verify(Archive.open(str(archive)))) == []


def test_the_next_run_cleans_by_what_was_learnt_and_takes_no_old_story_for_changed(
    room: Newsroom, archive: Path, crawl: RunFlow
) -> None:
    run_flow("learn", archive=str(archive), config=str(room.config))
    before = texts(archive)
    fresh = room.publish("harbour-ledger", 6)

    report = crawl(room, archive, sites=["harbour-ledger"])

    assert report.outlet("harbour-ledger").archived == len(fresh)
    assert report.outlet("harbour-ledger").revisions == 0
    after = texts(archive)
    new = {story.url: after.pop(story.url) for story in fresh}
    assert {url: article.paragraphs for url, article in new.items()} == {s.url: list(s.lines) for s in fresh}
    assert all("+" in (article.extractor or "") for article in new.values())
    assert any(line.rule.startswith("learnt:") for article in new.values() for line in article.removed)
    assert after == before


def test_a_story_looked_at_again_is_compared_under_the_same_rules(
    room: Newsroom, archive: Path, crawl: RunFlow
) -> None:
    run_flow("learn", archive=str(archive), config=str(room.config))
    story = next(iter(texts(archive, site="harbour-ledger").values()))

    report = crawl(room, archive, sites=["harbour-ledger"], urls=[story.url])

    assert report.outlet("harbour-ledger").unchanged == 1
    assert texts(archive)[story.url] == story


def test_one_rule_can_be_taken_back_and_stays_so(room: Newsroom, archive: Path) -> None:
    config = str(room.config)
    (lesson,) = run_flow("learn", sites=["harbour-ledger"], archive=str(archive), config=config)
    run_flow("reextract", sites=["harbour-ledger"], archive=str(archive), config=config)
    rule = max(lesson["rules"], key=lambda rule: rule["count"])

    told = run_flow("unlearn", site="harbour-ledger", rules=[rule["name"]], archive=str(archive), config=config)

    assert told["taken_back"] == [rule["name"]]
    assert told["changed"] >= rule["count"]
    held = Archive.open(str(archive)).rules.in_force("harbour-ledger")
    assert held is not None
    assert rule["pattern"] not in held.names
    assert len(held.rules) == len(lesson["rules"]) - 1
    assert sum(rule["pattern"] in article.paragraphs for article in texts(archive).values()) >= rule["count"]
    (again,) = run_flow("learn", sites=["harbour-ledger"], archive=str(archive), config=config)
    assert again["fresh"] == []


def test_what_would_be_learnt_is_told_and_not_written(room: Newsroom, archive: Path) -> None:
    (lesson,) = run_flow("learn", sites=["wirepoint"], dry_run=True, archive=str(archive), config=str(room.config))
    assert lesson["looked_at"] > STORIES / len(OUTLETS)
    assert not (archive / "rules").exists()

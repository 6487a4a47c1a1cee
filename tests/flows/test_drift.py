"""An outlet breaks between two runs: the run says so, what looks wrong is held back, and somebody is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

import broadtape
from broadtape.archive import Archive
from broadtape.archive.lifecycle.verification import verify
from broadtape.cli import main
from broadtape.times import utcnow
from examples.newsroom import Newsroom
from tests.alerts.receiver import Receiver, http_receiver
from tests.flows.conftest import RunFlow


@pytest.fixture
def room() -> Iterator[Newsroom]:
    with Newsroom(ports="any", faults=False, delay=0.0) as room:
        yield room


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    with http_receiver() as receiver:
        monkeypatch.setenv("BROADTAPE_ALERTS__WEBHOOK", receiver.address)
        yield receiver


def texts(archive: Path, **filters: object) -> dict[str, str | None]:
    return {article.url: article.text for article in broadtape.open(str(archive)).articles(**filters)}  # type: ignore[arg-type]


def outcomes(archive: Path, site: str) -> dict[str, str]:
    rows = (
        Archive.open(str(archive)).tables["captures"].scan().filter(pl.col("site") == site, pl.col("url").is_not_null())
    )
    return dict(rows.sort("recorded_at").select("url", "outcome").collect().iter_rows())


def test_three_outlets_break_and_the_fourth_is_left_alone(
    room: Newsroom, crawl: RunFlow, receiver: Receiver, tmp_path: Path
) -> None:
    archive = tmp_path / "archive"
    assert crawl(room, archive).troubles == {}
    room.redesign("marketferry")
    fresh = [story.url for story in room.publish("marketferry", 5)]
    room.empty_feed("harbour-ledger")
    room.shift_dates("wirepoint", 1)
    other = [story.url for story in room.publish("kontorblatt", 3)]
    before = texts(archive)

    report = crawl(room, archive)

    assert set(report.troubles) == {"marketferry", "harbour-ledger", "wirepoint"}
    redesigned = report.troubles["marketferry"]
    assert "5 of 5 pages have the same text as other stories' pages (before: 0 of 15)" in redesigned
    assert "5 pages are held back: 'broadtape quarantine list marketferry' shows them" in redesigned
    assert sum(url in redesigned for url in fresh) == 3
    assert "lists nothing (before: 13)" in report.troubles["harbour-ledger"]
    shifted = report.troubles["wirepoint"]
    assert "10 of 10 known stories are listed 24.0 hours later than they were" in shifted
    assert sum(url in shifted for url in before) == 3

    assert texts(archive).keys() - before.keys() == set(other)
    assert {outcomes(archive, "marketferry")[url] for url in fresh} == {"quarantined"}
    assert {text for url, text in texts(archive).items() if url in before} == set(before.values())
    assert sorted(receiver.events()) == [("trouble", name) for name in sorted(report.troubles)]
    assert next(each for each in receiver.got if each["site"] == "marketferry")["reason"] == redesigned

    # A run that sees nothing new of it neither ends the trouble nor tells of it again.
    assert crawl(room, archive).troubles == report.troubles
    assert len(receiver.got) == 3


@pytest.fixture
def held(room: Newsroom, crawl: RunFlow, receiver: Receiver, tmp_path: Path) -> tuple[Path, list[str]]:
    """An archive whose outlet was redesigned, and the addresses of the five stories that are held back."""
    crawl(room, tmp_path / "archive", sites=["marketferry"])
    room.redesign("marketferry")
    fresh = [story.url for story in room.publish("marketferry", 5)]
    crawl(room, tmp_path / "archive", sites=["marketferry"])
    return tmp_path / "archive", fresh


def call(room: Newsroom, archive: Path, *words: str) -> int:
    return main(["--config", str(room.config), *words, "--archive", str(archive)])


def decided(archive: Path) -> list[tuple[str, str]]:
    rows = (
        Archive.open(str(archive))
        .tables["decisions"]
        .scan()
        .select("decision", pl.col("reason").fill_null(""))
        .collect()
    )
    return sorted(rows.iter_rows())


def test_released_it_is_published_and_the_trouble_ends(
    room: Newsroom,
    held: tuple[Path, list[str]],
    crawl: RunFlow,
    receiver: Receiver,
    capsys: pytest.CaptureFixture[str],
) -> None:
    archive, fresh = held
    before, then = texts(archive), utcnow()
    assert call(room, archive, "quarantine", "list") == 0
    listed = capsys.readouterr().out
    assert "marketferry: 5 pages of run " in listed
    assert "5 of 5 pages have the same text" in listed

    assert call(room, archive, "quarantine", "approve", fresh[0], "--reason", "looked at") == 0
    assert texts(archive).keys() - before.keys() == {fresh[0]}
    assert call(room, archive, "quarantine", "approve", "marketferry", "--as-usual") == 0

    assert texts(archive).keys() - before.keys() == set(fresh)
    assert texts(archive, as_of=then) == before
    released = [article for article in broadtape.open(str(archive)).articles() if article.url in fresh]
    assert all(a.archived_at and a.fetched_at and a.fetched_at < then < a.archived_at for a in released)
    assert decided(archive) == [("release", "")] * 5 + [("release", "looked at")]
    assert list(verify(Archive.open(str(archive)))) == []
    assert call(room, archive, "release", fresh[0]) == 2
    capsys.readouterr()
    assert call(room, archive, "release") == 0
    assert capsys.readouterr().out == "Nothing is held back.\n"

    more = [story.url for story in room.publish("marketferry", 5)]
    assert crawl(room, archive, sites=["marketferry"]).troubles == {}
    assert texts(archive).keys() >= set(more)
    assert receiver.events() == [("trouble", "marketferry"), ("recovered", "marketferry")]


def test_rejected_it_stays_out_and_mended_pages_are_archived(
    room: Newsroom, held: tuple[Path, list[str]], crawl: RunFlow, receiver: Receiver
) -> None:
    archive, fresh = held
    before = texts(archive)

    assert call(room, archive, "quarantine", "reject", "marketferry", "--reason", "promotion") == 0

    assert texts(archive) == before
    assert {outcomes(archive, "marketferry")[url] for url in fresh} == {"skipped"}
    assert decided(archive) == [("reject", "promotion")] * 5
    room.outlets["marketferry"].redesigned = False
    more = [story.url for story in room.publish("marketferry", 5)]
    assert crawl(room, archive, sites=["marketferry"]).troubles == {}
    assert texts(archive).keys() - before.keys() == set(more)
    assert receiver.events() == [("trouble", "marketferry"), ("recovered", "marketferry")]


def test_rebuilt_tables_follow_what_was_decided(
    room: Newsroom, held: tuple[Path, list[str]], prefect_server: str
) -> None:
    import shutil

    from flows.rebuild import rebuild

    archive, fresh = held
    assert call(room, archive, "release", *fresh[:2]) == 0
    assert call(room, archive, "release", fresh[2], "--reject") == 0
    before = texts(archive)
    for table in ("articles", "captures"):
        shutil.rmtree(archive / table)

    rebuild(archive=str(archive), config=str(room.config))

    assert texts(archive) == before
    states = outcomes(archive, "marketferry")
    assert [states[url] for url in fresh] == ["archived", "archived", "skipped", "quarantined", "quarantined"]


def test_a_receiver_that_fails_fails_no_run_and_is_told_later(
    room: Newsroom, crawl: RunFlow, receiver: Receiver, tmp_path: Path
) -> None:
    archive = tmp_path / "archive"
    crawl(room, archive, sites=["marketferry"])
    receiver.status = 500
    room.empty_feed("marketferry")
    report = crawl(room, archive, sites=["marketferry"])
    assert set(report.troubles) == {"marketferry"}
    assert receiver.got == []
    receiver.status = 200
    crawl(room, archive, sites=["marketferry"])
    assert receiver.events() == [("trouble", "marketferry")]


@pytest.mark.parametrize("setting", ["address", "span"])
def test_a_run_leaves_a_sign_of_life(
    setting: str, room: Newsroom, crawl: RunFlow, receiver: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beat = f"{receiver.address}/ping" if setting == "address" else "1d"
    monkeypatch.setenv("BROADTAPE_ALERTS__HEARTBEAT", beat)
    for _ in range(2):
        crawl(room, tmp_path / "archive", sites=["kontorblatt"])
    if setting == "address":
        assert receiver.asked == ["/ping", "/ping"]
    else:
        assert receiver.events() == [("heartbeat", None)]

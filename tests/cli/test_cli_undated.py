"""What is said of texts that nobody dates: they stand in the answer by another time, and their reader is told."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta

import pytest
from cli_samples import START, one_sentence

from broadtape.archive import Archive
from broadtape.article import Article
from broadtape.cli import main
from broadtape.urls import article_id

SAID = (
    "1 of 2 articles have no time of publication, and went by when first listed, or fetched: --dated-only leaves them "
    "out."
)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A dated story, and one listed an hour later that says nothing of when."""
    made = Archive.open(str(tmp_path_factory.mktemp("undated") / "archive"), create=True)
    dated = Article(
        url="https://www.paper.example/markets/dated",
        site="paper",
        article_id=article_id("paper", "https://www.paper.example/markets/dated"),
        title="Dated",
        text="Orders rose.",
        published_at=START,
        fetched_at=START + timedelta(minutes=5),
        extractor="broadtape-0.1.0/aaaa",
    )
    bare = Article(
        url="https://www.paper.example/markets/bare",
        site="paper",
        article_id=article_id("paper", "https://www.paper.example/markets/bare"),
        title="Bare",
        text="Orders fell.",
        first_listed_at=START + timedelta(hours=1),
        fetched_at=START + timedelta(hours=2),
        extractor="broadtape-0.1.0/aaaa",
    )
    with made.lease("paper", run="r1") as lease:
        made.commit(articles=[dated, bare], captures=[], leases=[lease])
    return made.uri


def test_a_reader_is_told_how_many_went_by_another_time(archive: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", "--archive", archive, "--since", "2026-03-01"]) == 0
    told = capsys.readouterr()
    assert [json.loads(line)["title"] for line in told.out.splitlines()] == ["Dated", "Bare"]
    assert "dated_by" not in json.loads(told.out.splitlines()[0])
    assert one_sentence(told.err) == SAID
    assert main(["read", "--archive", archive, "--since", "2026-03-01T12:30", "--format", "text"]) == 0
    assert "2026-03-01 13:00 UTC (first listed)" in capsys.readouterr().out


@pytest.mark.parametrize("way", [["--dated-only"], ["--until", "2026-03-01T12:30"]])
def test_nothing_is_said_where_every_text_is_dated(
    archive: str, way: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["read", "--archive", archive, *way]) == 0
    told = capsys.readouterr()
    assert [json.loads(line)["title"] for line in told.out.splitlines()] == ["Dated"]
    assert told.err == ""


def test_the_time_and_what_it_rests_on_are_columns(archive: str, capsys: pytest.CaptureFixture[str]) -> None:
    columns = ["--columns", "title,dated_at,dated_by", "--format", "csv"]
    assert main(["read", "--archive", archive, *columns]) == 0
    rows = list(csv.reader(io.StringIO(capsys.readouterr().out)))
    assert rows[1:] == [
        ["Dated", "2026-03-01T12:00:00Z", "published"],
        ["Bare", "2026-03-01T13:00:00Z", "listed"],
    ]
    assert main(["sql", "--archive", archive, "SELECT title FROM articles WHERE dated_by = 'listed'"]) == 0
    assert "Bare" in capsys.readouterr().out


def test_counts_and_searches_say_it_too(archive: str, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["stats"], ["search", "orders", "--sort", "newest"]):
        assert main([*command, "--archive", archive]) == 0
        assert one_sentence(capsys.readouterr().err) == SAID
    assert main(["stats", "--archive", archive, "--by", "fetched"]) == 0
    assert capsys.readouterr().err == ""

"""`broadtape stats` and `broadtape gaps`: what the archive holds by day, and what it lacks."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, timedelta

import polars as pl
import pytest

from broadtape.cli import main
from broadtape.cli.stats import bars
from broadtape.corpus.coverage.gaps import Gap, find_gaps


def test_bars() -> None:
    assert bars([0, 1, 4, 8]) == " ▁▄█"
    assert bars([0, 1, 10_000]) == " ▁█"
    assert bars([0, 0]) == "  "
    assert bars([]) == ""


def test_the_table(archive: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stats", "--archive", archive]) == 0
    heading, paper, wire, total = capsys.readouterr().out.splitlines()
    assert heading.split()[-3:] == ["2026-03-01", "to", "2026-03-01"]
    assert paper.split() == ["paper", "1", "1.0", "2026-03-01", "█"]
    assert wire.split()[0] == "wire"
    assert total.startswith("2 articles of 2 outlets by published day")


def test_rows_for_machines(archive: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stats", "--archive", archive, "--format", "jsonl", "--site", "paper", "--by", "fetched"]) == 0
    counts = {"articles": 1, "polls": 0, "undated": 0}
    assert json.loads(capsys.readouterr().out) == {"site": "paper", "date": "2026-03-01", **counts}
    assert main(["stats", "--archive", archive, "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(row["site"], row["articles"]) for row in rows] == [("paper", "1"), ("wire", "1")]


def test_nothing_to_count(archive: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stats", "--archive", archive, "--ticker", "NONE"]) == 0
    assert capsys.readouterr().out == "Nothing in the archive passes these filters.\n"


def day(number: int) -> date:
    return date(2026, 3, 1) + timedelta(days=number)


def coverage(**sites: list[tuple[int, int, int]]) -> pl.DataFrame:
    """(day, articles, polls) of each outlet."""
    rows = [(site, day(n), articles, polls) for site, days in sites.items() for n, articles, polls in days]
    schema = {"site": pl.String, "date": pl.Date, "articles": pl.Int64, "polls": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def test_quiet_days_are_told_from_unseen_ones() -> None:
    days = coverage(paper=[(0, 2, 5), (1, 0, 5), (2, 0, 4), (5, 1, 0), (6, 0, 1)])
    assert list(find_gaps(days, ["paper"], None, day(8))) == [
        Gap("paper", "quiet", day(1), day(2), 2),
        Gap("paper", "unseen", day(3), day(4), 2),
        Gap("paper", "quiet", day(6), day(6), 1),
        Gap("paper", "unseen", day(7), day(7), 1),
    ]


def test_gaps_begin_with_the_first_poll_or_where_asked() -> None:
    days = coverage(paper=[(0, 1, 0), (3, 1, 1)], backfilled=[(0, 1, 0)])
    assert list(find_gaps(days, ["paper", "backfilled"], None, day(4))) == []
    assert list(find_gaps(days, ["paper", "unknown"], day(2), day(4))) == [
        Gap("paper", "unseen", day(2), day(2), 1),
        Gap("unknown", "unseen", day(2), day(3), 2),
    ]


def test_failed_days_and_those_of_a_disabled_outlet_stand_apart() -> None:
    days = coverage(paper=[(0, 2, 5), (1, 0, 2), (2, 0, 2), (5, 1, 1)])
    looks = pl.DataFrame(
        [("paper", day(1), 2, 2, 0), ("paper", day(2), 2, 1, 0)],
        schema=["site", "date", "looks", "failed", "busy"],
        orient="row",
    )
    assert list(find_gaps(days, ["paper"], None, day(6), looks=looks, disabled=["paper"])) == [
        Gap("paper", "failed", day(1), day(1), 1),
        Gap("paper", "quiet", day(2), day(2), 1),
        Gap("paper", "disabled", day(3), day(4), 2),
    ]


def test_the_command_lists_them(archive: str, capsys: pytest.CaptureFixture[str]) -> None:
    window = ["gaps", "--archive", archive, "--site", "wire", "--since", "2026-02-28", "--until", "2026-03-03"]
    assert main([*window, "--format", "jsonl"]) == 0
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [
        {"site": "wire", "kind": "unseen", "first": "2026-02-28", "last": "2026-02-28", "days": 1},
        {"site": "wire", "kind": "unseen", "first": "2026-03-02", "last": "2026-03-02", "days": 1},
    ]
    assert main([*window, "--as-of", "2026-03-01", "--format", "jsonl"]) == 0
    (then,) = capsys.readouterr().out.splitlines()
    assert json.loads(then)["last"] == "2026-02-28"
    assert main([*window, "--kind", "quiet"]) == 0
    assert capsys.readouterr().out == "No gaps.\n"

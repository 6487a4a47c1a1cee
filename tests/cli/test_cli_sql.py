"""`broadtape sql`: questions answered as a table or for machines."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import polars as pl
import pytest
from cli_samples import broadtape, one_sentence

from broadtape.cli import main

COUNT = "SELECT site, count(*) AS n FROM revisions GROUP BY ALL ORDER BY site"


def test_a_table(archive: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sql", COUNT, "--archive", archive]) == 0
    told = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert told == [["site", "n"], ["paper", "2"], ["wire", "1"]]
    assert main(["sql", "SELECT title FROM articles WHERE site = 'wire'", "--archive", archive]) == 0
    assert "\\x1b[2JGone \\u202egnp" in capsys.readouterr().out


def test_for_machines(archive: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sql", COUNT, "--archive", archive, "--format", "csv"]) == 0
    assert list(csv.reader(io.StringIO(capsys.readouterr().out))) == [["site", "n"], ["paper", "2"], ["wire", "1"]]
    odd = "SELECT 1.50::DECIMAL(9, 2) AS price, TIME '10:00' AS at, {'x': [1]} AS s, title FROM articles LIMIT 1"
    assert main(["sql", odd, "--archive", archive, "--format", "jsonl", "--as-of", "2026-03-01T14:00"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "price": "1.50", "at": "10:00:00", "s": {"x": [1]}, "title": "Widget raises outlook",
    }  # fmt: skip
    file = tmp_path / "counts.parquet"
    assert main(["sql", COUNT, "--archive", archive, "--format", "parquet", "--output", str(file)]) == 0
    assert pl.read_parquet(file).rows() == [("paper", 2), ("wire", 1)]


def test_a_query_from_standard_input(archive: str) -> None:
    done = broadtape("sql", "-", "--archive", archive, "--format", "csv", stdin=b"SELECT 1 AS one")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"one\n1\n", b"")


def test_a_long_answer_is_cut_and_says_so(archive: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sql", "SELECT * FROM range(5000)", "--archive", archive]) == 0
    told = capsys.readouterr()
    assert len(told.out.splitlines()) == 1001
    assert "--format csv gives all" in one_sentence(told.err)


def test_a_plan_is_printed_as_it_is_drawn(archive: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sql", "EXPLAIN SELECT 1", "--archive", archive]) == 0
    assert len(capsys.readouterr().out.splitlines()) > 3


@pytest.mark.parametrize(
    ("args", "status", "said"),
    [
        (["SELECT titel FROM articles"], 2, "(line 1, column 8)"),
        (["COPY articles TO 'x'"], 2, "expected a SELECT"),
        (["SELECT list(range) FROM range(20000000)", "--memory", "60MB"], 1, "--memory 8GB"),
        (["SELECT 1", "--output", "x"], 2, "A table is for looking at"),
    ],
)
def test_what_cannot_be_answered(
    archive: str, args: list[str], status: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sql", *args, "--archive", archive]) == status
    assert said in one_sentence(capsys.readouterr().err)

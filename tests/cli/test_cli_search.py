"""`broadtape search`: what is printed of what was found."""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from cli_samples import REPO, STORY, one_sentence

from broadtape import Article
from broadtape.cli import main


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def test_hits_with_what_was_found_in_them(archive: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "revenue", "OR", "comma", "--archive", archive]) == 0
    told = capsys.readouterr().out
    assert "  2 Widget raises it again\n" in told
    assert "    2026-03-01 12:00 UTC · paper · Ada Writer, Bo Writer · NYSE:WDG · revision 2\n" in told
    assert f"    {STORY}\n    Widget Corp raised its outlook. Revenue rose 7%. Shares gained.\n\n" in told
    assert told.endswith("1 to 2 of 2\n")
    assert not any(character in told for character in "\x1b\x9b\x07\u202e")


def test_a_terminal_sees_the_words_in_colour_and_nothing_raw(archive: str) -> None:
    parent, child = pty.openpty()
    command = [sys.executable, "-m", "broadtape", "search", "comma OR revenue", "--archive", archive]
    environment = {**os.environ, "TERM": "xterm-256color", "NO_COLOR": ""}
    subprocess.run(command, stdout=child, cwd=REPO, check=True, env=environment)
    os.close(child)
    shown = os.read(parent, 100_000).decode()
    os.close(parent)
    assert "\x1b[1;33mRevenue\x1b[0m" in shown
    assert not any(character in shown for character in "\x9b\x07\u202e")
    assert "\x1b[2J" not in shown


def test_rows_for_machines(archive: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["search", "raised", "--archive", archive, "--as-of", "2026-03-01T14:00", "--format"]
    assert main([*asked, "jsonl"]) == 0
    (row,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert list(row) == [*Article.columns(), "score", "snippet"]
    assert (row["title"], row["revision"]) == ("Widget raises outlook", 1)
    file = tmp_path / "found.parquet"
    assert main([*asked, "parquet", "--output", str(file)]) == 0
    assert pl.read_parquet(file)["title"].to_list() == ["Widget raises outlook"]


def test_pages_and_nothing(archive: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "*", "--archive", archive, "--limit", "1", "--offset", "1", "--sort", "newest"]) == 0
    assert capsys.readouterr().out.endswith("2 to 2 of 2\n")
    assert main(["search", "walrus", "--archive", archive]) == 0
    assert capsys.readouterr().out == "Nothing was found.\n"


def test_what_is_no_query(archive: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", '"rate', "--archive", archive]) == 2
    assert "never closed" in one_sentence(capsys.readouterr().err)
    assert main(["search", "rate", "--site", "papre", "--archive", archive]) == 2
    assert "Did you mean 'paper'?" in one_sentence(capsys.readouterr().err)


def test_upkeep_makes_the_index(archive: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = shutil.copytree(archive, tmp_path / "archive")
    assert main(["maintain", "--archive", str(mine)]) == 0
    assert "index: 3 texts, made anew.\n" in capsys.readouterr().out
    assert main(["maintain", "--archive", str(mine)]) == 0
    assert "index: 3 texts, 0 put in.\n" in capsys.readouterr().out
    assert main(["maintain", "--reindex", "--archive", str(mine)]) == 0
    assert "index: 3 texts, made anew.\n" in capsys.readouterr().out
    assert main(["search", "revenue", "--archive", str(mine)]) == 0
    assert capsys.readouterr().out.endswith("1 to 1 of 1\n")
    assert main(["forget", STORY, "--archive", str(mine), "--yes"]) == 0
    assert not list((tmp_path / "cache").rglob("*.store"))

"""`broadtape read`: filters, formats, and where the answer goes."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from cli_samples import HOSTILE, REPO, STORY, broadtape, one_sentence

from broadtape import Article
from broadtape.cli import main


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_json_lines_carry_every_column(archive: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", "--archive", archive]) == 0
    story, hostile = lines(capsys)
    assert list(story) == list(Article.columns())
    assert (story["url"], story["revision"], story["title"]) == (STORY, 2, "Widget raises it again")
    assert (story["published_at"], story["fetched_at"]) == ("2026-03-01T12:00:00Z", "2026-03-01T16:00:00Z")
    assert story["tickers"] == [{"symbol": "WDG", "exchange": "NYSE", "evidence": "text"}]
    assert (hostile["url"], hostile["title"]) == (HOSTILE, "\x1b[2JGone \u202egnp")


@pytest.mark.parametrize(
    ("args", "titles"),
    [
        (["--site", "paper"], ["Widget raises it again"]),
        (["--site", "paper", "--site", "wire", "--language", "en"], ["Widget raises it again"]),
        (["--ticker", "NYSE:WDG"], ["Widget raises it again"]),
        (["--ticker", "AAPL"], []),
        (["--section", "markets", "--since", "2026-03-01", "--until", "2026-03-02"], ["Widget raises it again"]),
        (["--until", "2026-03-01T12:00Z"], []),
        (["--by", "fetched", "--since", "2026-03-01T16:00"], ["Widget raises it again"]),
        (["--site", "paper", "--revisions"], ["Widget raises outlook", "Widget raises it again"]),
        (["--as-of", "2026-03-01T14:00"], ["Widget raises outlook"]),
        (["--as-of", "2026-03-01T13:59:59"], []),
        (["--as-of", "2026-03-01T13:00", "--clock", "fetched"], ["Widget raises outlook"]),
        (["--limit", "1"], ["Widget raises it again"]),
    ],
)
def test_filters(archive: str, args: list[str], titles: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", "--archive", archive, *args]) == 0
    assert [row["title"] for row in lines(capsys)] == titles


def test_columns(archive: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", "--archive", archive, "--limit", "1", "--columns", "site, revision,minhash"]) == 0
    assert lines(capsys) == [{"site": "paper", "revision": 2, "minhash": None}]


def test_csv(archive: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", "--archive", archive, "--format", "csv"]) == 0
    story, hostile = csv.DictReader(io.StringIO(capsys.readouterr().out, newline=""))
    assert (story["authors"], story["modified_at"]) == ('["Ada Writer", "Bo Writer"]', "")
    assert json.loads(story["tickers"])[0]["symbol"] == "WDG"
    assert hostile["text"] == "=cmd|' /C calc'!A0\n\n\x9b31mRed\x07, \"quoted\", comma"


def test_an_empty_answer_still_has_its_columns(
    archive: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "none.parquet"
    nobody = ["read", "--archive", archive, "--ticker", "NONE", "--columns", "site,tickers"]
    assert main([*nobody, "--format", "csv"]) == 0
    assert capsys.readouterr().out == "site,tickers\n"
    assert main([*nobody, "--format", "parquet", "--output", str(file)]) == 0
    assert pl.read_parquet(file).schema.names() == ["site", "tickers"]


def test_text_cannot_steer_a_terminal(archive: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", "--archive", archive, "--format", "text"]) == 0
    told = capsys.readouterr().out
    assert (
        "Widget raises it again\n2026-03-01 12:00 UTC · paper · Ada Writer, Bo Writer · NYSE:WDG · revision 2\n" in told
    )
    assert "\\x1b[2JGone \\u202egnp" in told
    assert not any(character in told for character in "\x1b\x9b\x07\u202e")


def test_a_terminal_gets_nothing_raw(archive: str) -> None:
    for form in ("jsonl", "csv", "text"):
        parent, child = pty.openpty()
        command = [sys.executable, "-m", "broadtape", "read", "--archive", archive, "--format", form, "--site", "wire"]
        subprocess.run(command, stdout=child, stderr=subprocess.PIPE, cwd=REPO, check=True)
        os.close(child)
        shown = os.read(parent, 100_000).decode()
        os.close(parent)
        assert "Gone" in shown
        assert not any(character in shown for character in "\x1b\x9b\x07\u202e")


def test_parquet_goes_to_a_file_or_a_pipe_but_to_no_terminal(archive: str, tmp_path: Path) -> None:
    args = ["read", "--archive", archive, "--format", "parquet", "--revisions"]
    file = tmp_path / "out.parquet"
    assert broadtape(*args, "--output", str(file)).returncode == 0
    piped = broadtape(*args)
    assert piped.returncode == 0
    for frame in (pl.read_parquet(file), pl.read_parquet(io.BytesIO(piped.stdout))):
        assert frame["revision"].to_list() == [1, 2, 1]
        assert frame.schema["published_at"] == pl.Datetime("us", "UTC")
    parent, child = pty.openpty()
    command = [sys.executable, "-m", "broadtape", *args]
    refused = subprocess.run(command, stdout=child, stderr=subprocess.PIPE, cwd=REPO, check=False)
    os.close(child)
    os.close(parent)
    assert refused.returncode == 2
    assert "name a file with --output" in one_sentence(refused.stderr)


def test_a_file_appears_when_it_is_whole(
    archive: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "out.jsonl"
    assert main(["read", "--archive", archive, "--output", str(file)]) == 0
    whole = file.read_bytes()
    assert whole.count(b"\n") == 2
    assert file.stat().st_mode & 0o077 == 0o666 & ~os.umask(os.umask(0o022)) & 0o077

    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("broadtape.article.formats.json_line", cut)
    assert main(["read", "--archive", archive, "--output", str(file)]) == 130
    assert file.read_bytes() == whole
    assert [path.name for path in tmp_path.iterdir()] == ["out.jsonl"]


def test_it_streams_and_may_be_cut_short(archive: str) -> None:
    command = f"{sys.executable} -m broadtape read --archive {archive} | head -1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, cwd=REPO, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["site"] == "paper"


@pytest.mark.parametrize(
    ("args", "status", "said"),
    [
        (["--archive", "/no/such/archive"], 1, "There is no archive at /no/such/archive"),
        (["--archive", str(REPO / "tests")], 1, "holds other files"),
        (["--site", "papre"], 2, "There is no outlet 'papre'. Did you mean 'paper'?"),
        (["--columns", "titel"], 2, "An article has no column 'titel'. Did you mean 'title'?"),
        (["--since", "2026-03-02", "--until", "2026-03-01"], 2, "lies after until"),
        (["--output", "/no/such/folder/file"], 1, "/no/such/folder"),
    ],
)
def test_what_cannot_be_read(
    archive: str, args: list[str], status: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["read", *(() if "--archive" in args else ("--archive", archive)), *args]) == status
    assert said in one_sentence(capsys.readouterr().err)

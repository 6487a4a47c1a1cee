"""`broadtape forget` and `broadtape verify`: thin over the archive, careful with what cannot be undone."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from cli_samples import HOSTILE, REPO, STORY, broadtape, one_sentence, sample_archive

from broadtape.cli import main


@pytest.fixture
def own_archive(tmp_path: Path) -> str:
    return sample_archive(tmp_path)


def titles(archive: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    assert main(["read", "--archive", archive, "--columns", "title"]) == 0
    return [json.loads(line)["title"] for line in capsys.readouterr().out.splitlines()]


def test_a_dry_run_counts_and_removes_nothing(own_archive: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["forget", "--archive", own_archive, STORY, "--dry-run"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("Would remove, in outlets paper:\n")
    assert "  rows of articles                               2\n" in told
    assert len(titles(own_archive, capsys)) == 2


def test_a_story_is_gone_and_the_receipt_names_hashes_alone(
    own_archive: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "addresses").write_text(f"# the publisher's letter\n\n{STORY}?utm_source=letter\n")
    command = ["forget", "--archive", own_archive, "--file", str(tmp_path / "addresses"), "--yes", "--format", "json"]
    assert main(command) == 0
    receipt = json.loads(capsys.readouterr().out)
    assert (receipt["articles"], receipt["dry_run"], receipt["sites"]) == (2, False, ["paper"])
    assert "widget" not in json.dumps(receipt)
    assert titles(own_archive, capsys) == ["\x1b[2JGone \u202egnp"]
    assert main(["show", "--archive", own_archive, STORY]) == 1
    assert "was taken down from the archive" in one_sentence(capsys.readouterr().err)


@pytest.mark.parametrize(("answer", "left"), [(b"n\n", 2), (b"y\n", 1)])
def test_someone_is_asked(own_archive: str, answer: bytes, left: int, capsys: pytest.CaptureFixture[str]) -> None:
    parent, child = pty.openpty()
    command = [sys.executable, "-m", "broadtape", "forget", "--archive", own_archive, HOSTILE]
    asked = subprocess.Popen(command, stdin=child, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=REPO)
    os.write(parent, answer)
    stdout, stderr = asked.communicate(timeout=60)
    os.close(child)
    os.close(parent)
    assert asked.returncode == 0
    assert b"Remove this for good?" in stderr
    assert stdout.startswith(b"Removed, in outlets paper, wire:") == (left == 1)
    assert len(titles(own_archive, capsys)) == left


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ([], "Nothing was named"),
        ([STORY], "Nobody can be asked here: add --yes"),
        (["--site", "papre", "--yes"], "There is no outlet 'papre'. Did you mean 'paper'?"),
        (["--file", "/no/such/file"], "does not exist"),
    ],
)
def test_a_wrong_call_removes_nothing(
    own_archive: str, args: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    done = broadtape("forget", "--archive", own_archive, *args)
    assert done.returncode == 2
    assert said in one_sentence(done.stderr)
    assert len(titles(own_archive, capsys)) == 2


def test_verify(own_archive: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "--archive", own_archive, "--quick"]) == 0
    assert capsys.readouterr().out == f"{own_archive}: all is as it should be.\n"
    (segment,) = Path(own_archive).rglob("*.warc.gz")
    segment.unlink()
    assert main(["verify", "--archive", own_archive, "--format", "jsonl"]) == 1
    captured = capsys.readouterr()
    assert {json.loads(line)["kind"] for line in captured.out.splitlines()} == {"segment_missing"}
    assert "1 thing is not as it should be: 1 × segment missing." in one_sentence(captured.err)

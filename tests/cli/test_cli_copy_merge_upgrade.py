"""`broadtape copy`, `merge` and `upgrade`: what they say, and how they end."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from cli_samples import one_sentence, sample_archive

from broadtape.archive import Archive
from broadtape.cli import main


@pytest.fixture
def own_archive(tmp_path: Path) -> str:
    return sample_archive(tmp_path)


def test_it_says_what_was_copied_and_what_was_not(
    own_archive: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["copy", own_archive, str(tmp_path / "copy")]) == 0
    told = capsys.readouterr().out
    assert told.startswith(f"{tmp_path / 'copy'} is {own_archive} as of 20")
    assert "Not copied: " in told
    assert "what still lies in the spool of a machine that crawls." in told
    assert main(["copy", own_archive, str(tmp_path / "copy"), "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["objects"], report["warnings"]) == (0, [])


def test_what_is_wrong_with_the_source_is_told_at_the_end(
    own_archive: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = Archive.open(own_archive)
    archive.objects.delete([str(key) for key in archive.segments()])
    assert main(["copy", own_archive, str(tmp_path / "copy")]) == 1
    out, err = capsys.readouterr()
    assert "that rows name are missing" in out
    assert "is whole as of" in err


def test_a_place_that_is_in_use_is_refused(
    own_archive: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "a").write_text("mine")
    assert main(["copy", own_archive, str(tmp_path / "files")]) == 1
    assert "is not empty, and no copy" in capsys.readouterr().err
    assert main(["copy", own_archive, own_archive]) == 2
    assert "are one place" in one_sentence(capsys.readouterr().err)
    assert main(["copy", str(tmp_path / "nowhere"), str(tmp_path / "copy")]) == 1
    assert "There is no archive at" in one_sentence(capsys.readouterr().err)


def test_an_upgrade_tells_first_and_does_it_then(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fixture = Path(__file__).parents[1] / "archive" / "fixtures" / "format-1"
    old = str(shutil.copytree(fixture, tmp_path / "old"))
    for _ in range(2):
        assert main(["upgrade", "--archive", old, "--dry-run"]) == 0
        assert capsys.readouterr().out.endswith("restore a copy made before.\nNothing was changed.\n")
    assert main(["upgrade", "--archive", old, "--format", "json"]) == 0
    assert [change["kind"] for change in json.loads(capsys.readouterr().out)] == ["notes"]
    assert main(["upgrade", "--archive", old]) == 0
    assert "there is nothing to change" in capsys.readouterr().out


def test_another_archive_is_merged(own_archive: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fixture = Path(__file__).parents[1] / "archive" / "fixtures" / "format-1"
    old = str(shutil.copytree(fixture, tmp_path / "old"))
    assert main(["merge", old, "--archive", own_archive, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["articles"] == 4
    assert main(["merge", old, "--archive", own_archive]) == 0
    assert "has taken in 0 texts, 0 rows of the ledger, 0 decisions" in capsys.readouterr().out
    assert main(["merge", old, "--archive", old]) == 2
    assert "cannot be merged into itself" in one_sentence(capsys.readouterr().err)

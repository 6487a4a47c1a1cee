"""`broadtape export`: what is said of what was written."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_samples import one_sentence

from broadtape.cli import main


def test_what_was_written_and_what_stayed_out(archive: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["export", str(tmp_path / "out"), "--archive", archive]
    assert main(asked) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0].endswith(": 0 articles in 0 files.")
    assert told[1:] == [
        "  left out rights unknown: 2",  # the sample's rights were never looked up
        "--changed-since 2 gives what comes after it.",
    ]
    assert main(asked) == 0
    assert capsys.readouterr().out.endswith("It was there already.\n")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--split-at", "2026-03-02", "--split-at", "2026-03-01"], "the earlier one first"),
        (["--columns", "titel"], "Did you mean 'title'?"),
        (["--rights", "mine"], "'mine'"),
        (["--site", "papre"], "Did you mean 'paper'?"),
    ],
)
def test_wrong_calls(
    archive: str, tmp_path: Path, args: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", str(tmp_path), "--archive", archive, *args]) == 2
    assert said in one_sentence(capsys.readouterr().err)

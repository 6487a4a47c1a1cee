"""`broadtape release`: wrong calls, and an archive in which nothing is held back; the rest is in tests/flows."""

from __future__ import annotations

import pytest
from cli_samples import STORY

from broadtape.cli import main


def test_nothing_is_held_back(archive: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["release", "--archive", archive]) == 0
    assert capsys.readouterr().out == "Nothing is held back.\n"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--reject"], "Nothing was named"),
        (["--run", "r1"], "Nothing was named"),
        (["paper", STORY], "not both"),
        (["papr"], "Did you mean 'paper'?"),
        ([STORY], "is not held back"),
    ],
)
def test_wrong_calls(archive: str, words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["release", *words, "--archive", archive]) == 2
    assert told in capsys.readouterr().err

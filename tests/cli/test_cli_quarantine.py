"""`broadtape quarantine`, and `release`, its former name: wrong calls, and an archive in which nothing is held back.

What decisions do is in tests/jobs and tests/flows.
"""

from __future__ import annotations

import pytest
from cli_samples import STORY

from broadtape.cli import main


@pytest.mark.parametrize("words", [["quarantine", "list"], ["quarantine", "list", "paper"], ["release"]])
def test_nothing_is_held_back(archive: str, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*words, "--archive", archive]) == 0
    assert capsys.readouterr().out == "Nothing is held back.\n"


@pytest.mark.parametrize("command", [["quarantine", "approve"], ["quarantine", "reject"], ["release"]])
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--run", "r1"], "Nothing was named"),
        (["paper", STORY], "not both"),
        (["papr"], "Did you mean 'paper'?"),
        ([STORY], "is not held back"),
    ],
)
def test_wrong_decisions(
    archive: str, command: list[str], words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, *words, "--archive", archive]) == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["release", "--reject"], "Nothing was named"),
        (["release", "paper", "--reject", "--as-usual"], "say one of them"),
        (["quarantine", "approve", STORY, "--as-usual"], "Name an outlet"),
        (["quarantine", "show", STORY], "is not held back"),
        (["quarantine", "undo", "papr"], "Did you mean 'paper'?"),
        (["quarantine", "undo", "paper"], "nothing to undo"),
    ],
)
def test_wrong_calls(archive: str, words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*words, "--archive", archive]) == 2
    assert told in capsys.readouterr().err

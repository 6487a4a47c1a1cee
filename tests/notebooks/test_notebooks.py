"""The notebooks run, say what they are there to say, and look at nothing before its time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], dict[str, Any]]


def test_the_event_study_looks_at_nothing_before_its_time(
    run_notebook: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    names = run_notebook("event_study.ipynb")
    told = capsys.readouterr().out
    assert "basis points, standard error" in told
    assert "Nothing was used before it could be known." in told
    assert names["events"].height > 10
    latest = names["corpus"].sql("SELECT max(revision) FROM revisions").item()
    assert latest == 2, "a correction was there to be mistaken"


def test_the_backtest_shows_what_looking_ahead_would_have_claimed(
    run_notebook: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    names = run_notebook("backtest.ipynb")
    told = capsys.readouterr().out
    honest, imagined = names["honest"], names["imagined"]
    assert honest.height == imagined.height >= 10
    assert imagined["earned"].mean() > honest["earned"].mean() + 0.001
    assert abs(honest["earned"].mean()) < 3 * honest["earned"].std(), "the market knew it before"
    assert "look-ahead: +" in told
    assert f"Nothing was used before it could be known; by the publisher's time {imagined.height} of" in told

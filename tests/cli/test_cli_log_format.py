"""Standard error for programs: one JSON object a line, errors among them; standard output stays as it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from examples.newsroom import Newsroom


def told(*arguments: str, **environment: str) -> tuple[int, str, list[dict[str, object]]]:
    """Exit status, standard output, and what the lines on standard error say."""
    done = subprocess.run(
        [sys.executable, "-m", "broadtape", *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, [json.loads(line) for line in done.stderr.splitlines()]


def test_an_error_is_a_line_with_its_exit_status(tmp_path: Path) -> None:
    status, out, (line,) = told("stats", "--archive", str(tmp_path / "none"), "--log-format", "json")
    assert (status, out, line["level"], line["status"]) == (1, "", "error", 1)
    assert str(tmp_path / "none") in str(line["message"])
    assert str(line["time"]).endswith("Z")


def test_an_unknown_format_is_refused() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "broadtape", "stats", "--log-format", "xml"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "xml" in done.stderr


@pytest.mark.slow
def test_a_run_tells_each_outlets_counts(tmp_path: Path) -> None:
    with Newsroom(ports="any", faults=False, delay=0.0) as room:
        status, out, lines = told(
            *("--config", str(room.config), "run", "kontorblatt", "--limit", "2", "--archive", str(tmp_path / "a")),
            BROADTAPE_LOG_FORMAT="json",
            BROADTAPE_SPOOL=str(tmp_path / "spool"),
        )
    assert status == 0
    assert "kontorblatt" in out
    (outlet,) = [line["outlet"] for line in lines if "outlet" in line]
    assert isinstance(outlet, dict)
    assert (outlet["site"], outlet["archived"]) == ("kontorblatt", 2)

"""A command starts no scheduler of its own: the job is done here, at once, and its errors come out as they are."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from examples.newsroom import Newsroom

pytestmark = pytest.mark.slow

_RUN = """
import sys
from click.testing import CliRunner
from broadtape.cli.app import app
done = CliRunner().invoke(app, sys.argv[1:])
print(done.output)
assert done.exit_code == 0, done.exception
assert 'prefect' not in sys.modules
"""


def test_a_run_by_hand_needs_no_server_and_none_of_prefect(tmp_path: Path) -> None:
    with Newsroom(ports="any", faults=False, delay=0.0) as room:
        called = ["--config", str(room.config), "run", "kontorblatt", "--limit", "1", "--archive", str(tmp_path / "a")]
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PREFECT")}
        done = subprocess.run(
            [sys.executable, "-c", _RUN, *called],
            env={**environment, "BROADTAPE_SPOOL": str(tmp_path / "spool"), "BROADTAPE_WORKERS": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert "crawling 1 outlet" in done.stdout
    row = next(line.split() for line in done.stdout.splitlines() if line.startswith("kontorblatt"))
    assert row[3] == "1", "one is archived"

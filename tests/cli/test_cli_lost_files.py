"""An archive that lacks a data file: each command that reads says so in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_samples import broadtape, one_sentence, sample_archive


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> str:
    archive = sample_archive(tmp_path_factory.mktemp("damaged"))
    for path in Path(archive).rglob("*.parquet"):
        path.unlink()
    return archive


@pytest.mark.parametrize(
    "command", [("status",), ("gaps",), ("gaps", "--missing"), ("read",), ("sql", "SELECT count(*) FROM articles")]
)
def test_a_missing_file_is_one_sentence(damaged: str, command: tuple[str, ...]) -> None:
    done = broadtape(*command, "--archive", damaged)
    assert done.returncode == 1
    assert "parquet is missing. 'broadtape verify' tells what else is." in one_sentence(done.stderr)

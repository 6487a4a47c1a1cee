"""Temporary folders: gone when they are done with, and swept where their process was killed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from broadtape.archive.scratch import scratch, sweep_scratch
from broadtape.errors import SpoolError

pytestmark = pytest.mark.attack

KILLED = """
import os, signal
from broadtape.archive.scratch import scratch
with scratch("download") as folder:
    (folder / "r1-0001.warc.gz").write_bytes(b"a raw page")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    return tmp_path


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are known by /proc")
def test_what_a_killed_process_left_is_swept_and_nothing_else(temporary: Path) -> None:
    subprocess.run([sys.executable, "-c", KILLED], check=False, cwd=Path(__file__).parents[2], timeout=60)
    assert list(temporary.glob("broadtape-download-*/files/*.warc.gz"))
    (temporary / "broadtape-mine").mkdir()
    with scratch("index") as folder:
        assert sweep_scratch() == 1
        assert folder.is_dir()
    assert [path.name for path in temporary.iterdir()] == ["broadtape-mine"]


def test_what_former_releases_left_is_swept_once_it_is_a_day_old(temporary: Path) -> None:
    old, young = temporary / "broadtape-trial-abcd", temporary / "broadtape-survey-efgh"
    for folder in (old, young):
        folder.mkdir()
    os.utime(old, (time.time() - 90_000,) * 2)
    sweep_scratch()
    assert [path.name for path in temporary.iterdir()] == [young.name]


def test_a_temporary_folder_that_cannot_be_written_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.mkdtemp", full)
    message = r"^The temporary folder .* No space left on device\. Free some space there"
    with pytest.raises(SpoolError, match=message), scratch("download"):
        pass

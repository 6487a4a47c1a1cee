"""`broadtape browse` as a process: how it opens, what it says, how it ends."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from broadtape.cli import main

REPO = Path(__file__).resolve().parents[2]


def start(*args: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "broadtape", "browse", "--no-open", *args]
    # Where tests run in the background of a shell, Ctrl-C is ignored, and children inherit that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=REPO)
    finally:
        signal.signal(signal.SIGINT, before)


def opened(process: subprocess.Popen[str]) -> str:
    """The address that it tells."""
    assert process.stderr
    for line in process.stderr:
        if match := re.search(r"open at (http://\S+/)", line):
            return match[1]
    raise AssertionError("it did not open")


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM)])
def test_it_opens_answers_and_closes(archive: str, number: signal.Signals, status: int) -> None:
    process = start("--archive", archive, "--port", "0")
    try:
        with urllib.request.urlopen(opened(process), timeout=20) as answer:
            assert b"Newest stories" in answer.read()
        process.send_signal(number)
        assert process.wait(20) == status
        assert process.stderr
        assert process.stderr.read().strip() in ("", "Ctrl-C closes it.")
    finally:
        process.kill()


def test_who_opens_it_to_others_is_told(archive: str) -> None:
    process = start("--archive", archive, "--port", "0", "--host", "0.0.0.0")
    try:
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", opened(process))
        assert process.stderr
        assert "Ctrl-C" in process.stderr.readline()
        assert "Whoever reaches 0.0.0.0 can read it" in process.stderr.readline()
    finally:
        process.kill()
        process.wait()


def said(capsys: pytest.CaptureFixture[str]) -> str:
    (line,) = capsys.readouterr().err.splitlines()
    return line


def test_a_port_that_is_taken(archive: str, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["browse", "--archive", archive, "--port", str(port), "--no-open"]) == 1
    assert f"Port {port} of 127.0.0.1 is taken" in said(capsys)


@pytest.mark.parametrize("host", ["192.0.2.1", "no such host", "x" * 300])
def test_an_address_of_another_machine(archive: str, host: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["browse", "--archive", archive, "--host", host, "--no-open"]) == 1
    assert "no address of this machine: name one with --host" in said(capsys)


def test_no_archive(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["browse", "--archive", str(tmp_path / "nothing"), "--no-open"]) == 1
    assert str(tmp_path / "nothing") in said(capsys)


def test_without_its_extra(archive: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    assert main(["browse", "--archive", archive]) == 2
    assert "pip install 'broadtape[web]'" in said(capsys)

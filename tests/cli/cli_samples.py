"""Calling the command: in this process, or as a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]


def broadtape(*args: str, stdin: bytes | None = None, cwd: Path = REPO) -> subprocess.CompletedProcess[bytes]:
    """The command as a process of its own."""
    command = [sys.executable, "-m", "broadtape", *args]
    return subprocess.run(command, input=stdin, capture_output=True, cwd=cwd, timeout=120, check=False)


def one_sentence(stderr: bytes | str) -> str:
    """What was said on standard error, which must be one line and no traceback."""
    text = stderr.decode() if isinstance(stderr, bytes) else stderr
    lines: Sequence[str] = text.splitlines()
    assert len(lines) == 1, text
    assert lines[0].startswith("broadtape: ")
    assert "Traceback" not in text
    return lines[0].removeprefix("broadtape: ")

"""What a command costs: wall clock, and CPU of the command with everything it started and waited for."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

__all__ = ["Cost", "line_through", "measured"]

_SET_CHILD_SUBREAPER = 36
_ORPHANS = 60
"""Looks at processes that are ending: three seconds."""


@dataclass(frozen=True, slots=True)
class Cost:
    """One command, start to end. Times in seconds; `own` is what it says of itself, without its start-up."""

    pages: int
    wall: float
    own: float
    cpu: float


def measured(module: str, *arguments: str) -> Cost:
    """Runs `python -m MODULE ARGUMENTS`, whose last line is JSON with `pages` and `seconds`; its CPU is user + system.

    Settings in the environment are left out: a measurement must not depend on them.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("BROADTAPE_", "PREFECT_"))}
    _adopt_orphans()
    before, began = _children(), time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments], capture_output=True, text=True, env=environment, check=False
    )
    wall = time.perf_counter() - began
    _wait_for_orphans()
    cpu = _children() - before
    if done.returncode:
        raise SystemExit(f"{module} ended with status {done.returncode}:\n{done.stderr}")
    told = json.loads(done.stdout.splitlines()[-1])
    return Cost(told["pages"], wall, told["seconds"], cpu)


def _adopt_orphans() -> None:
    """Has processes whose parents end become ours: workers are forked from one that outlives its command by a moment,
    and would be counted nowhere."""
    if ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1):
        raise SystemExit("CPU cannot be counted here: prctl(PR_SET_CHILD_SUBREAPER) is refused.")


def _wait_for_orphans() -> None:
    """Until all of them have ended, but for the newsroom, which is somebody's child all along."""
    with suppress(ChildProcessError):
        for _ in range(_ORPHANS):
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                time.sleep(0.05)


def _children() -> float:
    """CPU of every process that was waited for, and of those that it waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def line_through(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """(intercept, slope) of the least-squares line through points of (x, y)."""
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else 0.0
    return mean_y - slope * mean_x, slope

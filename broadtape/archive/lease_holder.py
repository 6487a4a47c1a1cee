"""Which process took a lease, told so that others on the same machine can see whether it still runs.

A process is named by what no other can be: the machine's boot, the namespace its number is counted in (containers of
one machine may share a host's name, and each counts from one), its number, and when it started. Where the system does
not tell these, a holder has no name, and its lease expires in its own time.
"""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["is_gone", "this_process"]

_PROC = Path("/proc")
_ENDED = {"Z", "X"}
"""States of a process that does nothing any more, but for which its parent has not asked."""


def this_process() -> str:
    """The name of this process; empty where the system does not tell what it takes."""
    try:
        return ":".join([*_machine(), str(os.getpid()), _started(os.getpid())[1]])
    except (OSError, ValueError, IndexError):
        return ""


def is_gone(name: str) -> bool:
    """Whether the process of this name has ended; False where that cannot be known, as of another machine's."""
    try:
        *machine, number, started = name.split(":")
        if machine != _machine():
            return False
        pid = int(number)
    except (OSError, ValueError):
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        pass  # it is there, and somebody else's
    try:
        state, since = _started(pid)
    except (OSError, ValueError, IndexError):
        return False  # what is hidden from us may well be running
    return state in _ENDED or since != started


def _machine() -> list[str]:
    boot = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
    return [boot, str((_PROC / "self/ns/pid").stat().st_ino)]


def _started(pid: int) -> tuple[str, str]:
    """A process's state, and its start in the kernel's ticks since boot."""
    # The name of the command, in parentheses, may hold blanks and parentheses itself.
    fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return fields[0], fields[19]

"""The child's side of its bond to the process that started it: no crawl outlives who asked for it."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
from collections.abc import Callable

__all__ = ["ORPHANED", "tie_to_parent"]

ORPHANED = 70
"""Exit status of a crawl whose parent died."""
_PR_SET_PDEATHSIG = 1


def tie_to_parent(on_stop: Callable[[], object]) -> None:
    """Ends this process when its parent ends, and calls `on_stop` (in another thread) for each line `stop` on stdin.

    The parent holds the other end of stdin and never closes it while it lives. The kernel's own signal comes on top,
    for a parent whose pipe was inherited by somebody else.
    """
    _ask_kernel(os.getppid())
    threading.Thread(target=_listen, args=(on_stop,), name="lifeline", daemon=True).start()


def _listen(on_stop: Callable[[], object]) -> None:
    # Not sys.stdin: a thread that holds its lock would break the interpreter's own end.
    while said := os.read(0, 4096):
        if b"stop" in said.split():
            on_stop()
    os._exit(ORPHANED)


def _ask_kernel(parent: int) -> None:
    if not sys.platform.startswith("linux"):
        return

    def parent_gone(_signal: int, _frame: object) -> None:
        # The kernel means the thread that started us; only when the whole process is gone are we an orphan.
        if os.getppid() != parent:
            os._exit(ORPHANED)

    signal.signal(signal.SIGUSR2, parent_gone)
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGUSR2, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(ORPHANED)

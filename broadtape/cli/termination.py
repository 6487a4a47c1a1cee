"""SIGTERM, by which services and containers are ended: it does what Ctrl-C does, and the process then dies of it.

Leases are given back, temporary files go, a run publishes what it has fetched; whoever sent the signal sees that it was
heeded, as a shell does by status 143.
"""

from __future__ import annotations

import atexit
import os
import signal
import threading
from types import FrameType, TracebackType
from typing import Self

__all__ = ["Termination"]


class Termination:
    """While it is open SIGTERM is taken for Ctrl-C, unless somebody has said already what it means."""

    def __init__(self) -> None:
        self.asked = False
        self._ours = False

    def __enter__(self) -> Self:
        here = threading.current_thread() is threading.main_thread()
        if here and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            signal.signal(signal.SIGTERM, self._end)
            atexit.register(self._die)  # first of all, so that it is the last: others clear up before it
            self._ours = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._ours:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            if not self.asked:
                atexit.unregister(self._die)

    def _end(self, _number: int, frame: FrameType | None) -> None:
        self.asked = True
        interrupt = signal.getsignal(signal.SIGINT)
        if not callable(interrupt):  # ignored in the background of a shell
            raise KeyboardInterrupt
        interrupt(signal.SIGINT, frame)

    def _die(self) -> None:
        os.kill(os.getpid(), signal.SIGTERM)

"""The first server over a database makes its tables: one does so while others wait, or all fail over its locks."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from broadtape.errors import ServerFailed
from broadtape.prefect_server.home import prefect_home

__all__ = ["alone_at_first"]

_PATIENCE = 180.0
"""Seconds: as long as a server may take to come up."""


@contextmanager
def alone_at_first() -> Iterator[Callable[[], None]]:
    """Keeps others from starting a server over the same new database until the context ends.

    Gives what is to be called once the server answers: its database is made then, and nobody waits any more.
    Raises ServerFailed where another start does not come to its end.
    """
    home = prefect_home()
    home.mkdir(parents=True, exist_ok=True)
    made = home / f"broadtape-database-{version('prefect')}.made"
    if made.exists():
        yield lambda: None
        return
    held = os.open(home / "broadtape-start.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _take(held, home)

        def done() -> None:
            made.touch()
            fcntl.flock(held, fcntl.LOCK_UN)

        yield done
    finally:
        os.close(held)


def _take(held: int, home: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                raise ServerFailed(
                    f"Another command has been starting Prefect's server in {home} for {_PATIENCE:.0f} s: "
                    "see whether it hangs, and run again."
                ) from None
            time.sleep(0.2)
        else:
            return

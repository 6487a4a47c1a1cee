"""A Prefect server started here, as a process: it comes up, is waited for, and ends with us.

Prefect would start one within our process group, where Ctrl-C ends it before the runs it keeps track of, and unbound to
us, so that it outlives a killed schedule. This one hears no Ctrl-C, and ends when the pipe to its parent breaks.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from broadtape.errors import ServerFailed
from broadtape.prefect_server.finding import answers
from broadtape.prefect_server.home import prefect_home

__all__ = ["ServerProcess", "free_port", "port_is_free", "server_process", "wait_for"]

_STARTUP = 180.0
"""Seconds a server may take to come up: the first start makes its database, on a machine that may be busy."""
_ENDING = 5.0
_ERROR = re.compile(r"[\w.]+(Error|Exception)\b: ")
_LAST_WORDS = 10_000
"""Bytes at the end of a server's log that are looked through for what it said last."""


def free_port() -> int:
    """A port of the loopback interface that is free at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True, slots=True)
class ServerProcess:
    """A server started here, and what it writes to standard error."""

    process: subprocess.Popen[bytes]
    log: BinaryIO

    def last_words(self) -> str:
        """The last error it named, else the last line it wrote, as the end of a sentence."""
        self.log.seek(max(0, self.log.seek(0, os.SEEK_END) - _LAST_WORDS))
        lines = self.log.read().decode("utf-8", "replace").split("\n")
        told = [line.strip() for line in reversed(lines) if line.strip()]
        said = next((line for line in told if _ERROR.match(line)), told[0] if told else "")
        return f" Its last words: {said.rstrip('.')[:300]}." if said else ""


@contextmanager
def server_process(port: int, **environment: str) -> Iterator[ServerProcess]:
    """A server on this port of the loopback interface, coming up; ended with the context, gently at first."""
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "flows.server", str(port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=log,
            start_new_session=True,
            env={**os.environ, **environment},
        )
        try:
            yield ServerProcess(process, log)
        finally:
            process.terminate()
            try:
                process.wait(_ENDING)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def port_is_free(port: int) -> bool:
    """Whether a server could listen on this port of the loopback interface."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def wait_for(api_url: str, *, server: ServerProcess, seconds: float = _STARTUP) -> None:
    """Waits until the server answers; raises ServerFailed after `seconds`, or once its process has ended."""
    end = time.monotonic() + seconds
    while not answers(api_url):
        if server.process.poll() is not None:
            raise ServerFailed(
                f"The Prefect server ended at once with exit status {server.process.returncode}: is there room on the "
                f"disk of {prefect_home()}, where it keeps its database?"
                f"{server.last_words()}"
            )
        if time.monotonic() > end:
            raise ServerFailed(
                f"The Prefect server did not answer within {seconds:.0f} s: run again, or start one yourself."
            )
        time.sleep(0.1)

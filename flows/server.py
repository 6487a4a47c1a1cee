"""The Prefect server that a flow reports to: one that runs already, or a temporary one that ends with us.

Prefect starts a temporary server by itself, but only once it is imported, within our process group, where Ctrl-C would
end it before the run it keeps track of, and unbound to us, so that it would outlive a killed run. This one starts while
Prefect is still being imported, hears no Ctrl-C, and ends when the pipe to its parent breaks.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from broadtape.errors import BroadtapeError

__all__ = ["ServerFailed", "answers", "connected", "find_server", "remember_server", "server_process", "wait_for"]

_STARTUP = 180.0
"""Seconds a server may take to come up: the first start makes its database, on a machine that may be busy."""
_ENDING = 5.0
_LAST_WORDS = 10_000
"""Bytes at the end of a server's log that are looked through for what it said last."""


class ServerFailed(BroadtapeError):
    """The Prefect server did not come up."""


def _note_path() -> Path:
    return Path(os.environ.get("PREFECT_HOME", "~/.prefect")).expanduser() / "broadtape-server.json"


def remember_server(api_url: str) -> None:
    """Lets later commands on this machine find the server that `schedule` started."""
    _note_path().parent.mkdir(parents=True, exist_ok=True)
    _note_path().write_text(json.dumps({"api_url": api_url}))


def find_server() -> str | None:
    """The API address of a server that answers: the one in PREFECT_API_URL, or the one `schedule` started here."""
    named = os.environ.get("PREFECT_API_URL")
    if named:
        if not answers(named):
            raise ServerFailed(
                f"The Prefect server at {without_credentials(named)} (PREFECT_API_URL) does not answer: "
                "start it, or unset the variable."
            )
        return named
    try:
        noted = json.loads(_note_path().read_text()).get("api_url")
    except (OSError, ValueError, AttributeError):
        return None
    return noted if isinstance(noted, str) and answers(noted) else None


def answers(api_url: str, timeout: float = 2.0) -> bool:
    """Whether a Prefect API answers there."""
    try:
        with urllib.request.urlopen(f"{api_url.rstrip('/')}/health", timeout=timeout) as response:  # noqa: S310
            return bool(response.status == 200)
    except (OSError, ValueError, urllib.error.URLError):
        return False


def without_credentials(url: str) -> str:
    """`url` as it may be shown."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def free_port() -> int:
    """A port of the loopback interface that is free at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def temporary_server() -> Iterator[Callable[[], None]]:
    """Starts a server, names it in PREFECT_API_URL, gives what waits until it answers, and ends it at the end."""
    port = free_port()
    api_url = f"http://127.0.0.1:{port}/api"
    os.environ["PREFECT_API_URL"] = api_url
    with server_process(port, PREFECT_UI_ENABLED="0", PREFECT_API_BLOCKS_REGISTER_ON_START="false") as server:
        try:
            yield lambda: wait_for(api_url, server=server)
        finally:
            del os.environ["PREFECT_API_URL"]


@dataclass(frozen=True, slots=True)
class ServerProcess:
    """A server started here, and what it writes to standard error."""

    process: subprocess.Popen[bytes]
    log: BinaryIO

    def last_words(self) -> str:
        """The last line it wrote, as the end of a sentence."""
        self.log.seek(max(0, self.log.seek(0, os.SEEK_END) - _LAST_WORDS))
        lines = self.log.read().decode("utf-8", "replace").split("\n")
        said = next((line.strip() for line in reversed(lines) if line.strip()), "")
        return f" Its last words: {said.rstrip('.')[:300]}." if said else ""


@contextmanager
def server_process(port: int, *arguments: str, **environment: str) -> Iterator[ServerProcess]:
    """A server on this port of the loopback interface, coming up; ended with the context, gently at first."""
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "flows.server", str(port), *arguments],
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
                f"disk of {os.environ.get('PREFECT_HOME', '~/.prefect')}, where it keeps its database?"
                f"{server.last_words()}"
            )
        if time.monotonic() > end:
            raise ServerFailed(
                f"The Prefect server did not answer within {seconds:.0f} s: run again, or start one yourself."
            )
        time.sleep(0.1)


@contextmanager
def connected() -> Iterator[Callable[[], None]]:
    """A server for the flows of this process: one that answers, else a temporary one, still coming up.

    To be entered before Prefect is imported. Gives what is to be called before the first flow: it waits for the server.
    """
    with ExitStack() as stack:
        found = find_server()
        if found:
            os.environ["PREFECT_API_URL"] = found
        wait = (lambda: None) if found else stack.enter_context(temporary_server())
        stack.callback(_flush_logs)
        yield wait


def _flush_logs() -> None:
    """Sends what Prefect still holds back of the log, while there is a server to send it to."""
    if "prefect" in sys.modules:
        from prefect.logging.handlers import APILogHandler

        APILogHandler().flush()


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


def main() -> None:
    """Serves Prefect's API on the port that is named, until standard input ends.

    With a second argument `standing` it also runs what a scheduler needs: schedules, late runs, clean-up, the UI.
    """
    threading.Thread(target=_end_with_parent, daemon=True).start()
    import uvicorn
    from prefect.server.api.server import create_app

    app = create_app(ephemeral="standing" not in sys.argv)
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="critical", lifespan="on")


if __name__ == "__main__":
    main()

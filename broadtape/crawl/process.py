"""Starting a crawl and listening to it, from a process that knows nothing of Scrapy."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from broadtape.crawl.events import End, Event, parse_event
from broadtape.crawl.job import Job

__all__ = ["Crawl", "start"]


class Crawl:
    """A crawl in a process of its own, which ends when this one does.

    Reading `events()` to the end is what keeps it going: a full pipe would stop it.
    """

    def __init__(self, process: subprocess.Popen[bytes], job_file: Path) -> None:
        self._process, self._job_file = process, job_file

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    def events(self) -> Iterator[Event]:
        """What the crawl tells, as it tells it; the last one is always an `End`, made up here if the child died."""
        assert self._process.stdout is not None
        ended = False
        for line in self._process.stdout:
            with suppress(ValueError):  # a stray print of some library is no event
                event = parse_event(line)
                ended = isinstance(event, End)
                yield event
        status = self.wait()
        if not ended:
            how = f"was killed by signal {-status}" if status < 0 else f"ended with status {status}"
            yield End(error=f"The crawl {how} before it was done; what it had fetched is in the spool.")

    def stop(self) -> None:
        """Asks for a graceful stop: what is under way is finished, segments are closed. Returns at once."""
        assert self._process.stdin is not None
        with suppress(BrokenPipeError, ValueError):
            self._process.stdin.write(b"stop\n")
            self._process.stdin.flush()

    def kill(self) -> None:
        """Ends the crawl at once; what it had open in the spool is recovered later."""
        self._process.kill()

    def wait(self, timeout: float | None = None) -> int:
        """The exit status once it has ended; raises subprocess.TimeoutExpired."""
        status = self._process.wait(timeout)
        self._job_file.unlink(missing_ok=True)
        return status

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self.kill()
        self.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()


def start(job: Job, *, pass_fds: Sequence[int] = (), stderr: int | IO[bytes] | None = None) -> Crawl:
    """Starts the crawl; `pass_fds` are handed on, such as the lock of the run's spool. Its log goes to `stderr`."""
    # In the run's folder: what a killed run leaves goes with it, once its segments are recovered.
    folder = job.spool if job.spool.is_dir() else None
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=folder, suffix=".json", delete=False) as file:
        file.write(job.model_dump_json())
    process = subprocess.Popen(
        [sys.executable, "-m", "spiders", file.name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=stderr,
        pass_fds=tuple(pass_fds),
        # Ctrl-C in a terminal is for the parent, which then asks for a graceful stop.
        process_group=0,
    )
    return Crawl(process, Path(file.name))

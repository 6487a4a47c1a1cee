"""The sample newsroom in a process of its own, so that what it costs is not counted with those who crawl it.

Its pages are served by nginx where there is one: Python's server is slower than what is measured.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from benchmarks.nginx import find_nginx, served
from examples.newsroom import Newsroom

__all__ = ["Room", "newsroom"]


@dataclass(frozen=True, slots=True)
class Room:
    """An open newsroom: its configuration, its outlets, and the address of every story it has."""

    config: Path
    server: str
    """What serves the pages: `nginx`, or the newsroom's own `Python`."""
    outlets: tuple[str, ...]
    urls: tuple[str, ...]

    @property
    def folder(self) -> Path:
        """Temporary, gone with the newsroom."""
        return self.config.parent


@contextmanager
def newsroom(*, stories: int, page_bytes: int, outlets: int = 4) -> Iterator[Room]:
    """Opens a newsroom without faults and delays; `stories` are generated ones, over all `outlets` in English."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.newsroom_process", str(stories), str(page_bytes), str(outlets - 4)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    try:
        told = json.loads(process.stdout.readline())
        yield Room(Path(told["config"]), told["server"], tuple(told["outlets"]), tuple(told["urls"]))
    finally:
        process.stdin.close()
        process.wait()
        process.stdout.close()


def _serve(stories: int, page_bytes: int, extra_outlets: int) -> None:
    with Newsroom(
        ports="any", extra_stories=stories, page_bytes=page_bytes, extra_outlets=extra_outlets, faults=False, delay=0.0
    ) as room:
        urls = [story.url for story in room.expected()]
        told = {"config": str(room.config), "outlets": list(room.outlets), "urls": urls}
        nginx = find_nginx()
        with served(room, nginx) if nginx else nullcontext():
            print(json.dumps({**told, "server": "nginx" if nginx else "Python"}), flush=True)
            sys.stdin.read()


if __name__ == "__main__":
    _serve(*map(int, sys.argv[1:]))

"""`broadtape sites try URL`: fetched as a crawl would fetch it, and nothing kept."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import pytest

from examples.newsroom import Newsroom

Command = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def room() -> Newsroom:
    return Newsroom(ports="any", faults=False, delay=0.0)


def test_a_page_is_fetched_and_shown(room: Newsroom, command: Command) -> None:
    with room:
        story = next(e for e in room.expected() if e.outlet == "harbour-ledger")
        process = command("sites", "try", story.url, config=room.config)
        told, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
        assert story.title in told
        assert "trafilatura alone" in told
        assert not (room.folder / "archive").exists()


def test_what_robots_txt_forbids_is_not_fetched(room: Newsroom, command: Command) -> None:
    with room:
        forbidden = f"{room.base('harbour-ledger')}/data/2026/11/18/markets/rates-table-of-the-week"
        process = command("sites", "try", forbidden, config=room.config)
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 2
        assert "could not be fetched (skipped: robots" in errors
        assert not any(request.path.startswith("/data/") for request in room.requests)

"""One archive and one open room for all tests that only read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from room_samples import Room, open_room, sample_archive


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> str:
    return sample_archive(tmp_path_factory.mktemp("room"))


@pytest.fixture(scope="session")
def room(archive: str) -> Iterator[Room]:
    with open_room(archive) as opened:
        yield opened

from collections.abc import Iterator

import pytest

from examples.newsroom import Newsroom


@pytest.fixture(scope="module")
def newsroom() -> Iterator[Newsroom]:
    """A newsroom to look at; a test that changes it, or counts what it saw, opens its own."""
    with Newsroom() as room:
        yield room


@pytest.fixture
def room() -> Iterator[Newsroom]:
    """A newsroom of the test's own."""
    with Newsroom() as room:
        yield room

"""One archive for all tests of the commands that only read."""

from __future__ import annotations

import pytest
from cli_samples import sample_archive


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> str:
    return sample_archive(tmp_path_factory.mktemp("sample"))

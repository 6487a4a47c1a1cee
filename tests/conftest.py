"""What holds for every test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests begin first, so that no worker is left with the longest of them at the end.

    Before these, those that want a Prefect server: each worker starts one, which costs while it idles, too.
    """
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    served = {item.path for item in items if "prefect_server" in getattr(item, "fixturenames", ())}
    items.sort(key=lambda item: (item.path not in served, item.path not in slow))


@pytest.fixture(scope="session", autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What readers keep of a test's archive stays with the test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("BROADTAPE_WORK__PATIENCE", "0")  # a test that has somebody wait says how long
        yield

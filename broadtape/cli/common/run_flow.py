"""Running a flow in this process, with Prefect's server found or started."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from broadtape.cli.common.screen import Screen
from broadtape.settings import Settings

__all__ = ["run_flow"]


def run_flow(
    settings: Settings,
    name: str,
    parameters: Mapping[str, Any],
    screen: Screen,
    *,
    check: Callable[[], object] = lambda: None,
) -> Any:
    """Runs the flow `name` of the package `flows` here and gives its result; BroadtapeErrors come out as they are.

    `check` raises what is wrong with the call while Prefect's server is still coming up.
    """
    from broadtape.prefect_server.connection import connected
    from broadtape.prefect_server.environment import prepare_prefect

    prepare_prefect(settings, quiet=True)
    check()
    with connected() as wait:
        screen.step("starting Prefect …")
        from flows.here import run_here

        return run_here(name, parameters, screen, wait=wait)

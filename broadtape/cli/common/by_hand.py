"""A job done for a command: here and at once; where a Prefect server answers, as a run that its pages show."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

from broadtape.cli.common.screen import Screen
from broadtape.settings import Settings

__all__ = ["do_job"]


class Outcome(Protocol):
    """What a job gives."""

    def as_dict(self) -> dict[str, Any]:
        """Plain data, as the flow of the job gives it."""


def do_job(
    settings: Settings,
    name: str,
    job: Callable[..., Outcome],
    parameters: Mapping[str, Any],
    screen: Screen,
    *,
    check: Callable[[], object] = lambda: None,
) -> dict[str, Any]:
    """Does `job` and gives its outcome as plain data; BroadtapeErrors come out as they are.

    Where a server answers, that of a schedule on this machine or the one in PREFECT_API_URL, this is a run of the flow
    `name`, with these parameters; `check` raises what is wrong with them before there is any such run. Else none is
    started: Prefect would cost a short run many times its own work, and its pages would end with it.
    """
    from broadtape.prefect_server.environment import prepare_prefect
    from broadtape.prefect_server.finding import find_server

    prepare_prefect(settings, quiet=True)
    server = find_server()
    if server is None:
        return job(**parameters, watch=screen).as_dict()
    check()
    return _as_flow_run(server, name, parameters, screen)


def _as_flow_run(server: str, name: str, parameters: Mapping[str, Any], screen: Screen) -> dict[str, Any]:
    from broadtape.prefect_server.proxies import require_usable_proxies

    require_usable_proxies()
    os.environ["PREFECT_API_URL"] = server  # before Prefect is first imported
    from flows.here import run_here

    plain = {key: value.isoformat() if isinstance(value, datetime) else value for key, value in parameters.items()}
    told: dict[str, Any] = run_here(name, plain, screen)
    return told

"""Joining the Prefect server that machines share: the one in PREFECT_API_URL, else one that runs here already."""

from __future__ import annotations

import os

from broadtape.errors import ServerFailed
from broadtape.prefect_server.environment import prepare_prefect
from broadtape.prefect_server.finding import find_server
from broadtape.prefect_server.proxies import require_usable_proxies
from broadtape.settings import Settings

__all__ = ["join_server"]


def join_server(settings: Settings) -> str:
    """The address of the server's API, for Prefect when it is imported; raises ServerFailed where none answers,
    ConfigError for a proxy that Prefect cannot make ready for."""
    prepare_prefect(settings)
    found = find_server()
    if found is None:
        raise ServerFailed("No Prefect server answers: name it in PREFECT_API_URL, such as http://host:4200/api.")
    require_usable_proxies()
    os.environ["PREFECT_API_URL"] = found
    return found

"""The server that a schedule's flows report to: one that answers, else one that is started here and ends with us."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from broadtape.errors import ServerFailed
from broadtape.prefect_server.finding import answers, find_server, remember_server
from broadtape.prefect_server.first_start import alone_at_first
from broadtape.prefect_server.process import port_is_free, server_process, wait_for
from broadtape.prefect_server.secret import keep_profile, server_settings, standing_secret, use_secret

__all__ = ["standing_server", "wait_for_end"]

_ENDING = 60.0
"""Seconds that a server may take to end with the schedule that started it."""


@contextmanager
def standing_server(port: int) -> Iterator[tuple[str, bool]]:
    """The API address of a server that answers, and whether it was started here; one started here ends with us.

    Raises ServerFailed where the port is taken by something else.
    """
    found = find_server()
    address = f"http://127.0.0.1:{port}"
    if found or answers(f"{address}/api"):
        yield found or f"{address}/api", False
        return
    if not port_is_free(port):
        raise ServerFailed(f"Port {port} is in use, and not by a Prefect server: name another with --port.")
    words = standing_secret()
    # Served from another port than Prefect's usual one, its pages would still ask that one.
    settings = {"PREFECT_UI_API_URL": f"{address}/api", **server_settings(words, port)}
    with alone_at_first() as made, server_process(port, **settings) as server:
        wait_for(f"{address}/api", server=server)
        made()
        remember_server(f"{address}/api")
        keep_profile(f"{address}/api", words)
        use_secret(words)
        yield f"{address}/api", True


def wait_for_end(api_url: str) -> None:
    """Waits until a server that is ending does not answer any more; raises ServerFailed where it goes on."""
    end = time.monotonic() + _ENDING
    while answers(api_url):
        if time.monotonic() > end:
            raise ServerFailed(f"The Prefect server at {api_url} does not end with its schedule: end it.")
        time.sleep(0.5)

"""The standing Prefect server of a schedule: one that answers, else one that is started and ends with the schedule."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flows.server import ServerFailed, answers, find_server, port_is_free, remember_server, server_process, wait_for

__all__ = ["standing_server"]


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
    # Served from another port than Prefect's usual one, its pages would still ask that one.
    with server_process(port, "standing", PREFECT_UI_API_URL=f"{address}/api") as server:
        wait_for(f"{address}/api", server=server)
        remember_server(f"{address}/api")
        yield f"{address}/api", True

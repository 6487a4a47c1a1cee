"""The server that flows report to: one that answers, else one that is started here and ends with us."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from broadtape.errors import ServerFailed
from broadtape.prefect_server.finding import answers, find_server, remember_server
from broadtape.prefect_server.process import free_port, port_is_free, server_process, wait_for

__all__ = ["connected", "standing_server"]


@contextmanager
def connected() -> Iterator[Callable[[], None]]:
    """A server for the flows of this process: one that answers, else a temporary one, still coming up.

    To be entered before Prefect is imported. Gives what is to be called before the first flow: it waits for the server.
    """
    with ExitStack() as stack:
        found = find_server()
        if found:
            os.environ["PREFECT_API_URL"] = found
        wait = (lambda: None) if found else stack.enter_context(temporary_server())
        yield wait


@contextmanager
def temporary_server() -> Iterator[Callable[[], None]]:
    """Starts a server, names it in PREFECT_API_URL, gives what waits until it answers, and ends it at the end."""
    port = free_port()
    api_url = f"http://127.0.0.1:{port}/api"
    os.environ["PREFECT_API_URL"] = api_url
    with server_process(port, PREFECT_UI_ENABLED="0", PREFECT_API_BLOCKS_REGISTER_ON_START="false") as server:
        try:
            yield lambda: wait_for(api_url, server=server)
        finally:
            del os.environ["PREFECT_API_URL"]


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

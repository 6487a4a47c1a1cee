"""The server that flows report to: one that answers, else one that is started here and ends with us."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager

from broadtape.errors import ServerFailed
from broadtape.prefect_server.finding import answers, find_server, remember_server
from broadtape.prefect_server.first_start import alone_at_first
from broadtape.prefect_server.process import free_port, port_is_free, server_process, wait_for
from broadtape.prefect_server.secret import keep_profile, new_secret, server_settings, standing_secret, use_secret

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
    words = new_secret()
    ours = {"PREFECT_API_URL": api_url, "PREFECT_API_AUTH_STRING": words}
    quick = {"PREFECT_UI_ENABLED": "0", "PREFECT_API_BLOCKS_REGISTER_ON_START": "false"}
    with (
        alone_at_first() as made,
        server_process(port, **quick, **server_settings(words, port)) as server,
        _environment(ours),
    ):

        def wait() -> None:
            wait_for(api_url, server=server)
            made()

        yield wait


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


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
    with alone_at_first() as made, server_process(port, "standing", **settings) as server:
        wait_for(f"{address}/api", server=server)
        made()
        remember_server(f"{address}/api")
        keep_profile(f"{address}/api", words)
        use_secret(words)
        yield f"{address}/api", True

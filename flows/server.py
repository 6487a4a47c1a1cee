"""Prefect's server as a process: `python -m flows.server PORT`, as `broadtape.prefect_server` starts it."""

from __future__ import annotations

import os
import sys
import threading

__all__ = ["main"]


def main() -> None:
    """Serves Prefect's API, its pages and what schedules need on the port that is named, until standard input ends."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # Only now: it takes seconds, in which the parent may end.
    import uvicorn
    from prefect.server.api.server import create_app
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    app = create_app(ephemeral=False)
    # A page from the web can make a name of its own point at this machine, and would be of one origin with us.
    guarded = TrustedHostMiddleware(app, allowed_hosts=["127.0.0.1", "localhost"])
    uvicorn.run(guarded, host="127.0.0.1", port=int(sys.argv[1]), log_level="error", lifespan="on")


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    main()

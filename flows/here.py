"""A flow in this process, for a command: somebody hears how the run gets on, and Prefect's log is sent to its end."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

from prefect.logging.handlers import APILogHandler

from broadtape.jobs.progress import ProgressListener
from flows.run_log import RunLog, log_plainly

__all__ = ["listener", "run_here"]

_listener = ProgressListener()


def run_here(name: str, parameters: Mapping[str, Any], heard_by: ProgressListener) -> Any:
    """Runs the flow `name` and gives its result.

    Who hears it is no parameter: a flow's parameters must be plain data, which no terminal is.
    """
    global _listener
    _listener = heard_by
    flow = getattr(importlib.import_module(f"flows.{name}"), name)
    try:
        return flow(**parameters)
    finally:
        APILogHandler().flush()  # while there is a server to send it to


def listener() -> ProgressListener:
    """Whoever hears how the runs of this process get on: the run's log, and who asked for it."""
    log_plainly()
    return RunLog(_listener)

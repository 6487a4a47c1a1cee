"""Flow runs whose process was killed: Prefect would show them as running for ever.

A run's process holds a lock on a file of the run's name for as long as it lives. Whoever finds such a file and can take
its lock knows that the process is gone, and tells the server so.
"""

from __future__ import annotations

import fcntl
import logging
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.exceptions import ObjectNotFound
from prefect.settings import PREFECT_HOME
from prefect.states import Crashed

if TYPE_CHECKING:
    from prefect import Flow
    from prefect.client.schemas.objects import FlowRun, State

__all__ = ["bury_dead_runs", "live"]

logger = logging.getLogger(__name__)


def _folder() -> Path:
    return Path(PREFECT_HOME.value()) / "broadtape-runs"


def live(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:  # noqa: ARG001 - as Prefect calls it
    """A flow's `on_running` hook: this process lives for the run, to its end; those that died are told."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{flow_run.id}"
    held = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)  # closed by the end of the process alone
    fcntl.flock(held, fcntl.LOCK_EX)
    draft.rename(folder / str(flow_run.id))
    bury_dead_runs()


def bury_dead_runs() -> None:
    """Marks as crashed those runs of this machine whose process is gone; what cannot be told now is told next time."""
    for path in _folder().glob("[!.]*"):
        with suppress(OSError):
            held = os.open(path, os.O_RDWR | os.O_CLOEXEC)
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if _told(path.name):
                    path.unlink(missing_ok=True)
            finally:
                os.close(held)


def _told(name: str) -> bool:
    try:
        with get_client(sync_client=True) as client:
            run = client.read_flow_run(UUID(name))
            if run.state is not None and not run.state.is_final():
                crashed: State[Any] = Crashed(message="Its process was killed, or its machine was switched off.")
                client.set_flow_run_state(run.id, crashed, force=True)
    except (ObjectNotFound, ValueError):
        return True
    except Exception:  # the server's trouble is not this run's
        logger.info("A dead run could not be told of", exc_info=True)
        return False
    return True

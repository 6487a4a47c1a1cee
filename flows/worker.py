"""A worker of a pool: this machine's dead runs are told of and late ones dropped, then Prefect's own worker goes on."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from prefect.client.orchestration import get_client

from flows.dead_runs import bury_dead_runs
from flows.late_runs import drop_late_runs
from flows.zombies import SIGNS_OF_LIFE

__all__ = ["become_worker", "clear_up", "worker_command"]


def clear_up(pool: str) -> int:
    """Tells of runs that died on this machine and drops late ones but the last of each cron; how many of these."""
    bury_dead_runs()
    with get_client(sync_client=True) as client:
        return drop_late_runs(client, pool)


def worker_command(pool: str, queues: Sequence[str], limit: int) -> list[str]:
    """What starts Prefect's worker: for all queues of the pool where none is named."""
    named = [word for queue in queues for word in ("--work-queue", queue)]
    return [sys.executable, "-m", "prefect", "worker", "start", "--pool", pool, *named, "--limit", str(limit)]


def become_worker(pool: str, queues: Sequence[str], limit: int) -> None:
    """Prefect's worker in this process's place, so that signals reach it; does not return."""
    command = worker_command(pool, queues, limit)
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(command[0], command, {**SIGNS_OF_LIFE, **os.environ})  # noqa: S606 - our own command

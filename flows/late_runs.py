"""Runs that waited for a worker: after a night without one, the last of each cron makes up for all."""

from __future__ import annotations

import json
from collections.abc import Iterator

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterState,
    FlowRunFilterStateName,
    WorkPoolFilter,
    WorkPoolFilterName,
)
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.sorting import FlowRunSort
from prefect.states import Cancelled

from broadtape.times import utcnow

__all__ = ["drop_late_runs"]

_AT_ONCE = 200
"""Runs that a server tells of in one answer."""


def drop_late_runs(client: SyncPrefectClient, pool: str) -> int:
    """Cancels what a schedule planned for a time that is over, but for the last run of each schedule; how many.

    A worker would start each of them, only to find that a later one is due.
    """
    kept: set[str] = set()
    dropped = 0
    for run in list(_waiting(client, pool)):
        schedule = json.dumps([str(run.deployment_id), run.parameters], sort_keys=True)
        if schedule in kept:
            client.set_flow_run_state(run.id, Cancelled(message="Missed: a later run of its cron makes up for it."))
            dropped += 1
        kept.add(schedule)
    return dropped


def _waiting(client: SyncPrefectClient, pool: str) -> Iterator[FlowRun]:
    """The planned runs of the pool that should have begun, newest first."""
    waits = FlowRunFilterState(name=FlowRunFilterStateName(any_=["Scheduled", "Late"]))
    due = FlowRunFilterExpectedStartTime(before_=utcnow())
    offset = 0
    while True:
        found = client.read_flow_runs(
            flow_run_filter=FlowRunFilter(state=waits, expected_start_time=due),
            work_pool_filter=WorkPoolFilter(name=WorkPoolFilterName(any_=[pool])),
            sort=FlowRunSort.EXPECTED_START_TIME_DESC,
            limit=_AT_ONCE,
            offset=offset,
        )
        yield from (run for run in found if run.auto_scheduled)
        if len(found) < _AT_ONCE:
            return
        offset += len(found)

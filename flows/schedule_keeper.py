"""What a schedule does beside its runs: it keeps what it owns, follows the files, and tells of what did not run."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterState,
    FlowRunFilterStateName,
)
from prefect.client.schemas.objects import FlowRun

from broadtape.alerts.failed_runs import UPKEEP, FailedRuns
from broadtape.errors import BroadtapeError, RunFailed
from broadtape.settings import Settings
from broadtape.times import utcnow
from flows.schedule_owner import Ownership

__all__ = ["Keeper"]

logger = logging.getLogger(__name__)

_EVERY = 10.0
"""Seconds between two signs of life."""
_LOOK = 60.0
"""Seconds between two looks at the files, and at what became of the runs."""
_LATE = timedelta(hours=1)
_ENDED_BADLY = ("Failed", "Crashed", "TimedOut")
_OVERLAP = timedelta(minutes=10)


class Keeper:
    """Does this in a thread of its own; `end` is called once another schedule has taken over, which `taken` then says.

    `update` follows the files, `served` names the deployments whose runs are looked after.
    """

    def __init__(
        self,
        settings: Settings,
        ownership: Ownership,
        update: Callable[[], object],
        served: Callable[[], Collection[UUID]],
        *,
        end: Callable[[], None],
    ) -> None:
        self._settings, self._ownership = settings, ownership
        self._update, self._served, self._end = update, served, end
        self._since = utcnow()
        self._told: set[UUID] = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="schedule keeper", daemon=True)
        self.taken = False

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()

    def failed(self, why: str) -> None:
        """Tells that the schedule itself does not do its work."""
        FailedRuns(self._settings, "the schedule", logger.warning).failed(why)

    def _keep(self) -> None:
        looked = time.monotonic()
        while not self._stop.wait(_EVERY):
            if not self._tried("its server does not answer", self._ownership.renew):
                self.taken = True
                self._end()
                return
            if time.monotonic() - looked >= _LOOK:
                looked = time.monotonic()
                self._tried("its files cannot be followed", self._update)
                self._tried("its runs cannot be looked after", self._look)

    def _tried(self, what: str, work: Callable[[], object]) -> bool:
        """Whether the work said no other than False; what goes wrong is told, once, and tried again."""
        watch = FailedRuns(self._settings, f"the schedule: {what}", logger.warning)
        try:
            said = work()
        except Exception as error:  # whatever it is, the schedule goes on
            logger.warning("The schedule: %s: %s", what, error)
            watch.failed(str(error) if isinstance(error, BroadtapeError) else f"{type(error).__name__}: {error}")
            return True
        watch.worked()
        return said is not False

    def _look(self) -> None:
        """Tells of runs that broke before they could tell anything themselves, and of crons that do not run."""
        now = utcnow()
        for run in self._runs(_ENDED_BADLY, after=self._since - _OVERLAP):
            if run.id not in self._told:
                self._told.add(run.id)
                self._tell(run, (run.state and run.state.message) or "it ended without a word")
        for run in self._runs(("Late",), before=now - _LATE):
            self._tell(run, f"its run of {run.expected_start_time:%Y-%m-%d %H:%M} UTC has not begun")

    def _tell(self, run: FlowRun, why: str) -> None:
        what = run.parameters.get("cron") or (UPKEEP if UPKEEP in run.tags else None)
        # Outlets in trouble told by themselves, and who started a run by hand looks at it.
        if what and RunFailed.__name__ not in why:
            FailedRuns(self._settings, str(what), logger.warning).failed(f"{why.rstrip('.')} ({', '.join(run.tags)})")

    def _runs(
        self, states: Collection[str], *, after: datetime | None = None, before: datetime | None = None
    ) -> list[FlowRun]:
        wanted = FlowRunFilter(
            state=FlowRunFilterState(name=FlowRunFilterStateName(any_=list(states))),
            expected_start_time=FlowRunFilterExpectedStartTime(after_=after, before_=before),
        )
        ours = DeploymentFilter(id=DeploymentFilterId(any_=list(self._served())))
        with get_client(sync_client=True) as client:
            return client.read_flow_runs(flow_run_filter=wanted, deployment_filter=ours)

"""Every outlet on the cron of its file, and upkeep once a day, served until interrupted or taken over."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any
from uuid import UUID

from httpx import TransportError
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowFilter, FlowFilterName
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import TerminationSignal
from prefect.runner import Runner

from broadtape.errors import ServerFailed, UsageError
from broadtape.settings import Settings, load_settings
from flows.archive_news import archive_news
from flows.dead_runs import bury_dead_runs
from flows.deployments import deployments, grouped_by_cron
from flows.maintain import maintain
from flows.missed import MAINTAIN_CRON
from flows.schedule_keeper import Keeper
from flows.schedule_owner import Ownership, ScheduleTaken

__all__ = ["MAINTAIN_CRON", "Served", "grouped_by_cron", "serve_schedule"]

_RUNS_AT_ONCE = 4


class _Runner(Runner):
    """A runner that leaves what SIGTERM means to whoever had said it before."""

    def start(self, *args: Any, **kwargs: Any) -> Any:
        self._before = signal.getsignal(signal.SIGTERM)
        return super().start(*args, **kwargs)

    def handle_sigterm(self, number: int, frame: FrameType | None) -> None:
        if not callable(self._before):
            raise KeyboardInterrupt
        self._before(number, frame)


class Served:
    """What this process serves: the deployments of the files as they are, renewed when these change."""

    def __init__(self, runner: Runner, settings: Settings, only: Sequence[str]) -> None:
        self._runner, self._settings, self._only = runner, settings, tuple(only)
        self._archive = settings.archive
        self._seen: tuple[object, ...] = ()
        self._ids: dict[str, UUID] = {}

    def update(self) -> bool:
        """Puts the files' deployments on the server if any file has changed; whether one had. Raises ConfigError."""
        seen = _signature(self._settings.config)
        if seen == self._seen:
            return False
        settings = load_settings(self._settings.config).with_archive(self._archive)
        made = deployments(settings, settings.sites(), self._only)
        ids = {deployment.name: self._added(deployment) for deployment in made}
        gone = {name: number for name, number in self._ids.items() if name not in ids}
        self._ids, self._seen = ids, seen
        _pause([*gone.values(), *self._left_by_others()])
        return True

    def _added(self, deployment: RunnerDeployment) -> UUID:
        made = self._runner.add_deployment(deployment)
        assert isinstance(made, UUID)  # a coroutine only inside an event loop
        return made

    def pause(self) -> None:
        """Takes everything off the clock: nobody serves it any more."""
        _pause(self._ids.values())

    @property
    def ids(self) -> set[UUID]:
        """The deployments served."""
        return set(self._ids.values())

    def _left_by_others(self) -> list[UUID]:
        """Deployments of our flows that no schedule serves, of another release or of crons that no file has."""
        wanted = FlowFilter(name=FlowFilterName(any_=[archive_news.name, maintain.name]))
        with get_client(sync_client=True) as client:
            found = client.read_deployments(flow_filter=wanted)
        return [each.id for each in found if not each.work_pool_name and not each.paused and each.id not in self.ids]


def _signature(config: Path) -> tuple[object, ...]:
    """What changes when a file of the configuration does."""
    files = [config / "broadtape.toml", *sorted((config / "sites").glob("*.yaml"))]
    return tuple((path.name, told.st_mtime_ns, told.st_size) for path in files if (told := _stat(path)))


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None


def _pause(ids: Any) -> None:
    with get_client(sync_client=True) as client:
        for number in ids:
            client.pause_deployment(number)


def serve_schedule(settings: Settings, ownership: Ownership, only: Sequence[str] = ()) -> None:
    """Puts the outlets on their schedules and runs what is due, until interrupted.

    Raises ScheduleTaken once another schedule has taken over, ServerFailed where the server is gone for good.
    """
    if not grouped_by_cron(settings.sites(), only):
        raise UsageError(f"No outlet is enabled in {settings.config / 'sites'}: there is nothing to schedule.")
    bury_dead_runs()
    runner = _Runner(limit=_RUNS_AT_ONCE, pause_on_shutdown=False)
    served = Served(runner, settings, only)
    served.update()
    keeper = Keeper(settings, ownership, served.update, lambda: served.ids, end=_end_this)
    with keeper:
        try:
            asyncio.run(runner.start())
        except (KeyboardInterrupt, TerminationSignal):
            pass
        except Exception as error:
            keeper.failed(f"the schedule has ended: {error}")
            raise ServerFailed(f"The schedule has ended, for Prefect's server failed it: {error}") from error
    with suppress(TransportError):  # a server that is gone runs nothing, and our claim ends with our process
        if not keeper.taken and ownership.mine():
            served.pause()
        ownership.release()
    if keeper.taken:
        raise ScheduleTaken("Another schedule has taken over: this one has ended.")


def _end_this() -> None:
    os.kill(os.getpid(), signal.SIGTERM)

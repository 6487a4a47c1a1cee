"""What a schedule tells of beside its runs: of those that crashed, that do not begin, of a server that is gone."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from broadtape.settings import Settings
from broadtape.times import utcnow


class Told:
    """A keeper whose server has the runs that it is given, and the alerts that it sends."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        from flows import schedule_keeper

        self.module = schedule_keeper
        self._alerts = folder / "alerts"
        self._alerts.touch()
        receiver = {"command": ["sh", "-c", f"cat >> {self._alerts}; echo >> {self._alerts}"]}
        values = {"archive": str(folder / "archive"), "spool": folder / "spool", "alerts": receiver}
        self.settings = Settings.model_validate(values)
        self.runs: list[Any] = []
        monkeypatch.setattr(schedule_keeper.Keeper, "_runs", self._found)
        self.ended = threading.Event()

    def _found(
        self, states: Collection[str], *, after: datetime | None = None, before: datetime | None = None
    ) -> list[Any]:
        """As the server answers: by state and by when a run was to begin."""
        return [
            run
            for run in self.runs
            if run.state.name in states
            and (after is None or run.expected_start_time >= after)
            and (before is None or run.expected_start_time <= before)
        ]

    def keeper(self, renew: Callable[[], bool] = lambda: True) -> Any:
        from flows.schedule_owner import Ownership

        ownership = Ownership(server=False)
        ownership.renew = renew  # type: ignore[method-assign]
        return self.module.Keeper(self.settings, ownership, lambda: False, lambda: set(), end=self.ended.set)

    def run(self, state: str, message: str | None = None, *, late: timedelta = timedelta(), **values: Any) -> Any:
        from prefect.client.schemas.objects import FlowRun, State, StateType

        kind = {"Late": StateType.SCHEDULED, "Failed": StateType.FAILED, "Crashed": StateType.CRASHED}[state]
        made: Any = FlowRun(
            flow_id=uuid4(),
            state=State(type=kind, name=state, message=message),
            expected_start_time=utcnow() - late,
            **{"parameters": {"cron": "12 * * * *"}, "tags": ["ecb", "sec"], **values},
        )
        self.runs.append(made)
        return made

    def alerts(self) -> list[tuple[str, str]]:
        """(event, reason) of each."""
        lines = self._alerts.read_text("utf-8").splitlines()
        return [(told["event"], told["reason"]) for told in map(json.loads, filter(None, lines))]


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Told:
    return Told(tmp_path, monkeypatch)


def test_a_run_that_crashed_is_told_once_with_its_outlets(told: Told) -> None:
    keeper = told.keeper()
    told.run("Crashed", "Its process was killed.")
    keeper._look()
    keeper._look()
    assert told.alerts() == [("failed", "12 * * * *: Its process was killed (ecb, sec)")]


def test_upkeep_that_broke_is_told_by_its_name(told: Told) -> None:
    told.run("Failed", None, parameters={}, tags=["upkeep"])
    told.keeper()._look()
    assert told.alerts() == [("failed", "upkeep: it ended without a word (upkeep)")]


@pytest.mark.parametrize(
    ("message", "parameters"),
    [("Flow run encountered an exception: RunFailed: ecb: none of its listings …", {"cron": "12 * * * *"}),
     ("Its process was killed.", {"sites": ["ecb"]})],
    ids=["outlets in trouble tell by themselves", "somebody started it by hand and looks at it"],
)  # fmt: skip
def test_what_others_tell_is_not_told_again(told: Told, message: str, parameters: dict[str, Any]) -> None:
    told.run("Failed", message, parameters=parameters)
    told.keeper()._look()
    assert told.alerts() == []


def test_what_crashed_before_this_schedule_began_is_not_its_own(told: Told) -> None:
    told.run("Crashed", "Its process was killed.", late=timedelta(hours=2))
    told.keeper()._look()
    assert told.alerts() == []


@pytest.mark.parametrize(("late", "is_told"), [(timedelta(minutes=50), False), (timedelta(minutes=70), True)])
def test_a_run_that_does_not_begin_is_told_after_an_hour(told: Told, late: timedelta, is_told: bool) -> None:
    run = told.run("Late", late=late)
    keeper = told.keeper()
    keeper._look()
    keeper._look()
    due = f"12 * * * *: its run of {run.expected_start_time:%Y-%m-%d %H:%M} UTC has not begun (ecb, sec)"
    assert told.alerts() == ([("failed", due)] if is_told else [])


def test_a_server_that_is_gone_is_told_and_that_it_is_back(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(told.module, "_EVERY", 0.01)
    gone = OSError("connection refused")
    answers: Iterator[OSError | bool] = iter([gone, gone, True, False])

    def renew() -> bool:
        answer = next(answers)
        if isinstance(answer, OSError):
            raise answer
        return answer

    keeper = told.keeper(renew)
    with keeper:
        assert told.ended.wait(30), "another schedule has taken over"
    assert keeper.taken
    events = [(event, reason.partition(":")[2]) for event, reason in told.alerts()]
    said = " its server does not answer: OSError: connection refused"
    assert events == [("failed", said), ("recovered", said)]

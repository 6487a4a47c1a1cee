"""What is still to be told to whom: kept with an outlet's state until every receiver has taken it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from broadtape.alerts.config import Alerts
from broadtape.alerts.message import Alert, WaitingAlert
from broadtape.alerts.receivers import AlertFailed, receivers

__all__ = ["Outbox"]

_MOST = 20
"""Alerts that wait: a receiver that is away for weeks is not told of every one."""


class Outbox:
    """The alerts of one outlet. `kept` are those that waited after the run before."""

    def __init__(self, alerts: Alerts, kept: Iterable[WaitingAlert] = ()) -> None:
        self._receivers = receivers(alerts)
        self._waiting = list(kept)

    def add(self, alert: Alert) -> None:
        """Puts an alert behind those that wait, for each receiver there is."""
        if self._receivers:
            self._waiting = [*self._waiting, WaitingAlert(alert, tuple(self._receivers))][-_MOST:]

    def send(self, failed: Callable[[str], None]) -> None:
        """Tells everybody, in order; who cannot be told is told again with the next run, and `failed` hears why."""
        away: set[str] = set()
        left: list[WaitingAlert] = []
        for waiting in self._waiting:
            to: list[str] = []
            for name in waiting.to:
                try:
                    if name in self._receivers and name not in away:
                        self._receivers[name](waiting.alert)
                except AlertFailed as error:
                    away.add(name)
                    failed(str(error))
                if name in away:
                    to.append(name)
            left.append(replace(waiting, to=tuple(to)))
        self._waiting = [waiting for waiting in left if waiting.to]

    @property
    def waiting(self) -> tuple[WaitingAlert, ...]:
        """What somebody is still to be told, for the outlet's state."""
        return tuple(self._waiting)

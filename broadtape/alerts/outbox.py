"""What is still to be told to whom: kept with an outlet's state until every receiver has taken it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

from broadtape.alerts.config import Alerts
from broadtape.alerts.message import Alert
from broadtape.alerts.receivers import AlertFailed, receivers

__all__ = ["Outbox"]

_MOST = 20
"""Alerts that wait: a receiver that is away for weeks is not told of every one."""


@dataclass(slots=True)
class _Waiting:
    alert: Alert
    to: list[str]


class Outbox:
    """The alerts of one outlet. `kept` is what `to_state` gave after the run before."""

    def __init__(self, alerts: Alerts, kept: Any = None) -> None:
        self._receivers = receivers(alerts)
        self._waiting = list(_read(kept))

    def add(self, alert: Alert) -> None:
        """Puts an alert behind those that wait, for each receiver there is."""
        if self._receivers:
            self._waiting = [*self._waiting, _Waiting(alert, list(self._receivers))][-_MOST:]

    def send(self, failed: Callable[[str], None]) -> None:
        """Tells everybody, in order; who cannot be told is told again with the next run, and `failed` hears why."""
        away: set[str] = set()
        for waiting in self._waiting:
            for name in list(waiting.to):
                if name in away:
                    continue
                try:
                    if name in self._receivers:
                        self._receivers[name](waiting.alert)
                except AlertFailed as error:
                    away.add(name)
                    failed(str(error))
                else:
                    waiting.to.remove(name)
        self._waiting = [waiting for waiting in self._waiting if waiting.to]

    def to_state(self) -> list[dict[str, Any]]:
        """What waits, as plain data without secrets."""
        return [{"alert": asdict(waiting.alert), "to": waiting.to} for waiting in self._waiting]


def _read(kept: Any) -> Iterable[_Waiting]:
    for each in kept if isinstance(kept, list) else []:
        with suppress(TypeError, KeyError):  # state is best effort
            yield _Waiting(Alert(**each["alert"]), [str(name) for name in each["to"]])

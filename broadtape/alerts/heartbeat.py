"""A sign of life after each run: whoever waits for it and hears none knows that nothing runs any more."""

from __future__ import annotations

from collections.abc import Callable

from broadtape.alerts.config import Alerts
from broadtape.alerts.message import Alert
from broadtape.alerts.outbox import Outbox
from broadtape.alerts.receivers import AlertFailed, ask
from broadtape.archive import Archive
from broadtape.errors import BroadtapeError, InvalidTime
from broadtape.times import iso, parse_time, utcnow

__all__ = ["heartbeat"]

_STATE = "_alerts"


def heartbeat(archive: Archive, alerts: Alerts, run: str, failed: Callable[[str], None]) -> None:
    """Sends it, if it is due; what goes wrong is said to `failed` and fails nothing."""
    try:
        if alerts.heartbeat_address:
            ask(alerts.heartbeat_address, alerts.timeout)
        elif alerts.heartbeat_every and _due(archive, alerts):
            outbox = Outbox(alerts)
            outbox.add(Alert("heartbeat", iso(utcnow()), archive.uri, run))
            outbox.send(lambda why: failed(f"a heartbeat could not be sent: {why}"))
            if not outbox.waiting:
                archive.save_state(_STATE, {"heartbeat": iso(utcnow())})
    except AlertFailed as error:
        failed(f"a heartbeat could not be sent: {error}")
    except BroadtapeError as error:
        failed(f"when the last heartbeat was cannot be told: {error}")


def _due(archive: Archive, alerts: Alerts) -> bool:
    assert alerts.heartbeat_every
    try:
        last = parse_time(str(archive.load_state(_STATE).get("heartbeat")))
    except InvalidTime:
        return True
    return utcnow() - last >= alerts.heartbeat_every

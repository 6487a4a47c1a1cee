"""Runs that failed as a whole: told once, and once more when such a run is whole again.

Where there is no archive, or it cannot be reached, there is no outlet's state to note this in: so it is noted beside
the spool, for each kind of run (a cron, or the outlets that somebody named) by itself.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from broadtape.alerts.message import Alert, WaitingAlert
from broadtape.alerts.outbox import Outbox
from broadtape.errors import BroadtapeError, UsageError
from broadtape.settings import Settings, settings_for_alerts
from broadtape.times import iso, utcnow

__all__ = ["UPKEEP", "FailedRuns", "watched"]

UPKEEP = "upkeep"
"""What the daily upkeep is called among runs."""
_FOLDER = ".failed-runs"


class FailedRuns:
    """What is known of the runs over `what` in the archive of these settings. What cannot be told is told later."""

    def __init__(self, settings: Settings, what: str, told: Callable[[str], None] = lambda _why: None) -> None:
        self._settings, self._what, self._told = settings, what, told
        key = hashlib.blake2b(f"{settings.archive}\0{what}".encode(), digest_size=8).hexdigest()
        self._note = settings.spool / _FOLDER / f"{key}.json"

    def failed(self, why: str) -> None:
        """A run failed as a whole; told unless the one before did, too."""
        known = self._known()
        outbox = Outbox(self._settings.alerts, _waiting(known))
        since = known.get("since") or iso(utcnow())
        reason = f"{self._what}: {why.rstrip('.')}"
        if "since" not in known:
            outbox.add(Alert("failed", iso(utcnow()), self._settings.archive, reason=reason, since=since))
        self._send(outbox)
        self._keep({"since": since, "reason": reason, "alerts": [each.to_json() for each in outbox.waiting]})

    def worked(self) -> None:
        """A run came to its end, whatever it found."""
        known = self._known()
        if not known:
            return
        outbox = Outbox(self._settings.alerts, _waiting(known))
        if since := known.get("since"):
            reason = str(known.get("reason"))
            outbox.add(Alert("recovered", iso(utcnow()), self._settings.archive, reason=reason, since=str(since)))
        self._send(outbox)
        self._keep({"alerts": [each.to_json() for each in outbox.waiting]} if outbox.waiting else {})

    def _send(self, outbox: Outbox) -> None:
        outbox.send(lambda why: self._told(f"an alert could not be sent: {why}; it is tried again"))

    def _known(self) -> Mapping[str, Any]:
        with suppress(OSError, ValueError):
            known = json.loads(self._note.read_text("utf-8"))
            return known if isinstance(known, dict) else {}
        return {}

    def _keep(self, known: Mapping[str, Any]) -> None:
        """Where it cannot be noted, the next failure is told once more, which is better than never."""
        with suppress(OSError):
            if not known:
                self._note.unlink(missing_ok=True)
                return
            self._note.parent.mkdir(parents=True, exist_ok=True)
            draft: Path = self._note.with_suffix(".new")
            draft.write_text(json.dumps(known), "utf-8")
            draft.replace(self._note)


@contextmanager
def watched(
    config: Path | None, archive: str | None, what: str, told: Callable[[str], None], *, by_hand: bool = False
) -> Iterator[None]:
    """Tells if what is done within fails as a whole, or is whole again; an interrupt is neither.

    Who does it `by_hand` needs no alert of the own call being wrong.
    """
    settings = settings_for_alerts(config).with_archive(archive)
    try:
        yield
    except Exception as error:
        why = str(error) if isinstance(error, BroadtapeError) else f"{type(error).__name__}: {error}"
        if not (by_hand and isinstance(error, UsageError)):
            FailedRuns(settings, what, told).failed(why)
        raise
    FailedRuns(settings, what, told).worked()


def _waiting(known: Mapping[str, Any]) -> list[WaitingAlert]:
    waiting = []
    for values in known.get("alerts") or ():
        with suppress(ValueError):
            waiting.append(WaitingAlert.from_json(values))
    return waiting

"""Telling the operator that an outlet's trouble began or ended; once, and later where nobody could be reached."""

from __future__ import annotations

from typing import Literal

from broadtape.alerts.message import Alert, WaitingAlert
from broadtape.alerts.outbox import Outbox
from broadtape.jobs.writing_run import WritingRun
from broadtape.outlet_state import OngoingTrouble, OutletState
from broadtape.times import iso, utcnow

__all__ = ["tell_of_trouble"]


def tell_of_trouble(
    run: WritingRun, site: str, before: OutletState, now: OngoingTrouble | None, said: str | None
) -> tuple[WaitingAlert, ...]:
    """Sends on that trouble began or ended, and what waited to be told `before`; gives what waits still.

    `said` is the trouble of `now` as the run tells it, with what waits for a decision.
    """
    outbox = Outbox(run.settings.alerts, before.alerts)
    told = now or before.trouble
    if told and bool(before.trouble) != bool(now):
        event: Literal["trouble", "recovered"] = "trouble" if now else "recovered"
        since = iso(told.since) if told.since else None
        outbox.add(Alert(event, iso(utcnow()), run.archive.uri, run.id, site, said or told.reason, since))
    outbox.send(lambda why: run.watch.step(f"{site}: an alert could not be sent: {why}; it is tried again"))
    return outbox.waiting

"""Runs that nobody was there for: a machine that slept has missed some of each cron, and one makes up for them all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cronsim import CronSim
from prefect.client.schemas.objects import State
from prefect.context import FlowRunContext
from prefect.states import Cancelled

from broadtape.settings import load_settings
from broadtape.times import utcnow

__all__ = ["MAINTAIN_CRON", "cron_of", "missed_run", "scheduled"]

MAINTAIN_CRON = "41 3 * * *"
"""Upkeep, UTC: when the newsrooms of Europe and America are quiet."""


def cron_of(sites: Sequence[str] | None, config: str | None) -> str | None:
    """The cron that these outlets share; None where they share none, or none is named."""
    known = load_settings(Path(config) if config else None).sites()
    crons = {known[name].cron for name in sites or () if name in known}
    return crons.pop() if len(crons) == 1 else None


def scheduled() -> bool:
    """Whether the flow run that is going on was started by a schedule."""
    context = FlowRunContext.get()
    return bool(context and context.flow_run and context.flow_run.auto_scheduled)


def missed_run(cron: str | None) -> State[Any] | None:
    """What the flow run that is going on ends with where a later one of its cron is due by now; None where it is on.

    Asked by whoever starts a run by hand, it is always on.
    """
    context = FlowRunContext.get()
    run = context.flow_run if context else None
    if cron is None or run is None or not run.auto_scheduled or run.expected_start_time is None:
        return None
    following = next(CronSim(cron, run.expected_start_time))
    if following > utcnow():
        return None
    return Cancelled(message=f"Missed, and the run of {following:%Y-%m-%d %H:%M} UTC or a later one makes up for it.")

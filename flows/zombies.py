"""Runs whose machine is gone: nobody there can say so, and Prefect would show them as running for ever.

A run's process sends a sign of life; an automation of the server takes a run from which none comes for crashed. What a
machine that is still there can tell, it tells by itself (`flows/dead_runs.py`).
"""

from __future__ import annotations

from datetime import timedelta

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import StateType
from prefect.events.actions import ChangeFlowRunState
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture

__all__ = ["SIGNS_OF_LIFE", "watch_for_zombies"]

SIGNS_OF_LIFE = {"PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30"}
"""What a run's process is started with; seconds, and the shortest span that Prefect takes."""
_NAME = "broadtape: runs whose machine is gone"
_SILENCE = timedelta(minutes=5)
"""Ten signs of life: a server that is restarted costs some."""
_LIFE = "prefect.flow-run.heartbeat"
_ENDS = {f"prefect.flow-run.{state}" for state in ("Completed", "Failed", "Cancelled", "Crashed")}


def watch_for_zombies(client: SyncPrefectClient, silence: timedelta = _SILENCE) -> bool:
    """Makes the automation where the server has none; whether it was made. Raises what Prefect's client raises."""
    if client.read_automations_by_name(_NAME):
        return False
    trigger = EventTrigger(
        after={_LIFE},
        expect={_LIFE, *_ENDS},
        match={"prefect.resource.id": ["prefect.flow-run.*"]},
        for_each={"prefect.resource.id"},
        posture=Posture.Proactive,
        threshold=1,
        within=silence,
    )
    crashed = ChangeFlowRunState(
        state=StateType.CRASHED, message="No sign of life came from it: its machine or its process is gone."
    )
    client.create_automation(AutomationCore(name=_NAME, trigger=trigger, actions=[crashed]))
    return True

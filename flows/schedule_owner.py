"""Who serves the schedule: one at a time for each Prefect server, noted there, so that nobody ends what another serves.

The note is a variable of the server. Making it succeeds for one of many, its owner renews it, and one whose process is
gone, or who has not renewed it for minutes, owns nothing any more.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import time
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Self

from httpx import TransportError
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import VariableCreate, VariableUpdate
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound

from broadtape.archive.lease_holder import is_gone, this_process
from broadtape.errors import BroadtapeError, InvalidTime
from broadtape.times import iso, parse_time, utcnow

__all__ = ["Owner", "Ownership", "ScheduleTaken"]

_NAME = "broadtape_schedule"
_SILENT = timedelta(minutes=3)
"""An owner renews every few seconds; its server may be restarted meanwhile."""
_HANDOVER = 90.0
"""Seconds that an owner may take to end when another takes over: its runs are told to stop first."""


class ScheduleTaken(BroadtapeError):
    """Another schedule is served on this Prefect server."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Who serves the schedule, and since when."""

    token: str
    host: str
    pid: int
    process: str
    """As `broadtape.archive.lease_holder` names it; empty where the system does not tell."""
    since: str
    seen: str
    server: bool
    """Whether the server is its own, and ends with it."""
    wanted: bool = False
    """Whether another asked it to end."""

    @classmethod
    def me(cls, *, server: bool) -> Self:
        """This process."""
        now = iso(utcnow())
        return cls(secrets.token_hex(8), socket.gethostname(), os.getpid(), this_process(), now, now, server)

    @classmethod
    def read(cls, value: Any) -> Self | None:
        """What a variable holds; None for what no schedule wrote."""
        try:
            return cls(**json.loads(value))
        except (TypeError, ValueError):
            return None

    def gone(self, now: datetime) -> bool:
        """Whether it serves nothing any more."""
        if self.process and self.host == socket.gethostname() and is_gone(self.process):
            return True
        try:
            return now - parse_time(self.seen) > _SILENT
        except InvalidTime:
            return True

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host}, since {self.since[:19]}Z"


class Ownership:
    """This process's claim to serve the schedule of the server in PREFECT_API_URL; `server`: one that ends with us."""

    def __init__(self, *, server: bool) -> None:
        self._me = Owner.me(server=server)

    def claim(self, *, take_over: bool) -> Owner | None:
        """Takes the schedule; raises ScheduleTaken where another serves it, who is asked to end where we `take_over`.

        Gives the former owner if the server was its own and ends with it now: then nothing is claimed yet.
        """
        with get_client(sync_client=True) as client:
            while not _made(client, self._me):
                owner = _owner(client)
                if owner is None or owner.gone(utcnow()):
                    _remove(client)
                elif not take_over:
                    raise ScheduleTaken(
                        f"Another schedule is served here already ({owner}): end that one, or add --take-over."
                    )
                elif _asked_to_end(client, owner) and owner.server:
                    return owner
        return None

    def renew(self) -> bool:
        """Says that we are still here; False once another has taken the schedule, or asks for it."""
        with get_client(sync_client=True) as client:
            owner = _owner(client)
            if owner is None:
                return _made(client, self._me)
            if owner.token != self._me.token or owner.wanted:
                return False
            _write(client, replace(self._me, seen=iso(utcnow())))
        return True

    def mine(self) -> bool:
        """Whether nobody else has taken the schedule, or asks for it."""
        with get_client(sync_client=True) as client:
            owner = _owner(client)
        return owner is None or (owner.token == self._me.token and not owner.wanted)

    def release(self) -> None:
        """Gives the schedule up, if it is ours."""
        with get_client(sync_client=True) as client:
            owner = _owner(client)
            if owner and owner.token == self._me.token:
                _remove(client)


def _owner(client: SyncPrefectClient) -> Owner | None:
    found = client.read_variable_by_name(_NAME)
    return Owner.read(found.value) if found else None


def _made(client: SyncPrefectClient, owner: Owner) -> bool:
    try:
        client.create_variable(VariableCreate(name=_NAME, value=json.dumps(asdict(owner))))
    except ObjectAlreadyExists:
        return False
    return True


def _write(client: SyncPrefectClient, owner: Owner) -> None:
    client.update_variable(VariableUpdate(name=_NAME, value=json.dumps(asdict(owner))))


def _remove(client: SyncPrefectClient) -> None:
    try:
        client.delete_variable_by_name(_NAME)
    except ObjectNotFound:
        return


def _asked_to_end(client: SyncPrefectClient, owner: Owner) -> bool:
    """Asks an owner to end and waits until it has; whether it did so itself, and was not just given up."""
    end = time.monotonic() + _HANDOVER
    _write(client, replace(owner, wanted=True))
    while time.monotonic() < end:
        time.sleep(1)
        try:
            found = _owner(client)
            if found is None or found.token != owner.token:
                return True
            if found.gone(utcnow()):
                break
            if not found.wanted:  # it renewed between our reading and our writing
                _write(client, replace(found, wanted=True))
        except TransportError:
            if owner.server:
                return True  # it has ended, and its server with it
    _remove(client)
    return False

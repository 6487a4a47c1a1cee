"""What the Prefect server will really run, asked of it without importing Prefect."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPException
from typing import Any, Self
from urllib.parse import urlsplit

from broadtape.errors import BroadtapeError, InvalidTime
from broadtape.prefect_server.client_headers import client_headers
from broadtape.prefect_server.finding import find_server, without_credentials
from broadtape.times import parse_time
from broadtape.urls.loopback import is_loopback

__all__ = ["Plan", "PlannedRun", "asked_plan"]

_FLOW = "archive-news"
_MOST = 10_000_000
_TIMEOUT = 10.0
_LIMIT = 200
"""Runs asked for at once: what a server allows. It plans a handful for each cron."""


@dataclass(frozen=True, slots=True)
class PlannedRun:
    """A run that the server has planned: of the outlets of a cron, of some by name, or of all that are enabled."""

    at: datetime
    late: bool
    """Whether it should have begun by now."""
    served: bool
    """Whether somebody asks the server for runs of its deployment."""
    cron: str | None
    sites: tuple[str, ...]

    def covers(self, site: str, cron: str) -> bool:
        """Whether it looks at this outlet, which has this cron in its file."""
        if self.cron is not None:
            return self.cron == cron
        return site in self.sites if self.sites else True

    @classmethod
    def of(cls, values: Mapping[str, Any], served: bool) -> Self:
        """As the server tells it; raises InvalidTime."""
        told = values.get("parameters") or {}
        at = parse_time(str(values.get("expected_start_time")))
        return cls(at, values.get("state_name") == "Late", served, told.get("cron"), tuple(told.get("sites") or ()))


@dataclass(frozen=True, slots=True)
class Plan:
    """What the server has planned, or why that is not known."""

    server: str | None = None
    """The address of its API; None where no server was found."""
    problem: str | None = None
    """Why a server that should be there could not be asked, as a sentence."""
    runs: tuple[PlannedRun, ...] = ()

    def next_run(self, site: str, cron: str) -> datetime | None:
        """When the outlet is looked at next; None where nothing is planned that somebody would run."""
        return min((run.at for run in self._of(site, cron) if run.served and not run.late), default=None)

    def late_since(self, site: str, cron: str) -> datetime | None:
        """When the oldest of the outlet's runs that wait should have begun."""
        return min((run.at for run in self._of(site, cron) if run.late), default=None)

    @property
    def served(self) -> bool:
        """Whether anything is planned that somebody would run."""
        return any(run.served for run in self.runs)

    def _of(self, site: str, cron: str) -> Iterator[PlannedRun]:
        return (run for run in self.runs if run.covers(site, cron))


def asked_plan() -> Plan:
    """What the server that commands here would use has planned. Raises nothing: what goes wrong is told in the plan."""
    try:
        server = find_server()
    except BroadtapeError as error:
        return Plan(problem=str(error))
    if server is None:
        return Plan()
    try:
        return Plan(without_credentials(server), runs=tuple(_planned(server)))
    except (OSError, ValueError, TypeError, AttributeError, HTTPException) as error:
        told = getattr(error, "reason", None) or type(error).__name__
        return Plan(problem=f"The Prefect server at {without_credentials(server)} does not say what it runs: {told}.")


def _planned(server: str) -> Iterator[PlannedRun]:
    of_flow = {"flows": {"name": {"any_": [_FLOW]}}}
    found = _post(server, "deployments/filter", {**of_flow, "limit": _LIMIT})
    ready = {each["id"] for each in found if each.get("status") == "READY" and not each.get("paused")}
    for name in ("Scheduled", "Late"):
        wanted = {"state": {"name": {"any_": [name]}}, "deployment_id": {"is_null_": False}}
        asked = {**of_flow, "flow_runs": wanted, "sort": "EXPECTED_START_TIME_ASC", "limit": _LIMIT}
        yield from _read(_post(server, "flow_runs/filter", asked), ready)


def _read(found: Iterable[Mapping[str, Any]], ready: set[str]) -> Iterator[PlannedRun]:
    for values in found:
        try:
            yield PlannedRun.of(values, values.get("deployment_id") in ready)
        except InvalidTime:
            continue


def _post(server: str, path: str, body: Mapping[str, Any]) -> list[dict[str, Any]]:
    parts = urlsplit(server)
    url = f"{without_credentials(server).rstrip('/')}/{path}"
    headers = {"Content-Type": "application/json", **client_headers(server)}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)  # noqa: S310 - the operator's own address
    # No proxy is asked for this machine's own.
    proxies = [urllib.request.ProxyHandler({})] if is_loopback(parts.hostname or "") else []
    with urllib.request.build_opener(*proxies).open(request, timeout=_TIMEOUT) as response:
        answer: list[dict[str, Any]] = json.loads(response.read(_MOST))
    return answer

"""What one run over an outlet leaves for the next: `state/<outlet>.json`, as one type that all who read it share.

State spares requests and keeps what goes on from run to run; it may be lost without harm. So reading it never fails:
what cannot be read is as if it had never been kept, fact by fact. Keys of a later release are kept as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, Self, TypeVar

from broadtape.alerts.message import WaitingAlert
from broadtape.capture import Listing
from broadtape.errors import InvalidTime
from broadtape.rights.robots import Robots
from broadtape.rights.tdm import TdmRep
from broadtape.times import iso, parse_time

__all__ = ["OngoingTrouble", "OutletState", "States"]

T = TypeVar("T")


class States(Protocol):
    """What keeps states, by name: an archive."""

    def load_state(self, site: str) -> dict[str, Any]:
        """What `save_state` kept; empty where there is nothing."""

    def save_state(self, site: str, state: Mapping[str, Any]) -> None:
        """Keeps it."""


@dataclass(frozen=True, slots=True)
class OngoingTrouble:
    """Trouble that an outlet is in until a run finds that it is over."""

    reason: str
    """As a sentence without its full stop."""
    since: datetime | None = None
    first: str | None = None
    """The run that found it first; None once somebody decided that its pages are what is usual now."""
    run: str | None = None
    """The run that found it last."""
    pages: bool = False
    """Whether its pages are not as they were: then only pages that are end the trouble, and a decision on those that
    were held back."""
    listings: bool = False
    """Whether its listings are not as they were: then only listings that are end the trouble."""

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        told = {"since": iso(self.since) if self.since else None, "first": self.first, "run": self.run}
        known = {name: value for name, value in told.items() if value}
        return {"reason": self.reason, "pages": self.pages, "listings": self.listings, **known}

    @classmethod
    def from_json(cls, values: Any) -> Self | None:
        """Reads what `to_json` wrote; None for anything without a reason."""
        told = _object(values)
        if not told.get("reason"):
            return None
        first, run = (str(told[name]) if told.get(name) else None for name in ("first", "run"))
        pages, listings = bool(told.get("pages")), bool(told.get("listings"))
        return cls(str(told["reason"]), _time(told.get("since")), first, run, pages, listings)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletState:
    """What is remembered of one outlet. What `save` does not keep is gone."""

    listings: Mapping[str, Any] = field(default_factory=dict)
    """By address, what the crawl keeps of each listing as plain data, which it reads by itself."""
    backfill: Mapping[str, Any] = field(default_factory=dict)
    """How far its archive sitemaps were read, as plain data, which the crawl reads by itself; empty where nothing of an
    order is left."""
    retries: tuple[Listing, ...] = ()
    """Stories that could not be fetched and are to be tried again, though no listing may name them any more."""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """What listings showed about the parameters of addresses, as plain data, which the crawl reads by itself."""
    robots: Mapping[str, Robots] = field(default_factory=dict)
    """By origin, however old; small ones only."""
    tdm: Mapping[str, TdmRep] = field(default_factory=dict)
    """By origin, however old."""
    trouble: OngoingTrouble | None = None
    alerts: tuple[WaitingAlert, ...] = ()
    """What somebody is still to be told."""
    unknown: Mapping[str, Any] = field(default_factory=dict)
    """What another release keeps here."""

    @classmethod
    def load(cls, archive: States, site: str) -> Self:
        """What the last run left; empty where there is nothing, or nothing readable."""
        return cls.from_json(archive.load_state(site))

    def save(self, archive: States, site: str) -> None:
        """Keeps it for the next run; needs the outlet's lease."""
        archive.save_state(site, self.to_json())

    def to_json(self) -> dict[str, Any]:
        """As plain data; what is empty is left out."""
        robots = {origin: kept for origin, told in self.robots.items() if (kept := told.to_state())}
        values = {
            "listings": dict(self.listings),
            "backfill": dict(self.backfill),
            "retries": [listing.to_json() for listing in self.retries],
            "parameters": dict(self.parameters),
            "robots": robots,
            "tdm": {origin: told.to_state() for origin, told in self.tdm.items()},
            "trouble": self.trouble and self.trouble.to_json(),
            "alerts": [waiting.to_json() for waiting in self.alerts],
        }
        return {**self.unknown, **{name: value for name, value in values.items() if value}}

    @classmethod
    def from_json(cls, values: Any) -> Self:
        """Reads what `to_json` wrote, in this release or another."""
        told = _object(values)
        robots = {origin: Robots.from_state(origin, kept) for origin, kept in _object(told.get("robots")).items()}
        tdm = {origin: TdmRep.from_state(kept) for origin, kept in _object(told.get("tdm")).items()}
        return cls(
            listings=_object(told.get("listings")),
            backfill=_object(told.get("backfill")),
            retries=_each(told.get("retries"), Listing.from_json),
            parameters=_object(told.get("parameters")),
            robots={origin: kept for origin, kept in robots.items() if kept},
            tdm={origin: kept for origin, kept in tdm.items() if kept},
            trouble=OngoingTrouble.from_json(told.get("trouble")),
            alerts=_each(told.get("alerts"), WaitingAlert.from_json),
            unknown={name: value for name, value in told.items() if name not in _KEYS},
        )


_KEYS = frozenset(OutletState.__dataclass_fields__) - {"unknown"}


def _object(values: Any) -> Mapping[str, Any]:
    return values if isinstance(values, dict) else {}


def _each(values: Any, read: Callable[[Any], T]) -> tuple[T, ...]:
    """Those of a list's members that can be read."""
    return tuple(_readable(values if isinstance(values, list) else [], read))


def _readable(values: Iterable[Any], read: Callable[[Any], T]) -> Iterable[T]:
    for value in values:
        try:
            yield read(value)
        except ValueError:
            continue


def _time(text: Any) -> datetime | None:
    try:
        return parse_time(text) if isinstance(text, str) else None
    except InvalidTime:
        return None

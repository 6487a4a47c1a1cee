"""What holds now between us and an outlet: robots.txt, reservations and what came of them, as last read."""

from __future__ import annotations

from typing import Any

from broadtape.outlet_state import OutletState
from broadtape.rights.robots import Robots
from broadtape.site import Site
from broadtape.times import iso
from broadtape.urls import host_of

__all__ = ["standing"]


def standing(site: Site, state: OutletState, token: str) -> dict[str, dict[str, Any]]:
    """For each host of which anything is kept in the outlet's state, what it says to `token` and since when.

    Read from what the last run kept, however old it is: what it says is told with its date.
    """
    told: dict[str, dict[str, Any]] = {}
    for origin, robots in state.robots.items():
        told.setdefault(origin, {}).update(_robots(robots, site, token))
    for origin, tdm in state.tdm.items():
        said = f"reserves mining of {', '.join(tdm.reserved[:10])}" if tdm.reserved else "reserves nothing"
        told.setdefault(origin, {})["tdmrep"] = f"{said}, read {iso(tdm.checked_at)}" if tdm.text else "none"
    return told


def _robots(robots: Robots, site: Site, token: str) -> dict[str, Any]:
    own = [site.homepage, *(source.url for source in site.listings)]
    asked = [url for url in own if host_of(url) == host_of(robots.origin)]
    grant = bool(site.allow_robots_token)
    refused = [url for url in asked if robots.refusal(url, token, granted=grant)]
    facts: dict[str, Any] = {
        "robots_read_at": iso(robots.checked_at),
        "robots_status": robots.status,
        "forbidden": refused or "nothing that the outlet's file names",
        "strictest_of": [token] if grant else [token, "Scrapy", "*"],
        "crawl_delay": max(site.delay, robots.spacing(token)),
    }
    signals = robots.signals(token)
    if signals:
        facts["content_signals"] = {name: "yes" if allowed else "no" for name, allowed in sorted(signals.items())}
    return facts

"""`broadtape sites list`: the outlets at a glance."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from broadtape.cli.common.context import Invocation, pass_invocation
from broadtape.cli.common.options import archive_option
from broadtape.errors import ArchiveError
from broadtape.times import iso, utcnow

if TYPE_CHECKING:
    from broadtape.monitoring.status import OutletHealth
    from broadtape.site import Site

__all__ = ["list_sites"]


@click.command(epilog="Example: broadtape sites list --enabled")
@click.option("--enabled/--disabled", default=None, help="Only those that are, or are not, crawled.")
@archive_option
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@pass_invocation
def list_sites(invocation: Invocation, /, enabled: bool | None, archive: str | None, form: str) -> None:
    """List the configured outlets: whether and how they are crawled, and how they fare.

    `state` is what the archive knows, where there is one: `well`, `trouble`, `on` (never looked at yet), or `off`.
    """
    sites = [site for site in invocation.sites.values() if enabled in (None, site.enabled)]
    health = _health(invocation, archive, sites)
    if form == "json":
        for site in sites:
            facts = {"name": site.name, **_facts(site, health.get(site.name))}
            click.echo(json.dumps(facts, ensure_ascii=False))
        return
    _print(sites, health)


def _health(invocation: Invocation, archive: str | None, sites: list[Site]) -> dict[str, OutletHealth]:
    """How the outlets fare; nothing where there is no archive yet, unless one was named."""
    from broadtape.archive import Archive

    try:
        from broadtape.monitoring.status import outlet_health
    except ImportError:  # the wheel holds what reads; schedules are the crawl's
        return {}
    with suppress(*(() if archive else (ArchiveError,))):
        opened = Archive.open(invocation.archive_uri(archive))
        return {each.site: each for each in outlet_health(opened, sites, now=utcnow())}
    return {}


def _state(site: Site, health: OutletHealth | None) -> str:
    if not site.enabled:
        return "off"
    if health is None or (health.last_run is None and not health.trouble):
        return "on"
    return "trouble" if health.trouble else "well"


def _facts(site: Site, health: OutletHealth | None) -> dict[str, str | int | bool | None]:
    found = {"feeds": site.feeds, "news": site.news_sitemaps, "archive": site.archive_sitemaps, "pages": site.sections}
    return {
        "state": _state(site, health),
        "title": site.title,
        "enabled": site.enabled,
        "why_not": site.reason_disabled,
        "access": site.access,
        "paywall": site.paywall,
        "language": site.language,
        "sources": len(site.feeds) + len(site.news_sitemaps) + len(site.sections),
        "found_by": " ".join(f"{name}:{len(each)}" for name, each in found.items() if each),
        "cron": site.cron,
        "alert_below_per_day": site.alert_below_per_day,
        "evidence": site.evidence,
        "last_article": iso(health.last_article) if health and health.last_article else None,
        "trouble": health.trouble if health else None,
    }


_LONG = {"evidence": "evidence", "found_by": "found by", "cron": "cron (UTC)"}
_COLUMNS = {
    "access": "access",
    "paywall": "paywall",
    "language": "lang",
    "alert_below_per_day": "min/day",
    **_LONG,
}
_STYLES = {"well": "green", "trouble": "red", "on": "yellow", "off": "dim"}


def _print(sites: list[Site], health: dict[str, OutletHealth]) -> None:
    from broadtape.cli.common.tables import print_table

    rows, styles = [], []
    for site in sites:
        facts = _facts(site, health.get(site.name))
        state = str(facts["state"])
        last = str(facts["last_article"] or "–")[:16].replace("T", " ")
        note = str(facts["trouble"] if site.enabled and facts["trouble"] else site.reason_disabled or "")
        rows.append((site.name, state, last, *(str(facts[name]) for name in _COLUMNS), note))
        styles.append(_STYLES[state])
    headings = ("outlet", "state", "last article", *_COLUMNS.values(), "note")
    print_table(headings, rows, numbers=[headings.index("min/day")], below=len(_LONG) + 1, styles=styles)
    on = sum(site.enabled for site in sites)
    click.echo(f"{on} of {len(sites)} outlets are crawled.")

"""`broadtape sites list`: the outlets at a glance."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from broadtape.cli.context import Invocation, pass_invocation
from broadtape.cli.terminal import console

if TYPE_CHECKING:
    from broadtape.site import Site

__all__ = ["list_sites"]


@click.command(epilog="Example: broadtape sites list --enabled")
@click.option("--enabled/--disabled", default=None, help="Only those that are, or are not, crawled.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@pass_invocation
def list_sites(invocation: Invocation, /, enabled: bool | None, form: str) -> None:
    """List the configured outlets: whether and how they are crawled."""
    sites = [site for site in invocation.sites.values() if enabled in (None, site.enabled)]
    if form == "json":
        for site in sites:
            click.echo(json.dumps({"name": site.name, **_facts(site)}, ensure_ascii=False))
        return
    _print(sites)


def _facts(site: Site) -> dict[str, str | int | bool | None]:
    return {
        "title": site.title,
        "enabled": site.enabled,
        "why_not": site.reason_disabled,
        "access": site.access,
        "paywall": site.paywall,
        "language": site.language,
        "sources": len(site.feeds) + len(site.news_sitemaps) + len(site.sections),
        "cron": site.cron,
        "minimum_per_day": site.minimum_per_day,
        "confidence": site.confidence,
    }


def _print(sites: list[Site]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("outlet", no_wrap=True)
    for heading in ("state", "access", "paywall", "lang", "sources", "cron (UTC)", "min/day"):
        table.add_column(heading, no_wrap=True, justify="right" if heading in ("sources", "min/day") else "left")
    table.add_column("note", overflow="fold")
    for site in sites:
        facts = _facts(site)
        table.add_row(
            site.name,
            Text("on", style="green") if site.enabled else Text("off", style="dim"),
            *(str(facts[name]) for name in ("access", "paywall", "language", "sources", "cron", "minimum_per_day")),
            Text(site.reason_disabled or "", style="dim"),
        )
    out = console()
    out.print(table)
    on = sum(site.enabled for site in sites)
    out.print(Text(f"{on} of {len(sites)} outlets are crawled.", style="dim"))

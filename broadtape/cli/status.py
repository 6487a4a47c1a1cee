"""`broadtape status`: how each outlet fares, and what the archive weighs."""

from __future__ import annotations

import json
import sys
from datetime import datetime

import click

from broadtape.cli.common.context import Invocation, pass_invocation
from broadtape.times import iso, utcnow

__all__ = ["status"]


@click.command()
@click.option("--archive", metavar="URI", help="A folder or s3://bucket/prefix.  [default: as the settings say]")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option("--give-up", metavar="RUN", help="The machine of this run is not coming back: its spool waits no more.")
@click.option("--all", "everything", is_flag=True, help="Show disabled outlets too.")
@pass_invocation
def status(invocation: Invocation, /, archive: str | None, form: str, everything: bool, give_up: str | None) -> None:
    """Show each outlet's last run, next run, last new article and trouble; the archive's bytes, files and spool.

    The exit status is 1 when an outlet is in trouble or a dead run's spool waits to be recovered.
    """
    from broadtape.archive import Archive
    from broadtape.archive.spools_elsewhere import clear_note
    from broadtape.monitoring.status import archive_health, outlet_health

    settings = invocation.settings.with_archive(archive)
    opened = Archive.open(settings.archive)
    if give_up:
        clear_note(opened.objects, give_up)
    sites = [site for site in invocation.sites.values() if site.enabled or everything]
    outlets = outlet_health(opened, sites, now=utcnow())
    weight = archive_health(opened, settings.spool)
    if form == "json":
        click.echo(json.dumps({"outlets": [o.as_dict() for o in outlets], "archive": weight.as_dict()}, indent=2))
    else:
        _print(outlets, weight)
    if any(outlet.trouble for outlet in outlets) or weight.waiting or weight.elsewhere:
        click.get_current_context().exit(1)


def _print(outlets: list, weight: object) -> None:  # type: ignore[type-arg]
    from rich.console import Console
    from rich.table import Table

    from broadtape.cli.common.terminal_text import one_line

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("outlet", "last run", "next run", "last new article", "trouble"):
        table.add_column(name, overflow="fold")
    for o in outlets:
        table.add_row(o.site, _ago(o.last_run), _when(o.next_run), _ago(o.last_article), one_line(o.trouble or "–"))
    # Where nobody looks, times keep their line.
    console = Console(width=None if sys.stdout.isatty() else 200, highlight=False)
    console.print(table)
    console.print(f"\n{weight}", markup=False)


def _ago(moment: datetime | None) -> str:
    return iso(moment.replace(microsecond=0)) if moment else "never"


def _when(moment: datetime | None) -> str:
    return iso(moment) if moment else "not scheduled"

"""`broadtape status`: how each outlet fares, and what the archive weighs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import click

from broadtape.cli.common.context import Invocation, pass_invocation
from broadtape.cli.common.options import archive_option
from broadtape.cli.common.sentences import say
from broadtape.errors import SpoolError
from broadtape.times import iso, utcnow

if TYPE_CHECKING:
    from broadtape.monitoring.status import ArchiveHealth, OutletHealth
    from broadtape.prefect_server.planned_runs import Plan
    from broadtape.settings import Settings

__all__ = ["status"]


@click.command(
    epilog="""\b
Examples:
  broadtape status
  broadtape status --all --archive s3://bucket/news
  broadtape status --format json
"""
)
@archive_option
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option("--give-up", metavar="RUN", help="The machine of this run is not coming back: its spool waits no more.")
@click.option("--weigh", is_flag=True, help="List the archive's files now, not as upkeep last found them.")
@click.option("--all", "everything", is_flag=True, help="Show disabled outlets too.")
@pass_invocation
def status(
    invocation: Invocation, /, archive: str | None, form: str, everything: bool, give_up: str | None, weigh: bool
) -> None:
    """Show each outlet's last run, next run, last new article and trouble; the archive's bytes, files and spool.

    What runs next is asked of the Prefect server that a schedule, or PREFECT_API_URL, names. The exit status is 1 when
    an outlet is in trouble, a dead run's spool waits to be recovered, the server does not answer, or the copy that
    upkeep makes is old.
    """
    from broadtape.archive import Archive
    from broadtape.archive.spools_elsewhere import clear_note
    from broadtape.monitoring.last_backup import last_backup
    from broadtape.monitoring.status import Planned, archive_health, outlet_health

    settings = invocation.settings.with_archive(archive)
    opened = Archive.open(settings.archive)
    if give_up:
        clear_note(opened.objects, give_up)
    outlets = settings.sites()
    sites = [site for site in outlets.values() if site.enabled or everything]
    broken = {name: file for name, file in outlets.broken.items() if file.enabled or everything}
    plan = _plan(settings)

    def planned(site: str, cron: str) -> Planned:
        return Planned(plan.next_run(site, cron), plan.late_since(site, cron))

    health = outlet_health(opened, sites, now=utcnow(), planned=planned, broken=broken)
    weight = archive_health(opened, settings.spool, weigh_anew=weigh)
    backup = last_backup(opened, settings.upkeep.backup_to, utcnow())
    if form == "json":
        schedule = {"server": plan.server, "served": plan.served, "problem": plan.problem}
        told = {"outlets": [o.as_dict() for o in health], "archive": weight.as_dict(), "schedule": schedule}
        click.echo(json.dumps({**told, "backup": backup.as_dict()}, indent=2))
    else:
        _print(health, weight, plan)
        if backup.to:
            say(str(backup))
    wrong = weight.waiting or weight.elsewhere or plan.problem or backup.problem
    if wrong or any(outlet.trouble for outlet in health):
        click.get_current_context().exit(1)


def _plan(settings: Settings) -> Plan:
    """What is planned; a machine without a place for Prefect's records has no schedule."""
    from broadtape.prefect_server.environment import prepare_prefect
    from broadtape.prefect_server.planned_runs import Plan, asked_plan

    try:
        prepare_prefect(settings)
    except SpoolError:
        return Plan()
    return asked_plan()


def _print(outlets: Sequence[OutletHealth], weight: ArchiveHealth, plan: Plan) -> None:
    from broadtape.cli.common.tables import print_table

    rows = [
        (o.site, *(_moment(at) for at in (o.last_run, o.next_run, o.last_article)), o.trouble or "–") for o in outlets
    ]
    print_table(("outlet", "last run", "next run", "last new article", "trouble"), rows, below=1)
    say(f"\n{weight}")
    say(_schedule(plan))


def _schedule(plan: Plan) -> str:
    if plan.problem:
        return plan.problem
    if plan.server is None:
        return "No Prefect server answers here, so what runs next is not known: 'broadtape schedule' starts one."
    if plan.served:
        return f"What runs next is what the Prefect server at {plan.server} has planned."
    return f"Nobody serves a schedule on the Prefect server at {plan.server}: nothing runs by itself."


def _moment(moment: datetime | None) -> str:
    return iso(moment.replace(microsecond=0)) if moment else "–"

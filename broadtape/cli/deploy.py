"""`broadtape deploy`: the flows on a work pool, as the outlets' files say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TextIO

import click

from broadtape.cli.common.context import Invocation, pass_invocation
from broadtape.errors import UsageError

if TYPE_CHECKING:
    from flows.work_pool import Deployed

__all__ = ["deploy"]


@click.command(
    epilog="""\b
Examples:
  PREFECT_API_URL=http://host:4200/api broadtape deploy
  broadtape deploy --type kubernetes --job-template deploy/kubernetes/job-template.json
"""
)
@click.option("--pool", default="broadtape", show_default=True, metavar="NAME", help="The work pool.")
@click.option("--type", "kind", default="process", show_default=True, help="What it is made as, where it is not there.")
@click.option(
    "--job-template",
    type=click.File(),
    metavar="FILE",
    help="JSON that each of the pool's jobs is made from.  [default: what the type has by itself]",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@pass_invocation
def deploy(invocation: Invocation, /, pool: str, kind: str, job_template: TextIO | None, form: str) -> None:
    """Put the flows on a work pool: a schedule for each cron of the enabled outlets, upkeep daily, the rest by hand.

    What the outlets' files no longer say is removed, and runs that nobody was there for are dropped, but for the last
    of each cron. Do it again whenever a cron is new or gone. The server is the one in
    PREFECT_API_URL, or one that runs on this machine.
    """
    from broadtape.prefect_server.joining import join_server

    template = _read(job_template) if job_template else None
    outlets = invocation.sites
    join_server(invocation.settings)
    from flows.work_pool import deploy as deploy_flows

    done = deploy_flows(outlets, pool, kind, template)
    if form == "json":
        click.echo(json.dumps(done.as_dict(), indent=2))
        return
    _print(done)


def _read(file: TextIO) -> dict[str, Any]:
    try:
        template = json.load(file)
    except ValueError as error:
        raise UsageError(f"{file.name}: is no JSON: {error}.") from None
    if not isinstance(template, dict) or not {"job_configuration", "variables"} <= template.keys():
        raise UsageError(f"{file.name}: is no template of jobs: it lacks job_configuration or variables.")
    return template


def _print(done: Deployed) -> None:
    click.echo(f"Work pool {done.pool}{' (made now)' if done.pool_made else ''}:")
    for name, crons in done.schedules.items():
        click.echo(f"  {name:<24} {', '.join(crons) or 'by hand'}")
    for gone in done.removed_schedules:
        click.echo(f"Removed the schedule {gone}.")
    for gone in done.removed_deployments:
        click.echo(f"Removed {gone}.")
    if done.late_dropped:
        click.echo(f"Dropped {done.late_dropped:,} runs that nobody was there for.")
    for warning in done.warnings:
        click.echo(warning, err=True)

"""`broadtape schedule`: every enabled outlet on its cron, until interrupted."""

from __future__ import annotations

import os
import signal
import threading

import click

from broadtape.cli.common.context import Invocation, pass_invocation

__all__ = ["schedule"]

_PATIENCE = 15.0
"""Seconds that Prefect may take to end after Ctrl-C."""


@click.command(
    epilog="""\b
Examples:
  broadtape schedule                         on a Prefect server that is found, or started here
  broadtape schedule --archive s3://bucket/news
  PREFECT_API_URL=http://host:4200/api broadtape schedule
""",
)
@click.argument("sites", nargs=-1, metavar="[SITE]...")
@click.option("--archive", metavar="URI", help="A folder or s3://bucket/prefix.  [default: as the settings say]")
@click.option("--port", default=4200, show_default=True, help="Where to start a Prefect server if none answers.")
@pass_invocation
def schedule(invocation: Invocation, /, sites: tuple[str, ...], archive: str | None, port: int) -> None:
    """Put every enabled outlet on the cron of its file, and upkeep once a day.

    Outlets that share a cron share a run. Runs are seen, and can be started with parameters, in Prefect's pages at the
    address that is printed. Ctrl-C ends the schedule; a run under way keeps what it has fetched.
    """
    from broadtape.jobs.crawling.crawl_run import CrawlRun
    from broadtape.jobs.crawling.order import Order
    from broadtape.prefect_server.environment import prepare_prefect

    config = invocation.config_folder
    planned = CrawlRun(Order(tuple(sites), archive, config=config))
    prepare_prefect(planned.settings)
    from broadtape.prefect_server.connection import standing_server
    from broadtape.prefect_server.secret import secret_file

    with standing_server(port) as (api_url, started):
        os.environ["PREFECT_API_URL"] = api_url
        how = "started" if started else "found"
        pages = api_url.removesuffix("/api")
        click.echo(f"Prefect's server was {how} at {pages}: runs, logs and a form to start one by hand.", err=True)
        if started:
            click.echo(f"It asks for the words in {secret_file()}, which are for you alone.", err=True)
        from flows.schedule import MAINTAIN_CRON, grouped_by_cron, serve_schedule

        for cron, group in sorted(grouped_by_cron(planned.outlets).items()):
            click.echo(f"  {cron:<16} {', '.join(site.name for site in group)}", err=True)
        click.echo(f"  {MAINTAIN_CRON:<16} upkeep\nTimes are UTC. Ctrl-C ends the schedule.", err=True)
        signal.signal(signal.SIGINT, _end)
        serve_schedule(planned.settings, planned.outlets)
        raise KeyboardInterrupt  # Prefect takes the interrupt and returns; nothing else ends a schedule


def _end(_number: int, _frame: object) -> None:
    """Ends the schedule, and the process with it should Prefect's own end not come: a server may be gone already."""
    last = threading.Timer(_PATIENCE, os._exit, [130])
    last.daemon = True
    last.start()
    raise KeyboardInterrupt

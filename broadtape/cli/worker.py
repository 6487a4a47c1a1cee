"""`broadtape worker`: a machine that takes runs from a work pool."""

from __future__ import annotations

import click

from broadtape.cli.common.context import Invocation, pass_invocation

__all__ = ["worker"]


@click.command(
    epilog="""\b
Examples:
  PREFECT_API_URL=http://host:4200/api broadtape worker
  broadtape worker --pool news --limit 4
  broadtape worker --queue upkeep --limit 1
"""
)
@click.option("--pool", default="broadtape", show_default=True, metavar="NAME", help="The work pool.")
@click.option("--queue", "queues", multiple=True, metavar="NAME", help="Only what lies in this queue; repeatable.")
@click.option("--limit", type=click.IntRange(min=1), default=2, show_default=True, help="Runs at once.")
@pass_invocation
def worker(invocation: Invocation, /, pool: str, queues: tuple[str, ...], limit: int) -> None:
    """Take runs from a work pool, until interrupted.

    Says first which runs died on this machine, and drops those that nobody was there for, but for the last of each
    cron; then Prefect's own worker goes on in its place. It runs this checkout, with these settings.
    """
    from broadtape.prefect_server.joining import join_server

    join_server(invocation.settings)
    from flows.worker import become_worker, clear_up

    if dropped := clear_up(pool):
        click.echo(f"broadtape: dropped {dropped:,} runs that nobody was there for.", err=True)
    become_worker(pool, queues, limit)

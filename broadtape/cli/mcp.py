"""`broadtape mcp`: the archive as tools for a language model, over standard input and output."""

from __future__ import annotations

import importlib.util
from datetime import datetime

import click

from broadtape.cli.common.context import Invocation, pass_invocation
from broadtape.cli.common.options import TIME, archive_option, clock_option
from broadtape.corpus.reading.filters import Clock
from broadtape.errors import UsageError

__all__ = ["mcp"]


@click.command(
    epilog="""\b
Examples:
  broadtape mcp --archive s3://bucket/news
  broadtape mcp --as-of 2026-11-23T14:00                   nothing later is in any answer
  broadtape mcp --as-of 2019-05-01 --clock fetched         over backfilled years
"""
)
@archive_option
@click.option("--as-of", type=TIME, metavar="TIME", help="Bind the session to this time: it cannot look behind it.")
@clock_option
@pass_invocation
def mcp(invocation: Invocation, /, archive: str | None, as_of: datetime | None, clock: Clock) -> None:
    """Offer the archive to a language model: a server of the Model Context Protocol on standard input and output.

    Its tools search, read, list revisions and tell what is covered, read-only and in bounded answers. Whoever starts
    it with --as-of lets an agent work as at that time, as in a backtest.
    """
    if not importlib.util.find_spec("mcp"):
        raise UsageError("This needs what reading alone does not: pip install 'broadtape[web]'.")
    from broadtape.agents import archive_server
    from broadtape.agents.moment import Pin

    archive_server(invocation.corpus(archive), Pin(as_of, clock)).run("stdio")

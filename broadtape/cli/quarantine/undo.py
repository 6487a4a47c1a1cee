"""`broadtape quarantine undo`: an outlet's present looks are not usual after all."""

from __future__ import annotations

import click

from broadtape.cli.common.context import Invocation, pass_invocation
from broadtape.cli.common.options import archive_option
from broadtape.cli.common.sentences import say

__all__ = ["undo"]


@click.command(
    epilog="""\b
Examples:
  broadtape quarantine undo marketferry --reason "the outlet was broken, not redesigned"
"""
)
@click.argument("site", metavar="SITE")
@click.option("--reason", metavar="TEXT", help="Kept with the decision.")
@archive_option
@pass_invocation
def undo(invocation: Invocation, /, site: str, reason: str | None, archive: str | None) -> None:
    """Take back the last 'approve --as-usual' of an outlet: its pages are compared with what they were before it.

    What was published stays published; 'forget' removes it.
    """
    from broadtape.cli.common.screen import Screen
    from broadtape.jobs.quarantine import undo

    invocation.corpus(archive).check_sites([site])
    runs = undo(site, reason=reason, archive=archive, config=invocation.config_folder, watch=Screen())
    told = f" (it rested on {', '.join(runs)})" if runs else ""
    say(f"{site}: what it looked like then is not usual any more{told}.")

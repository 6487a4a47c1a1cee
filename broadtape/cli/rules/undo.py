"""`broadtape rules undo`: learnt rules out of force, and their lines back into the texts."""

from __future__ import annotations

import click

from broadtape.cli.common.context import Invocation, pass_invocation
from broadtape.cli.common.options import archive_option
from broadtape.cli.common.sentences import say

__all__ = ["undo"]


@click.command(
    epilog="""\b
Examples:
  broadtape rules undo benzinga learnt:3fa9c2d1 --reason "a fund's own sentence"
  broadtape rules undo benzinga
"""
)
@click.argument("site", metavar="SITE")
@click.argument("rules", nargs=-1, metavar="[RULE]...")
@click.option("--reason", metavar="TEXT", help="Kept with the decision.")
@archive_option
@pass_invocation
def undo(invocation: Invocation, /, site: str, rules: tuple[str, ...], reason: str | None, archive: str | None) -> None:
    """Take an outlet's learnt rules back: those that are named, as in `removed`, or all of them.

    They are not learnt again. Every text that they took a line from is cleaned again from its archived page and written
    as a new edition. Killed and run again, it does what is left.
    """
    from broadtape.archive import Archive
    from broadtape.cli.common.by_hand import do_job
    from broadtape.cli.common.screen import Screen
    from broadtape.cli.upkeep import print_changes
    from broadtape.jobs import unlearn as job
    from broadtape.learning.learn import check_rules

    config = invocation.config_folder
    parameters = {"site": site, "rules": list(rules), "reason": reason, "archive": archive, "config": config}
    check_rules(Archive.open(invocation.archive_uri(archive)), invocation.site(site).name, rules)
    told = do_job(invocation.settings, "unlearn", job.unlearn, parameters, Screen())
    names = ", ".join(told["taken_back"]) or "none: the outlet has no learnt rule"
    say(f"Taken back: {names}.")
    print_changes(told, written=True)

"""`broadtape rules allow`: rules that were taken back may be learnt again."""

from __future__ import annotations

import click

from broadtape.cli.common.context import Invocation, pass_invocation
from broadtape.cli.common.options import archive_option
from broadtape.cli.common.sentences import say

__all__ = ["allow"]


@click.command(
    epilog="""\b
Examples:
  broadtape rules show benzinga
  broadtape rules allow benzinga learnt:3fa9c2d1
"""
)
@click.argument("site", metavar="SITE")
@click.argument("rules", nargs=-1, required=True, metavar="RULE...")
@click.option("--reason", metavar="TEXT", help="Kept with the decision.")
@archive_option
@pass_invocation
def allow(
    invocation: Invocation, /, site: str, rules: tuple[str, ...], reason: str | None, archive: str | None
) -> None:
    """Let rules that were taken back be learnt again, by name, as 'rules show' lists them.

    They come into force when the archive still teaches them: with the next upkeep, or 'rules learn'.
    """
    from broadtape.archive import Archive
    from broadtape.learning.learn import allow_again

    name = invocation.site(site).name
    allow_again(Archive.open(invocation.archive_uri(archive)), name, rules, reason=reason)
    say(f"May be learnt again: {', '.join(sorted(set(rules)))}.")

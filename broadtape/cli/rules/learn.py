"""`broadtape rules learn`: what recurs on unrelated stories, and why the rest of it is not taken."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import click

from broadtape.cli.common.context import Invocation, pass_invocation
from broadtape.cli.common.options import TIME, archive_option
from broadtape.cli.common.terminal_text import one_line

if TYPE_CHECKING:
    from broadtape.archive import Archive
    from broadtape.learning.learn import Lesson
    from broadtape.site import Site

__all__ = ["learn", "learn_outlets"]

_SHOWN = 120
_REFUSED = 10


@click.command(
    epilog="""\b
Examples:
  broadtape rules learn --dry-run
  broadtape rules learn benzinga --since 30d
"""
)
@click.argument("sites", nargs=-1, metavar="[SITE]...")
@click.option("--since", type=TIME, metavar="TIME", help="Look at what was fetched since.  [default: 90d]")
@click.option("--dry-run", is_flag=True, help="Only tell what would be learnt, and what recurs but is left alone.")
@archive_option
@pass_invocation
def learn(
    invocation: Invocation, /, sites: tuple[str, ...], since: datetime | None, dry_run: bool, archive: str | None
) -> None:
    """Learn which lines are no part of any story, of all outlets or of those that are named.

    A line is learnt if it stands, to the letter, on stories that have nothing to do with each other, on several days,
    and carries no fact of theirs. It is in force from the next run on; texts that are archived already follow with
    'broadtape reextract'. The daily upkeep does this by itself.
    """
    from broadtape.archive import Archive
    from broadtape.site import pick_sites

    chosen = pick_sites(invocation.sites, sites) if sites else list(invocation.sites.values())
    learn_outlets(Archive.open(invocation.archive_uri(archive)), chosen, since=since, dry_run=dry_run)


def learn_outlets(
    archive: Archive, sites: Sequence[Site], *, since: datetime | None = None, dry_run: bool = False
) -> None:
    """Learns outlet by outlet and prints what is new; an outlet that a run is writing is told and left out."""
    from broadtape.errors import LeaseHeld
    from broadtape.learning import learn as learning

    held = learning.outlets_in(archive, sites)
    for site in held:
        try:
            lesson = (learning.study if dry_run else learning.learn)(archive, site, since=since)
        except LeaseHeld as busy:
            click.echo(f"{site.name} was left out: {busy}")
            continue
        _print(lesson, dry_run=dry_run)
    if not held:
        click.echo("The archive holds no text of these outlets: there is nothing to learn from.")


def _print(lesson: Lesson, *, dry_run: bool) -> None:
    verb = "would be learnt" if dry_run else "learnt"
    held = lesson.before if dry_run else lesson.after
    total = len(held.rules) if held else 0
    click.echo(f"{lesson.site}: {len(lesson.fresh)} {verb} from {lesson.looked_at:,} texts; {total} in force.")
    for rule in lesson.fresh:
        click.echo(f"  {rule.name}  {rule.count} stories, {rule.days} days, {rule.evidence}")
        click.echo(f"    {one_line(rule.pattern)[:_SHOWN]}")
    refused = [candidate for candidate in lesson.candidates if candidate.rule is None] if dry_run else []
    for candidate in refused[:_REFUSED]:
        click.echo(f"  left alone, {candidate.count} stories: {candidate.reason}")
        click.echo(f"    {one_line(candidate.line)[:_SHOWN]}")

"""`broadtape rules learn`: what recurs on unrelated stories, and why the rest of it is not taken."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from broadtape.cli.common.context import Invocation, pass_invocation
from broadtape.cli.common.options import TIME, archive_option
from broadtape.cli.common.sentences import say
from broadtape.cli.common.terminal_text import one_line

if TYPE_CHECKING:
    from broadtape.jobs.learn import Lessons
    from broadtape.learning.learn import Lesson

__all__ = ["learn", "print_lessons"]

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
    from broadtape.cli.common.screen import Screen
    from broadtape.jobs.learn import learn

    lessons = learn(
        sites or None, since=since, dry_run=dry_run, archive=archive, config=invocation.config_folder, watch=Screen()
    )
    print_lessons(lessons, dry_run=dry_run)


def print_lessons(lessons: Lessons, *, dry_run: bool = False) -> None:
    """What is new, outlet by outlet; raises OutletsBusy, at the end, where some were left out."""
    from broadtape.errors import OutletsBusy

    for lesson in lessons.taught:
        _print(lesson, dry_run=dry_run)
    if not lessons.taught and not lessons.left_out:
        say("The archive holds no text of these outlets: there is nothing to learn from.")
    for name, why in lessons.left_out.items():
        say(f"{name} was left out: {why}")
    if lessons.left_out:
        raise OutletsBusy(lessons.left_out)


def _print(lesson: Lesson, *, dry_run: bool) -> None:
    verb = "would be learnt" if dry_run else "learnt"
    held = lesson.before if dry_run else lesson.after
    total = len(held.rules) if held else 0
    say(f"{lesson.site}: {len(lesson.fresh)} {verb} from {lesson.looked_at:,} texts; {total} in force.")
    for rule in lesson.fresh:
        say(f"  {rule.name}  {rule.count} stories, {rule.days} days, {rule.evidence}")
        say(f"    {one_line(rule.pattern)[:_SHOWN]}")
    refused = [candidate for candidate in lesson.candidates if candidate.rule is None] if dry_run else []
    for candidate in refused[:_REFUSED]:
        say(f"  left alone, {candidate.count} stories: {candidate.reason}")
        say(f"    {one_line(candidate.line)[:_SHOWN]}")

"""`broadtape rules show`: the rules in force, with what they rest on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from broadtape.cli.common.context import Invocation, pass_invocation
from broadtape.cli.common.options import archive_option
from broadtape.cli.common.sentences import say
from broadtape.cli.common.terminal_text import one_line

if TYPE_CHECKING:
    from broadtape.learnt_rules import LearntRules

__all__ = ["show"]


@click.command(
    epilog="""\b
Examples:
  broadtape rules show
  broadtape rules show benzinga --format jsonl
"""
)
@click.argument("sites", nargs=-1, metavar="[SITE]...")
@click.option("--format", "form", type=click.Choice(["text", "jsonl"]), default="text", show_default=True)
@archive_option
@pass_invocation
def show(invocation: Invocation, /, sites: tuple[str, ...], form: str, archive: str | None) -> None:
    """Show the learnt rules in force: each line, on how many stories it stood, since when, and some of them.

    The text ends with the names of those that were taken back.
    """
    from broadtape.archive import Archive
    from broadtape.site.outlets import pick_sites

    opened = Archive.open(invocation.archive_uri(archive))
    chosen = pick_sites(invocation.sites, sites) if sites else list(invocation.sites.values())
    found = [held for site in chosen if (held := opened.rules.in_force(site.name))]
    for held in found:
        _print_json(held) if form == "jsonl" else _print_text(held)
    if form == "text":
        if not found:
            say("No learnt rule is in force.")
        for site in chosen:
            if rejected := opened.decisions.rejected_rules(site.name):
                say(f"{site.name}: taken back, and not learnt again: {', '.join(sorted(rejected))}")


def _print_json(held: LearntRules) -> None:
    for rule in held.rules:
        row = {"site": held.site, "set": held.hash, "name": rule.name, **rule.model_dump(mode="json")}
        click.echo(json.dumps(row, ensure_ascii=False))


def _print_text(held: LearntRules) -> None:
    say(f"{held.site}: {len(held.rules)} rules, set {held.hash} of {held.learnt_at:%Y-%m-%d %H:%M} UTC")
    for rule in held.rules:
        say(f"\n  {rule.name}  {one_line(rule.pattern)}")
        say(
            f"    on {rule.count} of {rule.pages} stories, {rule.days} days, {rule.first_seen:%Y-%m-%d} to "
            f"{rule.last_seen:%Y-%m-%d}; evidence: {rule.evidence}"
        )
        for url in rule.examples:
            say(f"    {one_line(url)}")

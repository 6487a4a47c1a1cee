"""`broadtape sites add`: from an address to the draft of an outlet's file."""

from __future__ import annotations

from pathlib import Path

import click

from broadtape.cli.common.context import Invocation, pass_invocation
from broadtape.cli.common.sentences import say
from broadtape.cli.common.terminal_text import one_line
from broadtape.errors import UsageError

__all__ = ["add"]


@click.command(
    epilog="""\b
Examples:
  broadtape sites add https://www.example.com
  broadtape sites add https://www.example.com --name example-markets --output -
"""
)
@click.argument("url")
@click.option("--name", metavar="NAME", help="What the outlet is called.  [default: its domain's name]")
@click.option("--private", is_flag=True, help="It lies on this machine or a private network, and is meant to.")
@click.option("--output", metavar="FILE|-", help="Write the draft here.  [default: NAME.yaml among the outlets' files]")
@pass_invocation
def add(invocation: Invocation, /, url: str, name: str | None, private: bool, output: str | None) -> None:
    """Look at an outlet and draft its file.

    Asks for robots.txt, the front page, and the feeds and sitemaps that these name (or that stand where most keep
    them), by the crawl's own rules: robots.txt obeyed, one request at a time, no private networks, and no live web
    without a contact address. The draft is disabled: look at each line before you enable it.
    """
    from spiders.onboarding.survey import name_of, survey

    settings = invocation.settings
    called = name or name_of(url)
    target = None if output == "-" else Path(output or settings.config / "sites" / f"{called}.yaml")
    if target and target.exists():
        raise UsageError(f"{target} is there already: choose another --name, or --output - to only see the draft.")
    draft = survey(
        url, settings, name=called, private=private, step=lambda told: click.echo(f"broadtape: {told}", err=True)
    )
    if target is None:
        click.echo(draft.text(), nl=False)
        return
    if not target.parent.is_dir():
        raise UsageError(f"{target.parent} is no folder: there the draft would be written.")
    target.write_text(draft.text(), "utf-8")
    _tell(called, target, draft)


def _tell(name: str, target: Path, draft: object) -> None:
    from spiders.onboarding.draft import Draft

    assert isinstance(draft, Draft)
    say(f"{target}: {one_line(draft.title)}, disabled until you have looked at it.")
    for said in draft.robots:
        say(f"  robots.txt {one_line(said)}")
    for kind in ("feeds", "news_sitemaps", "archive_sitemaps"):
        for found in getattr(draft, kind):
            say(f"  {kind.replace('_', ' ')}: {one_line(found.url)}, {found.listed} listed")
    total = len(draft.stories)
    say(f"  patterns: match {draft.shapes.matched} of {total} addresses that were listed")
    say(f"Next: look at the file, then 'broadtape sites check {name} --live'.")

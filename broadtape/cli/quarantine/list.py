"""`broadtape quarantine list`: what is held back, since when, and why."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import click

from broadtape.cli.common.context import Invocation, pass_invocation
from broadtape.cli.common.options import archive_option
from broadtape.cli.common.sentences import say
from broadtape.cli.common.terminal_text import one_line
from broadtape.cli.quarantine.choosing import pages as counted

if TYPE_CHECKING:
    from broadtape.capture import Capture

__all__ = ["list_held", "print_held"]

_EXAMPLES = 3


@click.command(
    "list",
    epilog="""\b
Examples:
  broadtape quarantine list
  broadtape quarantine list marketferry --format jsonl
""",
)
@click.argument("sites", nargs=-1, metavar="[SITE]...")
@click.option("--run", metavar="RUN", help="Only what this run held back.")
@click.option("--format", "form", type=click.Choice(["text", "jsonl"]), default="text", show_default=True)
@archive_option
@pass_invocation
def list_held(
    invocation: Invocation, /, sites: tuple[str, ...], run: str | None, form: str, archive: str | None
) -> None:
    """List the pages that are held back, by outlet and run, each with its reason; as JSON lines, every single one."""
    from broadtape.archive import Archive
    from broadtape.cli.common.formats import json_line
    from broadtape.ingest.quarantine_release import held_pages

    opened = Archive.open(invocation.archive_uri(archive))
    if sites:
        invocation.corpus(archive).check_sites(sites)
    found = held_pages(opened, sites, run=run)
    if form == "text":
        print_held(found)
        return
    for page in found:
        values = ("site", "url", "run", "reason", "fetched_at", "warc_file", "warc_offset")
        click.echo(json_line({name: getattr(page, name) for name in values}))


def print_held(found: Sequence[Capture]) -> None:
    """What is held back, a few addresses of each run, and what can be done."""
    from broadtape.monitoring.quarantine import why_held

    if not found:
        say("Nothing is held back.")
        return
    for (site, run, reason), group in groupby(found, key=lambda page: (page.site, page.run, page.reason)):
        held = list(group)
        say(f"{site}: {counted(len(held))} of run {run}: {one_line(why_held(reason) or 'for an unknown reason')}")
        for page in held[:_EXAMPLES]:
            say(f"  {one_line(page.url or '')}")
        if len(held) > _EXAMPLES:
            say(f"  and {len(held) - _EXAMPLES:,} more")
    say(
        "\n'broadtape quarantine show URL' shows one beside the last good one; 'approve SITE' publishes them, "
        "'reject SITE' keeps them out."
    )

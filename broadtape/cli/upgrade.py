"""`broadtape upgrade`: what an earlier release's archive lacks, told, and done unless it is only asked for."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

import click

from broadtape.cli.common.context import Invocation, pass_invocation
from broadtape.cli.common.options import archive_option
from broadtape.cli.common.sentences import say

__all__ = ["upgrade"]


@click.command(
    epilog="""\b
Examples:
  broadtape upgrade --dry-run
  broadtape upgrade --archive s3://bucket/news
"""
)
@click.option("--dry-run", is_flag=True, help="Only tell what would be changed, and how to go back.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@archive_option
@pass_invocation
def upgrade(invocation: Invocation, /, dry_run: bool, form: str, archive: str | None) -> None:
    """Give an archive of an earlier release what today's would have.

    Nothing of it is needed: today's release opens, reads, appends to and maintains the archive as it is. Reads every
    segment. Make a copy before, if you may want to go back to the earlier release.
    """
    from broadtape.archive import Archive
    from broadtape.archive.lifecycle import upgrade as lifecycle
    from broadtape.runs import new_run_id

    opened = Archive.open(invocation.archive_uri(archive))
    progress = _progress if sys.stderr.isatty() else _silence
    if dry_run:
        changes = lifecycle.due(opened, progress=progress)
    else:
        changes = lifecycle.upgrade(opened, run=new_run_id(), progress=progress)
    if form == "json":
        click.echo(json.dumps([asdict(change) for change in changes], indent=2))
        return
    for change in changes:
        say(f"{change.where}: {change.what} {change.back}")
    if not changes:
        say(f"{opened.uri} is as this release makes archives: there is nothing to change.")
    elif dry_run:
        say("Nothing was changed.")


def _progress(done: int, total: int) -> None:
    click.echo(f"\r{done} of {total} WARC files read", nl=done >= total, err=True)


def _silence(_done: int, _total: int) -> None:
    """Nobody watches."""

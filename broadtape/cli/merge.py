"""`broadtape merge`: another archive into this one."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from broadtape.cli.common.context import Invocation, pass_invocation
from broadtape.cli.common.options import archive_option
from broadtape.cli.common.sentences import say
from broadtape.errors import ArchiveError

__all__ = ["merge"]


@click.command(
    epilog="""\b
Examples:
  broadtape merge s3://other-bucket/news
  broadtape merge /mnt/old/archive --archive s3://bucket/news
"""
)
@click.argument("source", metavar="FROM")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@archive_option
@pass_invocation
def merge(invocation: Invocation, /, source: str, form: str, archive: str | None) -> None:
    """Take everything of another archive, which is only read, into this one.

    Rows keep both their clocks, so that this archive answers as of a time past with what both had then; decisions,
    learnt rules and pages come along. What either has forgotten is forgotten in this one. Done again, it adds nothing;
    ended at any moment, it goes on where it was. Then 'broadtape maintain' makes the index again.
    """
    from broadtape.cli.common.screen import Screen
    from broadtape.cli.common.terminal_text import one_line
    from broadtape.jobs.merge_archives import merge_archives

    report = merge_archives(source, archive, config=invocation.config_folder, watch=Screen())
    if form == "json":
        click.echo(json.dumps(asdict(report), indent=2))
    else:
        say(
            f"{report.target} has taken in {report.articles:,} texts, {report.captures:,} rows of the ledger, "
            f"{report.decisions:,} decisions, {report.segments:,} segments, {report.rule_sets:,} sets of learnt rules."
        )
        say(
            f"{report.left_out:,} rows were left out, for this archive has forgotten them; {report.forgotten:,} texts "
            "went from it, for the other has."
        )
        for warning in report.warnings:
            say(one_line(warning))
    if report.warnings:
        raise ArchiveError("Merged, but look at what is told above.")

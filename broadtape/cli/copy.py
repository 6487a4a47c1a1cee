"""`broadtape copy`: a copy of an archive that is being written; restoring is copying back."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from broadtape.cli.common.sentences import say
from broadtape.errors import ArchiveError
from broadtape.times import iso

if TYPE_CHECKING:
    from broadtape.archive.copying.report import CopyReport

__all__ = ["copy", "print_copy"]

_LEFT = {
    "derived": "the index ({:,} objects), which 'broadtape maintain' makes again",
    "leases": "leases ({:,}): who writes is another matter there",
    "superseded": "superseded data files and log entries ({:,}), which no reader of the copy needs",
    "under_way": "segments of runs that are going on ({:,}), which the next copy takes",
}


@click.command(
    epilog="""\b
Examples:
  broadtape copy s3://bucket/news /backup/news
  broadtape copy /backup/news s3://bucket/restored     restoring is copying back, to a new place
"""
)
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def copy(source: str, target: str, form: str) -> None:
    """Make a copy of an archive, or bring one up to date: each a folder or s3://bucket/prefix.

    The copy opens, at one version of each table, though others write the archive meanwhile; each object is proved by
    its digest. Ended at any moment and run again, it goes on where it was. What was taken down goes from the copy, too.
    """
    from broadtape.cli.common.screen import Screen
    from broadtape.jobs.copy_archive import copy_archive

    report = copy_archive(source, target, watch=Screen())
    if form == "json":
        click.echo(json.dumps({**asdict(report), "at": iso(report.at)}, indent=2))
    else:
        print_copy(report)
    if report.warnings:
        raise ArchiveError(f"{report.target} is whole as of {iso(report.at)}, but look at what is told above.")


def print_copy(report: CopyReport) -> None:
    """What a copy took, what it left, and what is wrong."""
    from broadtape.cli.common.terminal_text import one_line

    versions = ", ".join(f"{name} {version}" for name, version in sorted(report.versions.items()))
    say(f"{report.target} is {report.source} as of {iso(report.at)} (versions: {versions}).")
    say(
        f"{report.objects:,} objects written, {report.bytes / 2**20:,.1f} MiB; {report.unchanged:,} were there; "
        f"{report.removed:,} removed."
    )
    left = [_LEFT[why].format(count) for why, count in sorted(report.left.items())]
    say(f"Not copied: {'; '.join([*left, 'what still lies in the spool of a machine that crawls'])}.")
    for warning in report.warnings:
        say(one_line(warning))

"""`broadtape verify`: is the archive whole."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

import click

from broadtape.cli.common.context import Invocation, pass_invocation
from broadtape.cli.common.options import TIME, archive_option, engine_option
from broadtape.cli.common.sentences import say
from broadtape.cli.common.terminal_text import one_line
from broadtape.errors import ArchiveError

if TYPE_CHECKING:
    from broadtape.archive.lifecycle.verification import Damage

__all__ = ["verify"]


@click.command(
    epilog="""\b
Examples:
  broadtape verify
  broadtape verify --since 7d
  broadtape verify --archive s3://bucket/news --quick --format jsonl
"""
)
@click.option("--quick", is_flag=True, help="Look for the WARC files, but do not read them.")
@click.option("--since", type=TIME, metavar="TIME", help="Read only WARC files of this day and later.")
@click.option("--format", "form", type=click.Choice(["text", "jsonl"]), default="text", show_default=True)
@engine_option
@archive_option
@pass_invocation
def verify(
    invocation: Invocation, /, quick: bool, since: datetime | None, form: str, engine: str | None, archive: str | None
) -> None:
    """Check tables, WARC files and digests against each other.

    Tells everything that is not as it should be, and what to do about it; the exit status is then 1.
    """
    from broadtape.cli.common.screen import Screen
    from broadtape.jobs.verify import verify as job

    uri, config = invocation.archive_uri(archive), invocation.config_folder
    found: Counter[str] = Counter()
    for finding in job(quick=quick, since=since, archive=uri, config=config, watch=Screen(), engine=engine):
        found[finding.kind] += 1
        click.echo(_as_json(finding)) if form == "jsonl" else say(_told(finding))
    if found:
        kinds = ", ".join(f"{count} × {_words(kind)}" for kind, count in sorted(found.items()))
        one = found.total() == 1
        wrong = "1 thing is not as it should be" if one else f"{found.total():,} things are not as they should be"
        raise ArchiveError(f"{uri}: {wrong}: {kinds}.")
    if form == "text":
        say(f"{uri}: all is as it should be.")


def _told(finding: Damage) -> str:
    return one_line(f"{_words(finding.kind)}: {finding.where}: {finding.message}")


def _words(kind: str) -> str:
    return kind.replace("_", " ")


def _as_json(finding: Damage) -> str:
    from broadtape.cli.common.formats import json_line

    return json_line(asdict(finding))

"""`broadtape gaps`: days on which the archive holds nothing of an outlet, and whether anybody looked."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

import click

from broadtape.cli.context import Invocation, pass_invocation
from broadtape.cli.options import TIME, archive_option
from broadtape.cli.terminal import console
from broadtape.times import utcnow

if TYPE_CHECKING:
    from broadtape.corpus.gaps import Gap

__all__ = ["gaps"]


@click.command(
    epilog="""\b
Examples:
  broadtape gaps --since 90d
  broadtape gaps --site ecb --since 2024-01-01 --kind unseen
"""
)
@archive_option
@click.option("--site", multiple=True, metavar="NAME", help="Of this outlet; repeatable.")
@click.option("--since", type=TIME, metavar="TIME", help="From this day on.  [default: an outlet's first poll]")
@click.option("--until", type=TIME, metavar="TIME", help="Before this day.  [default: today]")
@click.option("--kind", type=click.Choice(["quiet", "unseen"]), help="Only such gaps.")
@click.option("--format", "form", type=click.Choice(["table", "jsonl"]), default="table", show_default=True)
@pass_invocation
def gaps(
    invocation: Invocation,
    /,
    archive: str | None,
    site: tuple[str, ...],
    since: datetime | None,
    until: datetime | None,
    kind: str | None,
    form: str,
) -> None:
    """List the days on which an outlet published nothing that we have.

    `quiet` days were looked at and brought nothing; on `unseen` days nobody looked, so that nothing can be said of
    them. Days are those of publication, UTC; today is not over and never counted.
    """
    from broadtape.corpus.gaps import find_gaps

    corpus = invocation.corpus(archive)
    invocation.check_sites(site, corpus)
    end = (until or utcnow()).date()
    coverage = corpus.coverage(site=site, since=since, until=until)
    every = find_gaps(coverage, site or corpus.sites(), since.date() if since else None, end)
    found = [gap for gap in every if kind in (None, gap.kind)]
    if form == "jsonl":
        from broadtape.cli.formats import json_line

        for gap in found:
            click.echo(json_line(asdict(gap)))
        return
    _print(found)


def _print(found: list[Gap]) -> None:
    from rich.table import Table
    from rich.text import Text

    out = console()
    if not found:
        out.print("No gaps.")
        return
    table = Table("outlet", "kind", "from", "to", "days", box=None, padding=(0, 2, 0, 0), header_style="dim")
    for gap in found:
        style = "yellow" if gap.kind == "unseen" else "dim"
        table.add_row(gap.site, Text(gap.kind, style=style), str(gap.first), str(gap.last), str(gap.days))
    out.print(table)

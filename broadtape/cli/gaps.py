"""`broadtape gaps`: days on which the archive holds nothing of an outlet, and whether anybody looked."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from operator import itemgetter
from typing import TYPE_CHECKING, Literal

import click

from broadtape.cli.context import Invocation, pass_invocation
from broadtape.cli.options import TIME, archive_option
from broadtape.cli.terminal import console
from broadtape.times import utcnow

if TYPE_CHECKING:
    import polars as pl

Kind = Literal["quiet", "unseen"]

__all__ = ["Gap", "find_gaps", "gaps"]


@dataclass(frozen=True, slots=True)
class Gap:
    """Days in a row, both ends included, without an article of an outlet.

    `quiet`: its feeds were looked at on each of them; `unseen`: they were not.
    """

    site: str
    kind: Kind
    first: date
    last: date
    days: int


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


def find_gaps(coverage: pl.DataFrame, sites: Iterable[str], since: date | None, end: date) -> Iterator[Gap]:
    """The gaps of each outlet from `since`, else from its first poll, up to the day before `end`."""
    for site in sites:
        days = coverage.filter(coverage["site"] == site)
        kinds: dict[date, Kind | None] = {day: _kind(articles, polls) for _, day, articles, polls in days.iter_rows()}
        start = since or days.filter(days["polls"] > 0)["date"].min()
        if not isinstance(start, date):  # never polled
            continue
        every = [start + timedelta(days=n) for n in range((end - start).days)]
        told = [(kinds.get(day, "unseen"), day) for day in every]
        for kind, run in itertools.groupby(told, key=itemgetter(0)):
            held = [day for _, day in run]
            if kind is not None:
                yield Gap(site, kind, held[0], held[-1], len(held))


def _kind(articles: int, polls: int) -> Kind | None:
    if articles:
        return None
    return "quiet" if polls else "unseen"


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

"""`broadtape stats`: how much of which outlet, day by day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import click

from broadtape.cli.common.context import Invocation, pass_invocation
from broadtape.cli.common.options import FILTERS, archive_option, options, output_option
from broadtape.cli.common.terminal_text import console, printable

if TYPE_CHECKING:
    import polars as pl

    from broadtape.corpus import Corpus

__all__ = ["bars", "stats"]

_BARS = " ▁▂▃▄▅▆▇█"
_MOST, _FEWEST = 40, 24
"""Bars in a row; where there are more days, several are drawn together."""
_FACTS = 33
"""Columns of what stands between an outlet's name and its bars."""


@click.command(
    epilog="""\b
Examples:
  broadtape stats --since 30d
  broadtape stats --ticker AAPL --by fetched
  broadtape stats --format csv --output per-day.csv
"""
)
@archive_option
@options(*FILTERS)
@click.option("--format", "form", type=click.Choice(["table", "csv", "jsonl"]), default="table", show_default=True)
@output_option
@pass_invocation
def stats(invocation: Invocation, /, archive: str | None, form: str, output: str | None, **filters: Any) -> None:
    """Count articles per outlet and day.

    The table draws the days as bars, on one scale for each outlet. CSV and JSON lines give one row for each outlet
    and day, with how often the outlet's feeds were looked at and how many articles nobody dates.
    """
    from broadtape.cli.common.undated import tell_undated

    corpus = invocation.corpus(archive)
    coverage = corpus.coverage(**filters)
    if corpus.query(**filters).takes_undated:
        tell_undated(int(coverage["undated"].sum()), int(coverage["articles"].sum()))
    if form == "table":
        _print(corpus, coverage, filters)
        return
    from broadtape.cli.common import formats
    from broadtape.cli.common.output import destination

    with destination(output, binary=False) as out:
        formats.WRITERS[form](iter([coverage]), out)


def bars(counts: Sequence[int]) -> str:
    """Counts as a row of bars, the tallest being the largest; what is more than none is never drawn as none."""
    top = max(counts, default=0) or 1
    return "".join(_BARS[-(-count * (len(_BARS) - 1) // top)] for count in counts)


def _print(corpus: Corpus, coverage: pl.DataFrame, filters: dict[str, Any]) -> None:
    from rich.table import Table
    from rich.text import Text

    out = console()
    counted = {site: days for (site,), days in coverage.partition_by("site", as_dict=True).items()}
    first, last = coverage["date"].min(), coverage["date"].max()
    if not isinstance(first, date) or not isinstance(last, date):
        out.print("Nothing in the archive passes these filters.")
        return
    room = out.width - _FACTS - max(map(len, counted))
    width = -(-((last - first).days + 1) // max(_FEWEST, min(room, _MOST)))
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("outlet", overflow="fold")
    for heading, justify in (("articles", "right"), ("a day", "right"), ("last", "left")):
        table.add_column(heading, justify=justify, no_wrap=True)  # type: ignore[arg-type]
    table.add_column(f"{first} to {last}", no_wrap=True)
    for site, days in counted.items():
        total = int(days["articles"].sum())
        published = days.filter(days["articles"] > 0)["date"].max()
        per_day = f"{total / ((last - first).days + 1):,.1f}"
        drawn = bars(_buckets(days, first, last, width))
        table.add_row(Text(printable(site)), f"{total:,}", per_day, str(published or "–"), Text(drawn, style="cyan"))
    out.print(table)
    total = int(coverage["articles"].sum())
    drawn = f"; a bar is {width} days" if width > 1 else ""
    told = f"{total:,} articles of {len(counted)} outlets by {filters['by']} day{drawn}; {corpus.uri}"
    out.print(Text(told, style="dim"))


def _buckets(days: pl.DataFrame, first: date, last: date, width: int) -> list[int]:
    counts = dict(zip(days["date"], days["articles"], strict=True))
    every = [counts.get(first + timedelta(days=n), 0) for n in range((last - first).days + 1)]
    return [sum(every[n : n + width]) for n in range(0, len(every), width)]

"""`broadtape sql`: questions in SQL, answered as a table, CSV or JSON lines."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from broadtape.cli.common.context import Invocation, pass_invocation
from broadtape.cli.common.options import TIME, archive_option, clock_option, output_option
from broadtape.cli.common.terminal_text import console, one_line
from broadtape.errors import UsageError

if TYPE_CHECKING:
    import polars as pl

__all__ = ["sql"]

_ROWS = 1_000
"""Rows that a table shows at the most."""
_CELL = 60
"""Characters of a value in a table on a terminal."""


@click.command(
    epilog="""\b
Examples:
  broadtape sql 'select site, count(*) from articles group by all'
  broadtape sql 'select title, revision from revisions where revision = 2' --format csv
  broadtape sql 'select outcome, reason, count(*) from captures group by all order by 3 desc'
  broadtape sql - < query.sql
"""
)
@click.argument("query", metavar="QUERY|-")
@archive_option
@click.option("--as-of", type=TIME, metavar="TIME", help="articles and revisions as at this time.")
@clock_option
@click.option("--memory", metavar="SIZE", help="Memory the query may take, such as 4GB.  [default: half of all]")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "spreadsheet", "jsonl", "parquet"]),
    default="table",
    show_default=True,
)
@output_option
@pass_invocation
def sql(
    invocation: Invocation,
    /,
    query: str,
    archive: str | None,
    as_of: datetime | None,
    clock: Any,
    memory: str | None,
    form: str,
    output: str | None,
) -> None:
    """Answer one SELECT, in DuckDB's SQL.

    There are the views articles (each article once, as read prints them), revisions (every revision) and captures
    (the ledger). A query reads the archive and nothing else: no files, no network, no settings.
    """
    from broadtape.cli.common import formats
    from broadtape.cli.common.output import destination

    text = sys.stdin.read() if query == "-" else query
    batches = invocation.corpus(archive).sql_batches(text, as_of=as_of, clock=clock, memory=memory)
    if form == "table":
        if output is not None:
            raise UsageError("A table is for looking at: write another --format to a file.")
        _print(batches)
        return
    with destination(output, binary=form == "parquet") as out:
        formats.WRITERS[form](batches, out)


def _print(batches: Iterator[pl.DataFrame]) -> None:
    from rich.table import Table
    from rich.text import Text

    out = console()
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    first = next(batches)
    if first.columns == ["explain_key", "explain_value"]:
        click.echo("\n".join(first["explain_value"]))
        return
    for name, dtype in first.schema.items():
        table.add_column(Text(one_line(name)), justify="right" if dtype.is_numeric() else "left", overflow="fold")
    more = False
    for batch in itertools.chain([first], batches):
        left = _ROWS - table.row_count
        for row in batch.head(left).iter_rows():
            table.add_row(*(Text(_shown(value, cut=out.is_terminal)) for value in row))
        if more := batch.height > left:
            break
    out.print(table)
    if more:
        click.echo(f"broadtape: Only the first {_ROWS:,} rows are shown: --format csv gives all.", err=True)


def _shown(value: object, *, cut: bool) -> str:
    from broadtape.cli.common.formats import cell

    text = "" if value is None else one_line(str(cell(value)))
    return f"{text[: _CELL - 1]}…" if cut and len(text) > _CELL else text

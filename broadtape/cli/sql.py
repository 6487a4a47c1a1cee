"""`broadtape sql`: questions in SQL, answered as a table, CSV or JSON lines."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from broadtape.cli.common.context import Invocation, pass_invocation
from broadtape.cli.common.options import TIME, archive_option, clock_option, output_option
from broadtape.cli.common.terminal_text import one_line
from broadtape.errors import UsageError

if TYPE_CHECKING:
    import polars as pl

__all__ = ["sql"]

_ROWS = 1_000
"""Rows that a table shows at the most."""
_CELL = 500
"""Characters of a value in a table on a terminal: any address, and the opening of a text."""


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
    from broadtape.cli.common.tables import print_table

    first = next(batches)
    if first.columns == ["explain_key", "explain_value"]:
        click.echo("\n".join(first["explain_value"]))
        return
    rows, more = _rows(itertools.chain([first], batches))
    cut = sys.stdout.isatty() and any(len(value) > _CELL for row in rows for value in row)
    if cut:
        rows = [[_opening(value) for value in row] for row in rows]
    numbers = [at for at, dtype in enumerate(first.dtypes) if dtype.is_numeric()]
    print_table(first.columns, rows, numbers=numbers)
    if more:
        click.echo(f"broadtape: Only the first {_ROWS:,} rows are shown: --format csv gives all.", err=True)
    if cut:
        click.echo(f"broadtape: Only {_CELL} characters of a value are shown: --format csv gives all.", err=True)


def _opening(value: str) -> str:
    return f"{value[: _CELL - 1]}…" if len(value) > _CELL else value


def _rows(batches: Iterable[pl.DataFrame]) -> tuple[list[list[str]], bool]:
    """The rows that a table shows, each value on one line, and whether there are more."""
    from broadtape.cli.common.formats import cell

    rows: list[list[str]] = []
    for batch in batches:
        left = _ROWS - len(rows)
        for row in batch.head(left).iter_rows():
            rows.append(["" if value is None else one_line(str(cell(value))) for value in row])
        if batch.height > left:
            return rows, True
    return rows, False

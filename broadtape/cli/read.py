"""`broadtape read`: articles as JSON lines, CSV, text or Parquet."""

from __future__ import annotations

from typing import Any

import click

from broadtape.cli.common.context import Invocation, pass_invocation
from broadtape.cli.common.options import CLUSTER, FILTERS, archive_option, options, output_option

__all__ = ["read"]


@click.command(
    epilog="""\b
Examples:
  broadtape read --site cnbc --since 1d --format text
  broadtape read --ticker AAPL --since 1d --cluster --format text
  broadtape read --ticker AAPL --as-of 2026-11-23T14:00
  broadtape read --ticker AAPL --as-of 2019-05-01 --clock fetched   over backfilled years
  broadtape read --since 2026-11-01 --format parquet --output november.parquet
  broadtape read | jq -r '[.published_at, .site, .title] | @tsv'
""",
)
@archive_option
@options(*FILTERS)
@click.option("--revisions", is_flag=True, help="Every revision of an article, not only the last.")
@click.option("--editions", is_flag=True, help="What each version of our cleaning rules made of every revision.")
@CLUSTER
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="At the most so many articles.")
@click.option("--columns", metavar="A,B,…", help="Only these columns.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "csv", "spreadsheet", "text", "parquet"]),
    default="jsonl",
    show_default=True,
    help="Times are ISO 8601, UTC. spreadsheet is CSV with nothing in it that a spreadsheet would run.",
)
@output_option
@pass_invocation
def read(
    invocation: Invocation, /, archive: str | None, form: str, output: str | None, columns: str | None, **filters: Any
) -> None:
    """Print articles, oldest first.

    Each article is given once, as its publisher last left it; of several cleanings of the same page the last one
    counts.
    """
    from broadtape.cli.common import formats
    from broadtape.cli.common.folded import folded_batches
    from broadtape.cli.common.output import destination

    corpus = invocation.corpus(archive)
    picked = tuple(name.strip() for name in columns.split(",")) if columns is not None else None
    batches = folded_batches(corpus, formats.columns_for(form, picked), filters)
    with destination(output, binary=form == "parquet") as out:
        formats.WRITERS[form](batches, out)

"""`broadtape search`: articles by what stands in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from broadtape.article import Article
from broadtape.article.time_to_go_by import told_time
from broadtape.cli.common.context import Invocation, pass_invocation
from broadtape.cli.common.options import CLUSTER, FILTERS, archive_option, options, output_option
from broadtape.cli.common.terminal_text import console, printable
from broadtape.errors import UsageError

if TYPE_CHECKING:
    import polars as pl
    from rich.console import Console
    from rich.text import Text

    from broadtape.corpus.fulltext import Hit, SearchResults

__all__ = ["search"]

_MEASURE = 100
_HIT = ("score", "snippet")


@click.command(
    epilog="""\b
Examples:
  broadtape search 'rate cut -fed' --since 7d
  broadtape search '"profit warning" OR title:guidance' --site cnbc
  broadtape search 'ticker:AAPL antitrust' --as-of 2026-11-23T14:00 --sort newest
  broadtape search 日銀 --format jsonl | jq -r .url

\b
In a query: words beside each other must all be there; OR, NOT or -, "phrases", (parentheses), begin*; and before a
colon title, author, ticker, site, section or language. Words are found in all their forms. * is every article.
""",
)
@click.argument("query", nargs=-1, required=True)
@archive_option
@options(*FILTERS)
@click.option("--revisions", is_flag=True, help="Every revision of an article, not only the last.")
@CLUSTER
@click.option("--columns", metavar="A,B,…", help="Only these columns, score and snippet among them.")
@click.option(
    "--sort",
    type=click.Choice(["relevance", "newest"]),
    default="relevance",
    show_default=True,
    help="Best matches first, recent ones lifted, or the newest first.",
)
@click.option(
    "--limit", type=click.IntRange(min=0), default=20, show_default=True, metavar="N", help="At the most so many."
)
@click.option("--offset", type=click.IntRange(min=0), default=0, metavar="N", help="Leave out the first N.")
@click.option(
    "--format", "form", type=click.Choice(["text", "jsonl", "csv", "spreadsheet", "parquet"]),
    help="text: headline, facts and the place found; the others as of 'read', best first.  [default: text; jsonl with "
    "--columns]",
)  # fmt: skip
@output_option
@pass_invocation
def search(
    invocation: Invocation,
    /,
    query: tuple[str, ...],
    archive: str | None,
    form: str | None,
    output: str | None,
    columns: str | None,
    cluster: bool,
    sort: Any,
    limit: int,
    offset: int,
    **filters: Any,
) -> None:
    """Find articles by what stands in them.

    What `maintain` has not put into the index yet is searched all the same, or you are told.
    """
    from broadtape.cli.common.undated import tell_undated

    corpus = invocation.corpus(archive)
    asked = {"limit": limit, "offset": offset, "sort": sort, "snippets": True, "cluster": cluster}
    found = corpus.search(" ".join(query), **asked, **filters)
    if found.notice:
        click.echo(f"broadtape: {found.notice}", err=True)
    tell_undated(found.undated, found.total)
    if form in (None, "text") and output is None and columns is None:
        _print(found, offset)
    else:
        _write(_shown(found, form, columns, cluster=cluster), form or ("jsonl" if columns else "text"), output)


def _shown(found: SearchResults, form: str | None, columns: str | None, *, cluster: bool) -> pl.DataFrame:
    from broadtape.corpus.reading.query import checked_columns

    if columns is not None:
        if form == "text":
            raise UsageError("Text has no columns: choose another --format beside --columns, such as csv.")
        picked = (name.strip() for name in columns.split(","))
        return found.frame().select(checked_columns(picked, extra=("dated_at", "dated_by", "near_duplicates", *_HIT)))
    more = ("near_duplicates",) if cluster else ()
    if form in (None, "text"):
        more = (*more, "dated_at", "dated_by")
    return found.frame().select(*Article.columns(), *more, *_HIT)


def _write(found: pl.DataFrame, form: str, output: str | None) -> None:
    from broadtape.cli.common import formats
    from broadtape.cli.common.output import destination

    with destination(output, binary=form == "parquet") as out:
        formats.WRITERS[form](iter([found]), out)


def _print(found: SearchResults, offset: int) -> None:
    out = console()
    if out.is_terminal:
        out.width = min(out.width, _MEASURE)
    for number, hit in enumerate(found.hits, start=offset + 1):
        _print_hit(out, f"{number:>3} ", hit)
    if not found.total:
        out.print("Nothing was found.")
    elif len(found):
        more = ", near-duplicates counted each" if found.behind is None else ""
        out.print(f"{offset + 1:,} to {offset + len(found):,} of {found.total:,}{more}", style="dim")
    else:
        out.print(f"{found.total:,} were found; none is shown.", style="dim")


def _print_hit(out: Console, number: str, hit: Hit) -> None:
    from rich.text import Text

    article = hit.article
    about = [
        told_time(article.dated_at, article.dated_by),
        article.site,
        ", ".join(article.authors),
        " ".join(":".join(filter(None, (each.exchange, each.symbol))) for each in article.tickers),
        f"revision {article.revision}" if (article.revision or 1) > 1 else None,
        f"and {len(hit.others):,} more" if hit.others else None,
    ]
    parts = [
        Text(printable(article.title or "(no title)"), style="bold"),
        Text(printable(" · ".join(filter(None, about))), style="dim"),
        Text(printable(article.url), style="dim"),
        _marked(hit),
    ]
    lead = Text(number, style="dim")
    for part in parts:
        for line in part.wrap(out, out.width - len(number)):
            line.rstrip()
            out.print(lead + line)
            lead = Text(" " * len(number))
    out.print()


def _marked(hit: Hit) -> Text:
    """The snippet, with what was searched for in colour: made printable piece by piece, since that moves the spans."""
    from rich.text import Text

    text, at = Text(), 0
    for first, last in hit.highlights:
        text.append(printable(hit.snippet[at:first]))
        text.append(printable(hit.snippet[first:last]), style="bold yellow")
        at = last
    return text.append(printable(hit.snippet[at:]))

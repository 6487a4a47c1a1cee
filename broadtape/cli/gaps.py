"""`broadtape gaps`: what of an outlet's news the archive does not hold, and why."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import asdict
from datetime import datetime
from operator import itemgetter
from typing import TYPE_CHECKING

import click

from broadtape.cli.common.context import Invocation, pass_invocation
from broadtape.cli.common.options import TIME, archive_option, clock_option
from broadtape.cli.common.sentences import say
from broadtape.cli.common.terminal_text import one_line
from broadtape.times import utcnow

if TYPE_CHECKING:
    import polars as pl

    from broadtape.corpus.coverage.gaps import Gap
    from broadtape.corpus.reading.filters import Clock

__all__ = ["gaps"]

_STYLES = {"unseen": "yellow", "failed": "red"}


@click.command(
    epilog="""\b
Examples:
  broadtape gaps --since 90d
  broadtape gaps --site ecb --since 2024-01-01 --kind unseen
  broadtape gaps --missing --since 7d
  broadtape gaps --site ecb --as-of 2026-11-01
"""
)
@archive_option
@click.option("--site", multiple=True, metavar="NAME", help="Of this outlet; repeatable.")
@click.option("--since", type=TIME, metavar="TIME", help="From this day on.  [default: an outlet's first poll]")
@click.option("--until", type=TIME, metavar="TIME", help="Before this day.  [default: today]")
@click.option("--as-of", type=TIME, metavar="TIME", help="As the archive told it at this time.  [default: now]")
@clock_option
@click.option("--kind", type=click.Choice(["quiet", "unseen", "failed", "disabled"]), help="Only such gaps.")
@click.option("--missing", is_flag=True, help="Each listed story that is not held, and each listing left unread.")
@click.option("--format", "form", type=click.Choice(["table", "jsonl"]), default="table", show_default=True)
@pass_invocation
def gaps(
    invocation: Invocation,
    /,
    archive: str | None,
    site: tuple[str, ...],
    since: datetime | None,
    until: datetime | None,
    as_of: datetime | None,
    clock: Clock,
    kind: str | None,
    missing: bool,
    form: str,
) -> None:
    """List the days on which an outlet published nothing that we have, and the stories that are missing.

    `quiet` days were looked at and brought nothing; on `failed` ones every look failed, on `unseen` ones nobody looked,
    on those of a `disabled` outlet nobody was to: nothing can be said of them. Days are those of publication, UTC;
    today is not over and never counted. A story is missing that a feed or sitemap listed and of which no text is held;
    what a listing names that the last look left unread, or could not read, is not known.
    """
    from broadtape.corpus.coverage.gaps import find_gaps
    from broadtape.corpus.coverage.missing import looks_of, missing_of
    from broadtape.corpus.coverage.unread import unread_of

    corpus = invocation.corpus(archive)
    corpus.check_sites(site)
    lacking = missing_of(corpus, site, since=since, until=until, as_of=as_of, clock=clock)
    unread = unread_of(corpus, site, as_of=as_of, clock=clock)
    if missing:
        _print_missing(lacking.vstack(unread), form)
        return
    end = min(filter(None, (until, as_of or utcnow()))).date()
    coverage = corpus.coverage(site=site, since=since, until=until, as_of=as_of, clock=clock)
    disabled = {name for name, outlet in invocation.sites.items() if not outlet.enabled}
    looks = looks_of(corpus, site, as_of=as_of, clock=clock)
    every = find_gaps(
        coverage, site or corpus.sites(), since.date() if since else None, end, looks=looks, disabled=disabled
    )
    found = [gap for gap in every if kind in (None, gap.kind)]
    if form == "jsonl":
        from broadtape.cli.common.formats import json_line

        for gap in found:
            click.echo(json_line(asdict(gap)))
        return
    _print(found)
    _print_reasons(lacking)
    _print_unread(unread)
    if not (lacking.is_empty() and unread.is_empty()):
        say("'broadtape gaps --missing' lists them.")


def _print(found: list[Gap]) -> None:
    from broadtape.cli.common.tables import print_table

    if not found:
        say("No gaps.")
        return
    rows = [(gap.site, gap.kind, str(gap.first), str(gap.last), str(gap.days)) for gap in found]
    styles = [_STYLES.get(gap.kind, "dim") for gap in found]
    print_table(("outlet", "kind", "from", "to", "days"), rows, numbers=[4], styles=styles)


def _print_reasons(lacking: pl.DataFrame) -> None:
    """How many listed stories of each outlet are not held, by reason."""
    from broadtape.monitoring.run_report import kind as kind_of
    from broadtape.monitoring.run_report import tally

    for site, rows in itertools.groupby(lacking.iter_rows(named=True), key=itemgetter("site")):
        reasons = Counter(kind_of(row["reason"]) for row in rows)
        say(f"{site}: {sum(reasons.values()):,} listed and not held: {one_line(tally(reasons))}")


def _print_unread(unread: pl.DataFrame) -> None:
    """Which listings the last look at each outlet left unread; what these name is not known."""
    for site, _, url, _, reason in unread.iter_rows():
        say(f"{site}: {one_line(url)}: {one_line(reason)}")


def _print_missing(lacking: pl.DataFrame, form: str) -> None:
    from broadtape.cli.common.formats import json_line
    from broadtape.cli.common.tables import print_table

    if form == "jsonl":
        for row in lacking.iter_rows(named=True):
            click.echo(json_line(row))
        return
    if lacking.is_empty():
        say("Nothing is missing: of every story that was listed a text is held, and every listing was read.")
        return
    rows = [(site, str(day), outcome, why or "", url or "") for site, day, url, outcome, why in lacking.iter_rows()]
    print_table(("outlet", "day", "outcome", "reason", "address"), rows, below=2)

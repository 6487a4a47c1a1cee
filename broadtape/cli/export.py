"""`broadtape export`: plain files for those who train and analyse without this package."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from broadtape.cli.common.context import Invocation, pass_invocation
from broadtape.cli.common.options import FILTERS, TIME, VersionOrTime, archive_option, engine_option, options
from broadtape.cli.common.sentences import say

__all__ = ["export"]


@click.command(
    epilog="""\b
Examples:
  broadtape export ./datasets --since 2026-01-01
  broadtape export ./datasets --format jsonl --dedupe cluster --language en
  broadtape export ./datasets --split-at 2026-06-01 --split-at 2026-09-01
  broadtape export ./datasets --table events --revisions
  broadtape export ./datasets --changed-since 1042
  broadtape export ./datasets --rights allowed --rights unknown
"""
)
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@archive_option
@options(*FILTERS)
@click.option("--revisions", is_flag=True, help="Every revision of an article, not only the last.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["parquet", "jsonl"]),
    default="parquet",
    show_default=True,
    help="All columns in Parquet, or gzipped JSON lines with what training needs.",
)
@click.option("--columns", metavar="A,B,…", help="Only these columns.")
@click.option(
    "--table",
    type=click.Choice(["articles", "events"]),
    default="articles",
    show_default=True,
    help="Texts; or one row for each security that a text names, with every time that is known of it.",
)
@click.option("--ticker-spans", is_flag=True, help="With the places in characters at which a text names its tickers.")
@click.option(
    "--changed-since",
    type=VersionOrTime(),
    metavar="VERSION|TIME",
    help="Only what was archived since this version, which an earlier export tells, or this time.",
)
@click.option(
    "--dedupe",
    type=click.Choice(["none", "exact", "cluster"]),
    default="none",
    show_default=True,
    help="Of equal texts, or of near-duplicates, keep the one that was fetched first.",
)
@click.option(
    "--split-at",
    multiple=True,
    type=TIME,
    metavar="TIME",
    help="Where the test split begins; given twice, where validation and test begin.",
)
@click.option(
    "--rights",
    multiple=True,
    type=click.Choice(["allowed", "unknown", "reserved"]),
    default=["allowed"],
    help="Texts of such rights; repeatable.  [default: allowed]",
)
@click.option(
    "--shard-rows",
    type=click.IntRange(min=1),
    default=20_000,
    show_default=True,
    metavar="N",
    help="Rows in a file at the most.",
)
@engine_option
@pass_invocation
def export(
    invocation: Invocation,
    /,
    folder: Path,
    archive: str | None,
    form: Any,
    columns: str | None,
    table: Any,
    ticker_spans: bool,
    changed_since: int | datetime | None,
    dedupe: Any,
    split_at: tuple[datetime, ...],
    rights: tuple[str, ...],
    shard_rows: int,
    engine: str | None,
    **filters: Any,
) -> None:
    """Write articles as a dataset below DIR, with a card that `datasets.load_dataset` reads.

    The dataset's folder is named by the archive's version. Killed and run again, it goes on where it was. All
    revisions of a story, and all texts like it, are in one split.
    """
    from broadtape.cli.common.screen import Screen
    from broadtape.cli.common.undated import tell_undated
    from broadtape.corpus import export as exports
    from broadtape.corpus.export.ticker_spans import TICKER_SPANS
    from broadtape.corpus.reading.query import checked_columns
    from broadtape.jobs.bulk_work import bulk_work, told_of

    corpus = invocation.corpus(archive)
    picked = tuple(name.strip() for name in columns.split(",")) if columns is not None else None
    settings = exports.ExportSettings(
        table=table,
        form=form,
        changed_since=changed_since,
        dedupe=dedupe,
        rights=tuple(dict.fromkeys(rights)),
        split_at=split_at,
        columns=checked_columns(picked, extra=("minhash", TICKER_SPANS)) if picked else None,
        shard_rows=shard_rows,
        filters=filters,
    )
    if ticker_spans:
        settings = replace(settings, columns=tuple(dict.fromkeys((*settings.picked, TICKER_SPANS))))

    screen = Screen()
    with bulk_work(invocation.settings.with_engine(engine), screen.step) as doing:
        report = exports.export(corpus, folder, settings, progress=told_of(screen, "files"), doing=doing)
    asked = corpus.query(**filters)
    if asked.takes_undated and (asked.since or asked.until):
        tell_undated(corpus.undated(**filters), corpus.collect(corpus.chosen(asked)).height)
    say(f"{report.folder}: {sum(report.rows.values()):,} {table} in {report.files:,} files.")
    for name, counts in (("split", report.rows), ("left out", report.left_out)):
        for what, count in counts.items():
            say(f"  {name} {what}: {count:,}")
    say(f"--changed-since {report.version} gives what comes after it.")
    if report.finished_before:
        say("It was there already.")

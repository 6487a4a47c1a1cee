"""`broadtape maintain`, `reextract` and `rebuild`: keeping the archive quick, clean and whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from broadtape.cli.common.context import Invocation, pass_invocation
from broadtape.cli.common.options import TIME, engine_option
from broadtape.cli.common.sentences import say

if TYPE_CHECKING:
    from broadtape.archive.lifecycle.compaction import MaintenanceReport, TableSize

__all__ = ["maintain", "print_changes", "rebuild", "reextract"]

_archive_option = click.option(
    "--archive", metavar="URI", help="A folder or s3://bucket/prefix.  [default: as the settings say]"
)


@click.command(
    epilog="""\b
Examples:
  broadtape maintain
  broadtape maintain --reindex
"""
)
@click.option("--reindex", is_flag=True, help="Make the full-text index anew, not only of what is new.")
@click.option("--renew-notes", is_flag=True, help="Only rewrite old releases' notes, so that replay tools index pages.")
@engine_option
@_archive_option
@pass_invocation
def maintain(
    invocation: Invocation, /, archive: str | None, engine: str | None, *, reindex: bool, renew_notes: bool
) -> None:
    """Compact the tables, bring the full-text index up to date, clear what nobody needs, learn boilerplate.

    Safe while others read and write. The schedule does this once a day. With --renew-notes it reads every segment and
    does nothing else: what the first releases wrote needs it once, before it is given to pywb or the like.
    """
    if renew_notes:
        _renew_notes(invocation.archive_uri(archive))
        return
    from broadtape.cli.common.screen import Screen
    from broadtape.cli.copy import print_copy
    from broadtape.cli.rules.learn import print_lessons
    from broadtape.jobs.maintain import maintain

    config = invocation.config_folder
    done = maintain(reindex=reindex, archive=archive, config=config, watch=Screen(), engine=engine)
    _print_tables(done.tables)
    index = done.index
    how = "made anew" if index.made_anew else f"{index.written:,} put in"
    say(f"index: {index.rows:,} texts, {how}.")
    if done.backup:
        print_copy(done.backup)
    print_lessons(done.lessons)
    done.raise_for_backup()


def _renew_notes(uri: str) -> None:
    from broadtape.archive import Archive
    from broadtape.archive.lifecycle.note_form import renew_notes
    from broadtape.errors import ArchiveError
    from broadtape.runs import new_run_id

    form = renew_notes(Archive.open(uri), run=new_run_id())
    say(f"{form.notes:,} notes in {form.segments:,} segments were rewritten where they lie.")
    if form.damaged:
        told = "; ".join(f"{key}: {why}" for key, why in form.damaged.items())
        raise ArchiveError(f"{len(form.damaged)} segments are damaged and stay as they were: {told}")


def _print_tables(report: MaintenanceReport) -> None:
    for name, before in report.before.items():
        after, merged = report.after[name], report.merged[name]
        say(f"{name}: {_size(after)}; before: {_size(before)}; files merged: {merged:,}")
    say(f"{report.removed:,} objects that nobody needs were removed.")
    say(f"{report.pairs:,} new pairs of near-duplicates were found.")


def _size(table: TableSize) -> str:
    files = "1 file" if table.files == 1 else f"{table.files:,} files"
    return f"{files}, {table.bytes / 2**20:,.1f} MiB, log {table.log_bytes / 2**20:,.2f} MiB"


@click.command(
    epilog="""\b
Examples:
  broadtape reextract --sample 200
  broadtape reextract marketferry --since 30d
"""
)
@click.argument("sites", nargs=-1, metavar="[SITE]...")
@click.option("--site", "more", multiple=True, metavar="SITE", help="Only this outlet; repeatable.")
@click.option("--since", type=TIME, metavar="TIME", help="Only what was fetched since.")
@click.option("--sample", type=click.IntRange(min=1), metavar="N", help="Only tell what would change in the newest N.")
@engine_option
@_archive_option
@pass_invocation
def reextract(invocation: Invocation, /, sites: tuple[str, ...], more: tuple[str, ...], **options: Any) -> None:
    """Clean archived pages again by today's rules.

    Changed texts are written as new editions of the same fetch, told apart by their extractor; a publisher's revisions
    stay what they are. Killed and run again, it goes on where it was. With --sample nothing is written.
    """
    from broadtape.cli.common.by_hand import do_job
    from broadtape.cli.common.screen import Screen
    from broadtape.jobs import reextract as job
    from broadtape.site.outlets import pick_sites

    chosen = list(sites + more) or None
    pick_sites(invocation.sites, chosen or ())
    parameters = {**options, "sites": chosen, "config": invocation.config_folder}
    changes = do_job(invocation.settings, "reextract", job.reextract, parameters, Screen())
    print_changes(changes, written=not options["sample"])


def print_changes(changes: dict[str, Any], *, written: bool) -> None:
    """What cleaning again changed, rule by rule, with examples; raises OutletsBusy, at the end, for those left out."""
    from broadtape.cli.common.terminal_text import one_line
    from broadtape.errors import OutletsBusy

    done = "new editions written" if written else "would change"
    say(f"{changes['looked_at']:,} texts cleaned again, {changes['changed']:,} {done}.")
    if changes["lost"]:
        say(f"{changes['lost']:,} pages are no article by today's rules; their archived texts stay.")
    for rule, count in sorted(changes["rules"].items(), key=lambda item: -item[1]):
        say(f"\n{rule}: {count:,}")
        for url, line in changes["examples"].get(rule, []):
            say(f"  {one_line(url)}\n    {one_line(line)[:200]}")
    for name, why in changes["left_out"].items():
        say(f"{name} was left out: {one_line(why)}")
    if changes["left_out"]:
        raise OutletsBusy(changes["left_out"])


@click.command(
    epilog="""\b
Examples:
  broadtape rebuild
  broadtape rebuild --archive s3://bucket/news
"""
)
@engine_option
@_archive_option
@pass_invocation
def rebuild(invocation: Invocation, /, archive: str | None, engine: str | None) -> None:
    """Make rows for every stored segment that the ledger does not name.

    With captures/ and articles/ deleted, this makes both anew from raw/: the same texts at the same fetch times, under
    a new archived_at, for this archive answers with them from now on.
    """
    from broadtape.cli.common.by_hand import do_job
    from broadtape.cli.common.screen import Screen, print_report
    from broadtape.errors import OutletsBusy
    from broadtape.jobs import rebuild as job

    screen = Screen()
    config = invocation.config_folder
    parameters = {"archive": archive, "config": config, "engine": engine}
    do_job(invocation.settings, "rebuild", job.rebuild, parameters, screen)
    if screen.report:
        print_report(screen.report, invocation.archive_uri(archive), config)
        if screen.report.left_out:
            raise OutletsBusy(screen.report.left_out)

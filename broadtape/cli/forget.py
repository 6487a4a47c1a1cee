"""`broadtape forget`: taking stories down for good."""

from __future__ import annotations

import secrets
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import click

from broadtape.cli.common.context import Invocation, pass_invocation
from broadtape.cli.common.options import archive_option
from broadtape.cli.common.terminal_text import one_line, printable
from broadtape.errors import UsageError
from broadtape.times import utcnow

if TYPE_CHECKING:
    from broadtape.archive import Archive
    from broadtape.archive.lifecycle.takedown import Receipt

__all__ = ["forget"]


class _Request(TypedDict):
    urls: tuple[str, ...]
    sites: tuple[str, ...]
    authors: tuple[str, ...]


@click.command(
    epilog="""\b
Examples:
  broadtape forget https://www.example.com/markets/story --reason "publisher's letter of 3 March"
  broadtape forget --author "Ada Writer" --dry-run
  broadtape forget --file addresses.txt --yes --format json > receipt.json
"""
)
@click.argument("urls", nargs=-1, metavar="[URL]...")
@click.option("--site", "sites", multiple=True, metavar="NAME", help="Everything of this outlet; repeatable.")
@click.option("--author", "authors", multiple=True, metavar="NAME", help="All stories by this author, as archived.")
@click.option(
    "--file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Addresses, one a line.",
)
@click.option("--reason", metavar="TEXT", help="Kept with the tombstone: say nothing in it that is to be forgotten.")
@click.option("--dry-run", is_flag=True, help="Only count what would go.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@archive_option
@pass_invocation
def forget(
    invocation: Invocation,
    /,
    urls: tuple[str, ...],
    sites: tuple[str, ...],
    authors: tuple[str, ...],
    file: Path | None,
    reason: str | None,
    dry_run: bool,
    yes: bool,
    form: str,
    archive: str | None,
) -> None:
    """Remove stories from every file of the archive, for good.

    Takes all revisions at all addresses of a story: rows, older data files, the pages in the WARC files, the index. A
    tombstone by hash stays, so that it is never crawled or backfilled again. There is no way back. Prints a receipt.
    """
    from broadtape.archive.lifecycle import takedown
    from broadtape.archive.lifecycle.takedown_targets import not_held
    from broadtape.archive.opening import open_patiently
    from broadtape.archive.scratch import sweep_scratch

    request: _Request = {"urls": (*urls, *_addresses(file)), "sites": sites, "authors": authors}
    if not any(request.values()):
        raise UsageError("Nothing was named: give addresses, --site, --author or --file.")
    opened = open_patiently(invocation.archive_uri(archive), told=lambda why: click.echo(why, err=True))
    if sites:
        invocation.corpus(archive).check_sites(sites)
    run = f"{utcnow():%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
    if not (dry_run or yes) and not _agreed(opened, request, run):
        click.echo("Nothing was removed.", err=True)
        return
    strange = not_held(opened, request["urls"])
    receipt = takedown.forget(opened, **request, run=run, reason=reason, dry_run=dry_run)
    if not dry_run:
        from broadtape.corpus.fulltext import discard_copies

        sweep_scratch()  # a killed process may have left pages there
        discard_copies(opened)  # this machine's copies of the index go at once, others' when they search next
    click.echo(_as_json(receipt) if form == "json" else _as_text(receipt))
    for url in strange:
        blocked = "would be blocked" if dry_run else "is blocked from now on"
        click.echo(f"{one_line(url)} is not held: the archive has nothing of it. It {blocked} all the same.", err=True)


def _addresses(file: Path | None) -> tuple[str, ...]:
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines() if file else []
    return tuple(line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#"))


def _agreed(archive: Archive, request: _Request, run: str) -> bool:
    from broadtape.archive.lifecycle import takedown

    if not sys.stdin.isatty():
        raise UsageError("Nobody can be asked here: add --yes to remove it, or --dry-run to count what would go.")
    click.echo(_as_text(takedown.forget(archive, **request, run=run, dry_run=True)), err=True)
    return click.confirm("Remove this for good?", err=True)


def _as_json(receipt: Receipt) -> str:
    from broadtape.cli.common.formats import json_line

    return json_line(asdict(receipt))


def _as_text(receipt: Receipt) -> str:
    verb = "Would remove" if receipt.dry_run else "Removed"
    counts = {
        "stories": len(receipt.article_ids),
        "addresses": len(receipt.url_ids),
        "rows of articles": receipt.articles,
        "rows of the ledger": receipt.captures,
        "pages and notes blanked in WARC files": receipt.records,
        "WARC files touched": receipt.segments,
        "data files removed": receipt.files,
    }
    told = [f"{verb}, in outlets {', '.join(receipt.sites) or '–'}:"]
    told += [f"  {name:<38} {count:>9,}" for name, count in counts.items()]
    if not receipt.dry_run:
        told.append(f"Decided at {receipt.decided_at:%Y-%m-%d %H:%M:%S} UTC; blocked from now on.")
    return printable("\n".join([*told, *(f"To do by hand: {warning}" for warning in receipt.warnings)]))

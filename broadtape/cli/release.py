"""`broadtape release`: ending a quarantine, one way or the other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from broadtape.cli.common.context import Invocation, pass_invocation
from broadtape.cli.common.options import archive_option
from broadtape.cli.common.terminal_text import one_line
from broadtape.errors import UsageError

if TYPE_CHECKING:
    from broadtape.archive import Archive
    from broadtape.capture import Capture

__all__ = ["release"]

_EXAMPLES = 3


@click.command(
    epilog="""\b
Examples:
  broadtape release                            what is held back, and why
  broadtape release marketferry                publish all of it: this is how the outlet looks now
  broadtape release marketferry --run 20261123T221629Z-9afe72
  broadtape release https://www.example.com/markets/story
  broadtape release marketferry --reject --reason "a consent page"
"""
)
@click.argument("names", nargs=-1, metavar="[SITE | URL]...")
@click.option("--run", metavar="RUN", help="Only what this run held back.")
@click.option("--reject", is_flag=True, help="Keep the pages out for good instead of publishing them.")
@click.option("--reason", metavar="TEXT", help="Kept with the decision.")
@archive_option
@pass_invocation
def release(
    invocation: Invocation,
    /,
    names: tuple[str, ...],
    run: str | None,
    reject: bool,
    reason: str | None,
    archive: str | None,
) -> None:
    """Publish pages that were held back, or reject them; with no argument, list them.

    A run holds an outlet's new texts back where they are not as the outlet's texts use to be. Released, they are
    cleaned again from their WARC records by today's rules and published: the archive answers with them from this
    moment on. Releasing an outlet also says that this is how it looks now, so that its trouble ends. The decision is
    kept.
    """
    from broadtape.archive import Archive
    from broadtape.ingest.quarantine_release import held_pages
    from broadtape.urls import url_id

    urls = [name for name in names if "://" in name]
    sites = [name for name in names if "://" not in name]
    if urls and sites:
        raise UsageError("Name outlets or addresses, not both: an address says whose it is.")
    if not names and (reject or run or reason):
        raise UsageError("Nothing was named: say which outlet or which addresses.")
    opened = Archive.open(invocation.archive_uri(archive))
    if not names:
        _print_held(held_pages(opened))
        return
    if sites:
        invocation.check_sites(sites, invocation.corpus(archive))
    pages = held_pages(opened, sites, urls=urls, run=run)
    held = {page.url_id for page in pages}
    if strange := next((url for url in urls if url_id(url) not in held), None):
        raise UsageError(f"{strange} is not held back: 'broadtape release' lists what is.")
    _decide(invocation, opened, sites, pages, reject=reject, reason=reason)


def _decide(
    invocation: Invocation,
    archive: Archive,
    sites: Sequence[str],
    pages: Sequence[Capture],
    *,
    reject: bool,
    reason: str | None,
) -> None:
    from broadtape.ingest.cleaning_pool import Cleaners
    from broadtape.ingest.quarantine_release import accept, conclude
    from broadtape.ingest.quarantine_release import reject as reject_pages
    from broadtape.runs import new_run_id

    settings = invocation.settings
    by_site: dict[str, list[Capture]] = {site: [] for site in sites}
    for page in pages:
        by_site.setdefault(page.site, []).append(page)
    with Cleaners(invocation.sites, settings) as cleaners:
        for site, held in by_site.items():
            with archive.lease(site, run=new_run_id(), seconds=settings.lease_seconds) as lease:
                if reject:
                    count = reject_pages(archive, held, lease=lease, reason=reason) if held else 0
                    click.echo(f"{site}: {_pages(count)} rejected.")
                else:
                    if site in sites:
                        accept(archive, site, held, reason)
                    click.echo(f"{site}: {_released(invocation, archive, held, cleaners, lease, reason)}")
                conclude(archive, site)


def _released(
    invocation: Invocation, archive: Archive, held: Sequence[Capture], cleaners: Any, lease: Any, reason: str | None
) -> str:
    from broadtape.ingest.quarantine_release import release as release_pages

    if not held:
        return "nothing was held back; what it looks like now is taken as usual from here on."
    done = release_pages(archive, held, sites=invocation.sites, cleaners=cleaners, lease=lease, reason=reason)
    told = f"{_pages(done.published)} published"
    if done.unchanged:
        told += f", {done.unchanged:,} as the archive has them already"
    if done.refused:
        told += f", {done.refused:,} of which cleaning still makes no article"
    return f"{told}."


def _pages(count: int) -> str:
    return "1 page" if count == 1 else f"{count:,} pages"


def _print_held(pages: Sequence[Capture]) -> None:
    if not pages:
        click.echo("Nothing is held back.")
        return
    for (site, run, reason), group in groupby(pages, key=lambda page: (page.site, page.run, page.reason)):
        held = list(group)
        click.echo(f"{site}: {_pages(len(held))} of run {run}: {one_line(reason or 'for an unknown reason')}")
        for page in held[:_EXAMPLES]:
            click.echo(f"  {one_line(page.url or '')}")
        if len(held) > _EXAMPLES:
            click.echo("  …")
    click.echo("\n'broadtape release SITE' publishes them, 'broadtape release SITE --reject' keeps them out.")

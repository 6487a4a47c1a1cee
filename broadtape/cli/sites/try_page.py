"""`broadtape sites try`: what our rules make of one page, beside what trafilatura alone does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from broadtape.cli.clean import extract_page, looks_like_html, owner, read_page
from broadtape.cli.common.context import Invocation, pass_invocation
from broadtape.cli.common.options import PAGE, archive_option, options
from broadtape.cli.common.terminal_text import console, printable
from broadtape.errors import NotAnArticle, UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from broadtape.article import OutsideRegion, RemovedLine
    from broadtape.cleaning.conservation import Account
    from broadtape.learnt_rules import LearntRules
    from broadtape.site import Site

__all__ = ["try_page"]


@click.command(
    epilog="""\b
Examples:
  broadtape sites try page.html --site benzinga
  broadtape sites try page.html --url https://www.example.com/markets/story
  broadtape sites try https://www.example.com/markets/story
"""
)
@click.argument("page", metavar="URL|FILE")
@options(*PAGE)
@archive_option
@pass_invocation
def try_page(invocation: Invocation, /, page: str, site: str | None, url: str | None, archive: str | None) -> None:
    """Show a page as it will be archived.

    What the page says of itself and where each fact stands; the lines that are taken out, with the rules that take
    them, rules learnt from the archive included; the text beside what trafilatura alone would give: what only we keep
    in green, what only it keeps in red. A URL is that of an archived page, or of one that is fetched as a crawl would
    fetch it, into an archive that is thrown away.
    """
    data, url = _read(invocation, page, url, archive)
    outlet = invocation.site(site) if site else owner(invocation, url)
    out = console()
    if looks_like_html(data):
        _try_html(invocation, out, data, url, outlet, _learnt(invocation, outlet, archive))
    else:
        _try_text(out, data, outlet)


def _read(invocation: Invocation, page: str, url: str | None, archive: str | None) -> tuple[bytes, str | None]:
    if page.startswith(("http://", "https://")):
        from broadtape.cli.common.page_at import page_at

        return page_at(invocation, page, archive), url or page
    path = Path(page)
    if not path.is_file():
        raise UsageError(f"{page} is neither a file nor an address: expected a saved page, or http…")
    with path.open("rb") as opened:
        return read_page(opened), url


def _learnt(invocation: Invocation, outlet: Site | None, archive: str | None) -> LearntRules | None:
    """What was learnt of the outlet; none where nothing was archived yet, unless an archive was named."""
    from broadtape.archive import Archive
    from broadtape.errors import NotAnArchive

    if outlet is None:
        return None
    try:
        return Archive.open(invocation.archive_uri(archive)).rules.in_force(outlet.name)
    except NotAnArchive:
        if archive is not None:
            raise
        return None


def _try_html(
    invocation: Invocation, out: Console, data: bytes, url: str | None, site: Site | None, learnt: LearntRules | None
) -> None:
    from rich.text import Text

    from broadtape.cleaning.conservation import account
    from broadtape.cleaning.metadata.evidence import evidence_of
    from broadtape.cleaning.trafilatura_engine import baseline
    from broadtape.cli.common.side_by_side import beside
    from broadtape.cli.common.story import facts, facts_table

    theirs = baseline(data, url)
    try:
        article = extract_page(invocation, data, url, site, learnt)
    except NotAnArticle:
        out.print(beside(("broadtape", []), ("trafilatura alone", theirs), wide=out.is_terminal))
        raise
    stands = evidence_of(data, article.url, article, site)
    out.print(Text(printable(article.title or "(no title)"), style="bold"))
    told = dict(facts(article))
    told |= {name: f"{told[name]}  ({', '.join(places)})" for name, places in stands.items() if told.get(name)}
    out.print(facts_table([("title", ", ".join(stands.get("title", []))), *told.items()]))
    _print_removed(out, article.removed)
    _print_outside(article.outside)
    _print_account(out, account(data, article.url, article, site=site))
    out.print(beside(("broadtape", article.paragraphs), ("trafilatura alone", theirs), wide=out.is_terminal))


def _try_text(out: Console, data: bytes, site: Site | None) -> None:
    from rich.text import Text

    from broadtape.cleaning import clean_text
    from broadtape.cleaning.page.charset import decode

    cleaned = clean_text(decode(data), site=site)
    _print_removed(out, cleaned.removed)
    out.print(Text(printable(cleaned.text)))


def _print_removed(out: Console, removed: Iterable[RemovedLine]) -> None:
    from rich.text import Text

    from broadtape.cli.common.story import removed_table

    out.print(Text("\ntaken out", style="dim"))
    out.print(removed_table(removed))


def _print_outside(regions: Sequence[OutsideRegion]) -> None:
    from broadtape.cli.common.tables import print_table

    rows = [(str(region.words), region.where, region.opening) for region in regions]
    print_table(("words", "outside of the story", "opening"), rows, numbers=[0], below=1)


def _print_account(out: Console, made: Account) -> None:
    from rich.text import Text

    shares = ", ".join(
        f"{getattr(made, part) / max(1, made.words):.0%} {part}" for part in ("text", "removed", "outside")
    )
    out.print(Text(f"\n{made.words:,} words shown: {shares}; {len(made.holes)} sentences unaccounted for"))
    for hole in made.holes:
        out.print(Text(printable(hole), style="red"))

"""`broadtape sites try`: what our rules make of one page, beside what trafilatura alone does."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from broadtape.cli.clean import extract_page, looks_like_html, owner, read_page
from broadtape.cli.context import Invocation, pass_invocation
from broadtape.cli.options import PAGE, options
from broadtape.cli.terminal import console, printable
from broadtape.errors import NotAnArticle, UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from broadtape.article import RemovedLine
    from broadtape.site import Site

__all__ = ["aligned", "try_page"]


@click.command(
    epilog="""\b
Examples:
  broadtape sites try page.html --site benzinga
  broadtape sites try page.html --url https://www.example.com/markets/story
"""
)
@click.argument("file", metavar="FILE")
@options(*PAGE)
@pass_invocation
def try_page(invocation: Invocation, /, file: str, site: str | None, url: str | None) -> None:
    """Try an outlet's rules on a saved page.

    Shows what the page says of itself and where each fact stood, the lines that were taken out with the rules that
    took them, and the text beside what trafilatura alone would give: what only we keep in green, what only it keeps
    in red.
    """
    data = _read(file)
    outlet = invocation.site(site) if site else owner(invocation, url)
    out = console()
    if looks_like_html(data):
        _try_html(invocation, out, data, url, outlet)
    else:
        _try_text(out, data, outlet)


def _read(file: str) -> bytes:
    if file.startswith(("http://", "https://")):
        raise UsageError(
            f"{file} is an address, and this command reads a saved page: 'broadtape run --url {file} --archive ./try' "
            f"fetches it as a crawl would, 'broadtape show {file} --archive ./try --raw' then prints the page."
        )
    path = Path(file)
    if not path.is_file():
        raise UsageError(f"{file} is no file: expected a saved page.")
    with path.open("rb") as opened:
        return read_page(opened)


def _try_html(invocation: Invocation, out: Console, data: bytes, url: str | None, site: Site | None) -> None:
    from rich.text import Text

    from broadtape.cleaning.baseline import baseline
    from broadtape.cli.story import facts, facts_table

    theirs = baseline(data, url)
    try:
        article = extract_page(invocation, data, url, site)
    except NotAnArticle:
        _print_beside(out, [], theirs)
        raise
    out.print(Text(printable(article.title or "(no title)"), style="bold"))
    out.print(facts_table(facts(article)))
    _print_removed(out, article.removed)
    _print_beside(out, article.paragraphs, theirs)


def _try_text(out: Console, data: bytes, site: Site | None) -> None:
    from rich.text import Text

    from broadtape.cleaning import clean_text
    from broadtape.cleaning.decode import decode

    cleaned = clean_text(decode(data), site=site)
    _print_removed(out, cleaned.removed)
    out.print(Text(printable(cleaned.text)))


def _print_removed(out: Console, removed: Iterable[RemovedLine]) -> None:
    from rich.rule import Rule

    from broadtape.cli.story import removed_table

    out.print(Rule("taken out", align="left", style="dim"))
    out.print(removed_table(removed))


def _print_beside(out: Console, ours: Sequence[str], theirs: Sequence[str]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, 2, 1, 0), header_style="dim", expand=out.is_terminal)
    table.add_column(f"broadtape, {_words(ours)} words", ratio=1, overflow="fold")
    table.add_column(f"trafilatura alone, {_words(theirs)} words", ratio=1, overflow="fold")
    for left, right in aligned(ours, theirs):
        style = ("green", "red") if None in (left, right) else ("dim", "dim") if left == right else ("", "")
        table.add_row(Text(printable(left or ""), style[0]), Text(printable(right or ""), style[1]))
    out.print(table)


def aligned(ours: Sequence[str], theirs: Sequence[str]) -> Iterator[tuple[str | None, str | None]]:
    """Paragraphs side by side, equal ones on one row; None where the other has none."""
    for kind, a, b, c, d in difflib.SequenceMatcher(a=ours, b=theirs, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from zip(ours[a:b], theirs[c:d], strict=True)
        else:
            yield from ((left, None) for left in ours[a:b])
            yield from ((None, right) for right in theirs[c:d])


def _words(paragraphs: Sequence[str]) -> int:
    return sum(len(paragraph.split()) for paragraph in paragraphs)

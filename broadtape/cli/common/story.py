"""One story on a terminal: readable, and with nothing in it that could steer the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from rich.console import Console
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from broadtape.article import Article, PublishedPrecision, RemovedLine
from broadtape.cli.common.tables import print_table
from broadtape.cli.common.terminal_text import console, printable

__all__ = ["facts", "facts_table", "page", "print_removed", "print_similar", "print_story", "removed_table"]

_PRECISIONS = {"day": "%Y-%m-%d", "minute": "%Y-%m-%d %H:%M UTC", "second": "%Y-%m-%d %H:%M:%S UTC"}
_IN_WORDS = {
    "title", "summary", "authors", "published_at", "published_precision", "published_source", "modified_at", "section",
    "update_note", "language", "tags", "tickers", "paywalled", "syndicated_from", "machine_generated", "disclosure",
}  # fmt: skip
"""Facts that are told in words of their own; all others by their names."""
_MEASURE = 80
"""Columns of running text: longer lines are hard to read."""


def print_story(article: Article, revisions: Sequence[Article]) -> None:
    """Headline, facts, text and, where there are several, the revisions."""
    out = page()
    kicker = " · ".join(filter(None, (article.site, article.section)))
    out.print(Text(printable(kicker), style="dim"))
    out.print(Text(printable(article.title or "(no title)"), style="bold"))
    out.print(facts_table(facts(article)))
    out.print()
    for paragraph in article.paragraphs or ["(Only metadata may be kept of this story.)"]:
        out.print(Text(printable(paragraph)))
        out.print()
    if len(revisions) > 1:
        out.print(Rule("revisions", align="left", style="dim"))
        out.print(_revisions(article, revisions))
    if article.removed:
        count = len(article.removed)
        told = "1 line; --removed shows it." if count == 1 else f"{count} lines; --removed shows them."
        out.print(Text(f"Cleaning took out {told}", style="dim"))


def print_removed(article: Article) -> None:
    """The lines that cleaning took out, each with the rule that took it."""
    page().print(removed_table(article.removed))


def removed_table(removed: Iterable[RemovedLine]) -> Table | Text:
    """Lines that were taken out, each with its rule."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("rule", style="yellow", no_wrap=True)
    table.add_column("line", overflow="fold")
    for each in removed:
        table.add_row(Text(printable(each.rule)), Text(printable(each.line), style="red"))
    return table if table.row_count else Text("Cleaning took out nothing.", style="dim")


def print_similar(article: Article, stories: Sequence[Article]) -> None:
    """The stories of its cluster, earliest first, itself marked."""
    out = console()
    if len(stories) < 2:
        out.print(Text("No other story in the archive is nearly the same.", style="dim"))
        return
    rows = []
    for each in stories:
        seen = min(moment for moment in (each.first_listed_at, each.fetched_at) if moment)
        mark = "▸" if each.article_id == article.article_id else " "
        rows.append((mark, _moment(seen), each.site or "", each.title or "", each.url))
    print_table(("", "first seen", "outlet", "title", "address"), rows, below=2)


def facts(article: Article) -> Iterator[tuple[str, str]]:
    """What is known of an article besides its text: (name, value), with where it came from."""
    published = _moment(article.published_at, article.published_precision or "second")
    said = ", ".join(filter(None, (article.published_source, article.published_raw and f'"{article.published_raw}"')))
    yield "by", ", ".join(article.authors)
    yield "published", f"{published}  ({said})" if published and said else published
    yield "modified", _moment(article.modified_at)
    yield "listed", _moment(article.first_listed_at)
    yield "fetched", _moment(article.fetched_at)
    yield "archived", _moment(article.archived_at)
    yield "address", article.url
    yield (
        "tickers",
        ", ".join(":".join(filter(None, (t.exchange, t.symbol))) + f" ({t.evidence})" for t in article.tickers),
    )
    yield "tags", ", ".join(article.tags)
    yield "language", article.language or ""
    yield "summary", article.summary or ""
    yield "update", article.update_note or ""
    yield "from", article.syndicated_from or ""
    yield "disclosure", article.disclosure or ""
    yield "paywalled", {True: "the page gave only part of the story", False: "no", None: ""}[article.paywalled]
    yield "machine", "the page says that a machine wrote it" if article.machine_generated else ""
    for name in Article.facts():
        if name not in _IN_WORDS:
            yield name.replace("_", " "), _words(getattr(article, name))
    yield "rights", " · ".join(filter(None, (article.access, article.rights)))
    yield "cleaned by", article.extractor or ""
    yield "kept in", f"{article.warc_file} at {article.warc_offset}" if article.warc_file else ""


def _words(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isinstance(value, datetime):
        return _moment(value)
    return "" if value is None or value is False else "yes" if value is True else str(value)


def page() -> Console:
    """Where a story is printed: no wider than is read with ease."""
    out = console()
    out.width = min(out.width, _MEASURE) if out.is_terminal else _MEASURE
    return out


def facts_table(pairs: Iterable[tuple[str, str]]) -> Table:
    """Facts that have a value, one a row."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in pairs:
        if value:
            table.add_row(name, Text(printable(value)))
    return table


def _revisions(shown: Article, revisions: Sequence[Article]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    for each in revisions:
        mark = "▸" if each.revision == shown.revision else " "
        words = f"{each.word_count} words"
        table.add_row(f"{mark} {each.revision}", _moment(each.fetched_at), words, Text(printable(each.title or "")))
    return table


def _moment(moment: datetime | None, precision: PublishedPrecision = "second") -> str:
    return f"{moment:{_PRECISIONS[precision]}}" if moment else ""

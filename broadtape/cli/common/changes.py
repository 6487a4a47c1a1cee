"""What a publisher changed, word by word, on a terminal: in colours, or with marks where there are none."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.text import Text

from broadtape.article import Article
from broadtape.cli.common.terminal_text import printable
from broadtape.errors import UsageError
from broadtape.text.word_diff import Kept, Piece, compare

__all__ = ["changed", "plain_changes", "print_changes"]

_STYLES = {"same": "", "added": "green", "removed": "red strike"}
_MARKS = {"same": ("", ""), "added": ("{+", "+}"), "removed": ("[-", "-]")}
"""As `git diff --word-diff` writes them."""


def changed(revisions: Sequence[Article], number: int | None) -> list[tuple[Article, Article]]:
    """Each revision with the one before it, or that of this number alone; raises UsageError for the first one."""
    if number is None:
        return list(itertools.pairwise(revisions))
    if number == 1:
        raise UsageError("Revision 1 is the first text that was seen: there is none before it that it changed.")
    return [(revisions[number - 2], revisions[number - 1])]


def print_changes(out: Console, pairs: Sequence[tuple[Article, Article]]) -> None:
    """What each of them changed in title and text, with the paragraphs beside it."""
    if not pairs:
        out.print(Text("The story has one revision: its publisher changed nothing that we saw.", style="dim"))
    for before, after in pairs:
        at = f", {after.fetched_at:%Y-%m-%d %H:%M:%S} UTC" if after.fetched_at else ""
        out.print(Rule(f"revision {after.revision}{at}", align="left", style="dim"))
        for lead, line in _lines(before, after, marked=out.no_color or out.color_system is None):
            out.print(Padding(Text(f"{lead} ", style="dim") + line, (0, 0, 1, 0)))


def plain_changes(pairs: Sequence[tuple[Article, Article]]) -> list[dict[str, Any]]:
    """The same as plain data: of each revision its paragraphs as runs of words, each with its fate."""
    return [
        {
            "revision": after.revision,
            "fetched_at": after.fetched_at,
            "paragraphs": [
                {"kept": part.count} if isinstance(part, Kept) else [[piece.mark, piece.text] for piece in part]
                for part in compare(_paragraphs(before), _paragraphs(after))
            ],
        }
        for before, after in pairs
    ]


def _lines(before: Article, after: Article, *, marked: bool) -> Iterator[tuple[str, Text]]:
    for part in compare(_paragraphs(before), _paragraphs(after)):
        if isinstance(part, Kept):
            yield "…", Text(f"{part.count} paragraph{'s' if part.count > 1 else ''} unchanged", style="dim")
            continue
        marks = {piece.mark for piece in part}
        if len(marks) == 1:
            (only,) = marks
            style = "dim" if only == "same" else _STYLES[only]
            yield {"same": " ", "added": "+", "removed": "-"}[only], Text(_joined(part), style=style)
        else:
            yield "~", Text.assemble(*(_styled(piece, marked=marked) for piece in part))


def _styled(piece: Piece, *, marked: bool) -> tuple[str, str]:
    text = printable(piece.text)
    if not marked:
        return text, _STYLES[piece.mark]
    opening, closing = _MARKS[piece.mark]
    words = text.rstrip()
    return f"{opening}{words}{closing}{text[len(words) :]}", ""


def _joined(pieces: Sequence[Piece]) -> str:
    return printable("".join(piece.text for piece in pieces))


def _paragraphs(article: Article) -> list[str]:
    return [article.title or "", *article.paragraphs]

"""The part of a text that shows why it was found, and which of its words those are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from broadtape.article import Article
from broadtape.corpus.fulltext.analysis import field_of
from broadtape.corpus.fulltext.syntax import Node, Not, Several, Words
from broadtape.corpus.fulltext.word_places import places_of, until_word

__all__ = ["Snippet", "snippet_of", "sought"]

_LENGTH = 240
_LEAD = 60
"""Characters: what is shown at the most, and of that, before the first word found."""
_READ = 50_000
"""Characters of a text that are looked at."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """Part of a text on one line, and the spans of it that were searched for."""

    text: str
    highlights: tuple[tuple[int, int], ...]


def sought(node: Node) -> list[Words]:
    """The words that a query looks for in texts."""
    match node:
        case Words(field=None):
            return [node]
        case Several(parts):
            return [words for part in parts if not isinstance(part, Not) for words in sought(part)]
    return []


def snippet_of(article: Article, words: Sequence[Words]) -> Snippet:
    """From the text, else from the summary; its beginning where no word is found in it."""
    text = " ".join((article.text or article.summary or "")[:_READ].split())
    found = sorted(set(places_of(text, field_of(article.language), words, _LENGTH)))
    start, end = _window(text, found)
    lead, tail = "… " if start else "", " …" if end < len(text) else ""
    shift = len(lead) - start
    inside = [(first + shift, last + shift) for first, last, _ in found if start <= first and last <= end]
    return Snippet(f"{lead}{text[start:end]}{tail}", tuple(_apart(inside)))


def _window(text: str, found: Sequence[tuple[int, int, int]]) -> tuple[int, int]:
    """The span of the text that holds most of the words."""
    if not found:
        return 0, until_word(text, _LENGTH)

    def held(first: int) -> int:
        return len({number for start, end, number in found if first <= start and end <= first + _LENGTH - _LEAD})

    best = max((start for start, _, _ in found[:200]), key=lambda start: (held(start), -start))
    start = _sentence(text, best)
    return start, until_word(text, max(start + _LENGTH, next(end for first, end, _ in found if first == best)))


def _sentence(text: str, at: int) -> int:
    """Where the sentence begins in which `at` lies, or a word of it that is not too far before."""
    if at <= _LEAD:
        return 0
    near = text[at - _LEAD : at]
    for mark in (". ", "! ", "? ", "。"):
        if mark in near:
            return at - _LEAD + near.rindex(mark) + len(mark)
    return at - _LEAD + near.index(" ") + 1 if " " in near else at - _LEAD


def _apart(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same, those that touch as one."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1]:
            found[-1] = found[-1][0], max(last, found[-1][1])
        else:
            found.append((first, last))
    return found

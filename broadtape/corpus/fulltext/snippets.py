"""The part of a text that shows why it was found, and which of its words those are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from tantivy import Token

from broadtape.article import Article
from broadtape.corpus.fulltext.analysis import CJK, analyzer, field_of, has_cjk, pairs
from broadtape.corpus.fulltext.syntax import Node, Not, Several, Words
from broadtape.corpus.fulltext.term_queries import terms_of

__all__ = ["Snippet", "snippet_of", "sought"]

_LENGTH = 240
_LEAD = 60
"""Characters: what is shown at the most, and of that, before the first word found."""
_READ, _FIRST, _PIECE, _OVERLAP = 50_000, 600, 2_000, 200
"""Characters of a text that are looked at, by the piece. One word that many texts hold mostly stands in a short first
one; of several, the place is sought where they stand together."""


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
    found = sorted(set(_spans(text, field_of(article.language), words)))
    start, end = _window(text, found)
    lead, tail = "… " if start else "", " …" if end < len(text) else ""
    shift = len(lead) - start
    inside = [(first + shift, last + shift) for first, last, _ in found if start <= first and last <= end]
    return Snippet(f"{lead}{text[start:end]}{tail}", tuple(_apart(inside)))


def _spans(text: str, kind: str, words: Sequence[Words]) -> Iterator[tuple[int, int, int]]:
    """(from, to, which of the words) wherever one stands, up to a little after the last of them was first found."""
    missing = set(range(len(words)))
    read, wanted = 0, 0
    for start, end in _pieces(text, _PIECE if len(words) > 1 else _FIRST):
        if not missing and read >= wanted:
            return
        for first, last, number in _spans_in(text[start:end], kind, words):
            if number in missing:
                missing.discard(number)
                wanted = max(wanted, start + last + _LENGTH)
            yield start + first, start + last, number
        read = end


def _pieces(text: str, size: int) -> Iterator[tuple[int, int]]:
    """Spans that cover the text, from word to word, and overlap, so that no phrase is cut: what is sought mostly stands
    at the beginning. The first has this size."""
    start = end = 0
    while end < len(text):
        end = _until(text, start + size)
        yield start, end
        start, size = text.find(" ", end - _OVERLAP, end) + 1 or end, _PIECE


def _spans_in(text: str, kind: str, words: Sequence[Words]) -> Iterator[tuple[int, int, int]]:
    for cjk in (True, False):
        numbered = [(number, each) for number, each in enumerate(words) if has_cjk(each.text) is cjk]
        if numbered:
            tokens = list(pairs(text)) if cjk else analyzer(kind).pre_tokenize(text).tokens
            terms = [[term for _, term in terms_of(each, CJK if cjk else kind)] for _, each in numbered]
            prefix = [each.prefix or cjk for _, each in numbered]
            yield from _matches(tokens, list(zip(terms, [number for number, _ in numbered], prefix, strict=True)))


def _matches(
    tokens: Sequence[Token], sought_for: Sequence[tuple[list[str], int, bool]]
) -> Iterator[tuple[int, int, int]]:
    """`sought_for`: the terms of a word or phrase, its number, and whether a single one may be a prefix."""
    texts = [token.text for token in tokens]
    for terms, number, prefix in sought_for:
        if terms:
            size = len(terms)
            for place in _places(texts, terms[0], begins=prefix and size == 1):
                if size == 1 or texts[place : place + size] == terms:
                    yield tokens[place].char_offset_from, tokens[place + size - 1].char_offset_to, number


def _places(texts: list[str], term: str, *, begins: bool) -> Iterator[int]:
    """Where the term stands, or one that begins so."""
    if begins:
        # As one text, which is searched many times faster than its words one by one.
        joined = "\n".join(("", *texts))
        place = at = -1
        while (found := joined.find(f"\n{term}", at + 1)) >= 0:
            place, at = place + 1 + joined.count("\n", at + 1, found), found
            yield place
        return
    place = -1
    with suppress(ValueError):
        while True:
            place = texts.index(term, place + 1)
            yield place


def _window(text: str, found: Sequence[tuple[int, int, int]]) -> tuple[int, int]:
    """The span of the text that holds most of the words."""
    if not found:
        return 0, _until(text, _LENGTH)

    def held(first: int) -> int:
        return len({number for start, end, number in found if first <= start and end <= first + _LENGTH - _LEAD})

    best = max((start for start, _, _ in found[:200]), key=lambda start: (held(start), -start))
    start = _sentence(text, best)
    return start, _until(text, max(start + _LENGTH, next(end for first, end, _ in found if first == best)))


def _sentence(text: str, at: int) -> int:
    """Where the sentence begins in which `at` lies, or a word of it that is not too far before."""
    if at <= _LEAD:
        return 0
    near = text[at - _LEAD : at]
    for mark in (". ", "! ", "? ", "。"):
        if mark in near:
            return at - _LEAD + near.rindex(mark) + len(mark)
    return at - _LEAD + near.index(" ") + 1 if " " in near else at - _LEAD


def _until(text: str, end: int) -> int:
    """The end of the word before `end`."""
    if end >= len(text):
        return len(text)
    space = text.rfind(" ", max(end - 40, 0), end + 1)
    return space if space > 0 else end


def _apart(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same, those that touch as one."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1]:
            found[-1] = found[-1][0], max(last, found[-1][1])
        else:
            found.append((first, last))
    return found

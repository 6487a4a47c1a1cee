"""Where in a text the words stand that were searched for, as the index analyses it.

A word's analysis leaves its first letter as it is, but for case and accents, and for one prefix. So of most texts only
words that begin as one does that is sought are analysed, each but once; of those in scripts of which Python and the
index disagree where a word ends, all are, by the piece.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple

from tantivy import Token

from broadtape.corpus.fulltext.analysis import CJK, analyzer, has_cjk, pairs
from broadtape.corpus.fulltext.syntax import Words
from broadtape.corpus.fulltext.term_queries import terms_of

__all__ = ["AGREED", "PREFIXES", "among_all", "places_of", "until_word"]

_PIECE, _OVERLAP = 2_000, 200
"""Characters that are analysed at once, where all are, and of which a phrase may be."""
_WORD = 64
"""Characters for each word of a phrase, with what stands after it."""
AGREED = "\x00-\u0344\u0370-\u05af\u1e00-\u245f\u2500-\u2bff"
"""Latin, Greek, Cyrillic, Armenian, and the marks between words."""
PREFIXES = {"nl": "g"}
"""The first letter of what a language's stemmer takes off words' beginnings: `gewerkt` becomes `werk`."""
_OTHERS = re.compile(f"[^{AGREED}]")


class _Sought(NamedTuple):
    """The terms of a word or phrase, its number, and whether a single one may be a prefix."""

    terms: list[str]
    number: int
    begins: bool

    def is_term(self, term: str) -> bool:
        if self.begins and len(self.terms) == 1:
            return term.startswith(self.terms[0])
        return term == self.terms[0]


def places_of(text: str, kind: str, words: Sequence[Words], reach: int) -> Iterator[tuple[int, int, int]]:
    """(from, to, which of the words) wherever one stands, up to `reach` after the last of them was first found."""
    if _OTHERS.search(text) or any(has_cjk(each.text) for each in words):
        yield from among_all(text, kind, words, reach)
        return
    sought = [_Sought(_terms(each, kind), number, each.prefix) for number, each in enumerate(words)]
    sought = [each for each in sought if each.terms]
    missing, wanted = {each.number for each in sought}, 0
    letters = frozenset(PREFIXES.get(kind, "")).union(each.terms[0][0] for each in sought)
    for match in _beginning(letters).finditer(text) if sought else ():
        start = match.start()
        if not missing and start > wanted:
            return
        term = _term_of(match[0], kind)
        for each in sought:
            if term is not None and each.is_term(term) and (end := _end_of(each, text, match, kind)):
                if each.number in missing:
                    missing.discard(each.number)
                    wanted = max(wanted, end + reach)
                yield start, end, each.number


@functools.lru_cache(maxsize=256)
def _beginning(letters: frozenset[str]) -> re.Pattern[str]:
    """Words that begin with one of these, or with what may be one of them with an accent."""
    each = "".join(re.escape(letter + letter.upper()) for letter in sorted(letters) if letter.isascii())
    return re.compile(f"(?=[{each}\x80-\U0010ffff])(?<![^\\W_])[^\\W_]+")


@functools.lru_cache(maxsize=50_000)
def _term_of(word: str, kind: str) -> str | None:
    """What the index makes of a word; None for one that it does not hold."""
    tokens = analyzer(kind).pre_tokenize(word).tokens
    return tokens[0].text if tokens else None


def _end_of(sought: _Sought, text: str, first: re.Match[str], kind: str) -> int | None:
    """Where what begins with this word ends; None if the other words of the phrase do not follow it."""
    size = len(sought.terms)
    if size == 1:
        return first.end()
    end = until_word(text, first.start() + _WORD * size)
    tokens = analyzer(kind).pre_tokenize(text[first.start() : end]).tokens[:size]
    same = [token.text for token in tokens] == sought.terms
    return first.start() + tokens[-1].char_offset_to if same else None


def _terms(words: Words, kind: str) -> list[str]:
    return [term for _, term in terms_of(words, kind)]


def among_all(text: str, kind: str, words: Sequence[Words], reach: int) -> Iterator[tuple[int, int, int]]:
    """The same, of every word's analysis: for any script, and slower."""
    missing = set(range(len(words)))
    read, wanted = 0, 0
    for start, end in _pieces(text):
        if not missing and read >= wanted:
            return
        for first, last, number in _spans_in(text[start:end], kind, words):
            if number in missing:
                missing.discard(number)
                wanted = max(wanted, start + last + reach)
            yield start + first, start + last, number
        read = end


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Spans that cover the text, from word to word, and overlap, so that no phrase is cut: what is sought mostly stands
    at the beginning."""
    start = end = 0
    while end < len(text):
        end = until_word(text, start + _PIECE)
        yield start, end
        start = text.find(" ", end - _OVERLAP, end) + 1 or end


def _spans_in(text: str, kind: str, words: Sequence[Words]) -> Iterator[tuple[int, int, int]]:
    for cjk in (True, False):
        numbered = [(number, each) for number, each in enumerate(words) if has_cjk(each.text) is cjk]
        if numbered:
            tokens = list(pairs(text)) if cjk else analyzer(kind).pre_tokenize(text).tokens
            field = CJK if cjk else kind
            yield from _matches(tokens, [_Sought(_terms(each, field), n, each.prefix or cjk) for n, each in numbered])


def _matches(tokens: Sequence[Token], sought: Sequence[_Sought]) -> Iterator[tuple[int, int, int]]:
    texts = [token.text for token in tokens]
    for terms, number, begins in sought:
        if terms:
            size = len(terms)
            for place in _places(texts, terms[0], begins=begins and size == 1):
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


def until_word(text: str, end: int) -> int:
    """The end of the word before `end`."""
    if end >= len(text):
        return len(text)
    space = text.rfind(" ", max(end - 40, 0), end + 1)
    return space if space > 0 else end

"""One word, phrase or prefix of a query, as every field that may hold it is asked for it."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from tantivy import Occur, Schema, Token
from tantivy import Query as Matching

from broadtape.corpus.fulltext.analysis import CJK, PLAIN, analyzer, has_cjk, pairs
from broadtape.corpus.fulltext.syntax import Words
from broadtape.errors import BadQuery

__all__ = ["any_of", "every_of", "spoken", "terms_of"]

_TITLE = 2.5
"""A word in the headline counts so many times as much as one in the text."""
_SHORTEST_PREFIX = 2


def every_of(wanted: Sequence[Matching], barred: Sequence[Matching] = ()) -> Matching:
    """Documents that match all of `wanted` and none of `barred`."""
    return Matching.boolean_query([*((Occur.Must, one) for one in wanted), *((Occur.MustNot, one) for one in barred)])


def any_of(wanted: Sequence[Matching]) -> Matching:
    """Documents that match at least one."""
    return wanted[0] if len(wanted) == 1 else Matching.boolean_query([(Occur.Should, one) for one in wanted])


def spoken(words: Words, schema: Schema, kinds: Sequence[str]) -> Matching:
    """Documents that hold them where they are to be, in the fields of these kinds; raises BadQuery for what holds no
    word."""
    if words.field in {"site", "language", "section", "ticker"}:
        return _named(words, schema)
    found = [query for field in _fields(words, kinds) if (query := _in_field(words, schema, *field)) is not None]
    if not found:
        raise BadQuery(f"{words.text!r} holds no word to search for: expected letters or digits.")
    return any_of(found)


@functools.lru_cache(maxsize=1024)
def terms_of(words: Words, kind: str) -> list[tuple[int, str]]:
    """The terms that a word or phrase is in a field of this kind, with their places in the phrase."""
    if kind != CJK:
        tokens = analyzer(PLAIN if words.prefix else kind).pre_tokenize(words.text).tokens
        return [(token.position, token.text) for token in tokens]
    pairs_of = list(pairs(words.text))
    # A run's last character alone stands only where the run ends in the text, too.
    kept = [token for before, token in zip([None, *pairs_of], pairs_of, strict=False) if not _ends(before, token)]
    return [(token.position - kept[0].position, token.text) for token in kept]


def _ends(before: Token | None, token: Token) -> bool:
    return before is not None and len(token.text) == 1 and before.char_offset_to == token.char_offset_to


def _named(words: Words, schema: Schema) -> Matching:
    """A name that is matched whole."""
    assert words.field is not None
    if words.prefix:
        raise BadQuery(f"{words.field}:{words.text}* cannot be searched for: write the whole name.")
    value = {"ticker": words.text.upper(), "section": words.text.lower()}.get(words.field, words.text)
    return Matching.const_score_query(Matching.term_query(schema, words.field, value, index_option="basic"), 1.0)


def _fields(words: Words, kinds: Sequence[str]) -> list[tuple[str, str, float]]:
    """(field, its kind, what a match in it counts)."""
    if words.field == "author":
        return [("author", PLAIN, 1.0)]
    kinds = (CJK,) if has_cjk(words.text) else kinds
    titles = [(f"title_{kind}", kind, _TITLE) for kind in kinds]
    if words.field:
        return titles
    return [*titles, *((f"text_{kind}", kind, 1.0) for kind in kinds), ("author", PLAIN, 1.0)]


def _in_field(words: Words, schema: Schema, field: str, kind: str, boost: float) -> Matching | None:
    terms = terms_of(words, kind)
    if not terms:
        return None
    (_, first), *more = terms
    if words.prefix:
        query = _beginning(words, schema, field, terms, kind)
    elif more:
        query = Matching.phrase_query(schema, field, list(terms))
    elif len(first) == 1 and has_cjk(first):
        query = _prefix(schema, field, first)  # it begins every pair that it is in
    else:
        query = Matching.term_query(schema, field, first)
    return Matching.boost_query(query, boost)


def _beginning(words: Words, schema: Schema, field: str, terms: Sequence[tuple[int, str]], kind: str) -> Matching:
    place, last = terms[-1]
    stems = terms_of(Words(words.text), kind)
    # The stem of a whole word may be shorter than the prefix.
    if len(terms) > 1:
        # The engine's own query for this takes the first fifty words that begin so, and says nothing of the others.
        begun = Matching.regex_phrase_query(schema, field, [*stems[:-1], (place, f"{last}.*")])
        return any_of([begun, Matching.phrase_query(schema, field, list(stems))])
    if len(last) < _SHORTEST_PREFIX and kind != CJK:
        raise BadQuery(f"{words.text}* is too short: write at least {_SHORTEST_PREFIX} letters before the *.")
    return any_of([_prefix(schema, field, last), *(Matching.term_query(schema, field, stem) for _, stem in stems)])


def _prefix(schema: Schema, field: str, term: str) -> Matching:
    """Terms that begin so; a regular expression for it would be compiled anew for each field."""
    return Matching.fuzzy_term_query(schema, field, term, distance=0, prefix=True)

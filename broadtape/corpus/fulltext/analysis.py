"""From text to terms: the stems of its words, by language; Chinese, Japanese and Korean by pairs of characters, since
nothing parts their words."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from tantivy import Filter, PreTokenizedString, TextAnalyzer, TextAnalyzerBuilder, Token, Tokenizer

__all__ = ["CJK", "PLAIN", "STEMMED", "analyzer", "field_of", "has_cjk", "pairs", "pre_tokenized"]

STEMMED = {
    "da": "danish",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "it": "italian",
    "nl": "dutch",
    "no": "norwegian",
    "pt": "portuguese",
    "ru": "russian",
    "sv": "swedish",
}
"""Languages with a stemmer, by ISO 639-1."""
PLAIN = "plain"
"""Every other language: words as they stand."""
CJK = "cjk"

_LONGEST = 60
"""Characters: longer words are addresses and debris, and are not searched for."""
_SCRIPTS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0002ebef"
_PARTS = re.compile(f"([{_SCRIPTS}]+)|([^\\W_{_SCRIPTS}]+)")
_CJK = re.compile(f"[{_SCRIPTS}]")


@functools.cache
def analyzer(name: str) -> TextAnalyzer:
    """How the words of a field become terms: lower case, the stem, without accents."""
    builder = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.remove_long(_LONGEST)).filter(Filter.lowercase())
    if name in STEMMED:
        builder = builder.filter(Filter.stemmer(STEMMED[name]))
    return builder.filter(Filter.ascii_fold()).build()


def field_of(language: str | None) -> str:
    """The kind of field that holds texts of this language."""
    return language if language in STEMMED else PLAIN


def has_cjk(text: str) -> bool:
    """Whether any of it is written in Chinese characters, kana or hangul."""
    return _CJK.search(text) is not None


def pairs(text: str) -> Iterator[Token]:
    """Each pair of neighbours in a run of such characters, the run's last one alone, and whole words between them."""
    position = 0
    for match in _PARTS.finditer(text):
        start, end = match.span()
        if match[1] is None:
            if end - start <= _LONGEST:
                yield Token(match[0].lower(), position, start, end)
            position += 1
            continue
        for at in range(start, end):
            yield Token(text[at : min(at + 2, end)], position, at, min(at + 2, end))
            position += 1


def pre_tokenized(text: str) -> PreTokenizedString:
    """`text` with its pairs, for the index."""
    return PreTokenizedString(text, list(pairs(text)))

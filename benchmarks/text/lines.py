"""Sentence by sentence: what a page's truth holds and ours does not, and which rule took it."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks.text.pages import Sample
from broadtape.article import RemovedLine
from broadtape.cleaning import extract
from broadtape.errors import NotAnArticle

__all__ = ["Lost", "losses", "lost", "surplus"]

_SENTENCE = re.compile(r"(?<=[.!?。！？])[\"'”’»」)]*\s+|\n+|(?<=[。！？])")
_NO_LETTERS = re.compile(r"\W+")
_LEAST = 12
"""Folded characters: shorter pieces (a label, a number) stand in many places of a page."""
UNTRACED = "not in `removed`"


@dataclass(frozen=True, slots=True)
class Lost:
    """A sentence that a good extraction has and ours has not, with the rule that took it or UNTRACED."""

    page: str
    sentence: str
    rule: str


def lost(page: Sample) -> list[Lost]:
    """The wanted sentences that are missing from our text of a page."""
    try:
        article = extract(page.html, page.url)
    except NotAnArticle as refused:
        return [Lost(page.id, sentence, f"refused: {refused.reason}") for sentence in _wanted(page)]
    text = _fold(article.text or "")
    missing = [sentence for sentence in _wanted(page) if _fold(sentence) not in text]
    return [Lost(page.id, sentence, _rule(sentence, article.removed)) for sentence in missing]


def surplus(page: Sample) -> list[str]:
    """The paragraphs of our text that its truth does not have; for pieces, those that should not be there."""
    try:
        lines = extract(page.html, page.url).paragraphs
    except NotAnArticle:
        return []
    if "without" in page.truth:
        return [piece for piece in page.truth["without"] if _fold(piece) and _fold(piece) in _fold("".join(lines))]
    truth = _fold("".join(page.truth["body"]))
    return [line for line in lines if _fold(line) not in truth]


def losses(pages: Iterable[Sample]) -> Iterator[tuple[str, int, int, list[Lost]]]:
    """Each rule with the number of wanted sentences it took, of pages that this befell, and some of them; the worst
    first."""
    found: dict[str, list[Lost]] = defaultdict(list)
    for page in pages:
        for each in lost(page):
            found[each.rule].append(each)
    for rule, count in Counter({rule: len(each) for rule, each in found.items()}).most_common():
        yield rule, count, len({each.page for each in found[rule]}), found[rule]


def _wanted(page: Sample) -> list[str]:
    if "with" in page.truth:
        return list(page.truth["with"])
    paragraphs = [line for line in page.truth["body"] if not (line.startswith("[") and line.endswith("]"))]
    pieces = [piece.strip() for line in paragraphs for piece in _SENTENCE.split(line)]
    return [piece for piece in pieces if len(_fold(piece)) >= _LEAST]


def _rule(sentence: str, removed: Sequence[RemovedLine]) -> str:
    """The rule that took a sentence, or a piece out of its middle."""
    folded = _fold(sentence)
    taken = [(_fold(line.line), line.rule) for line in removed]
    whole = next((rule for line, rule in taken if folded in line), None)
    return whole or next((rule for line, rule in taken if len(line) >= 3 and line in folded), UNTRACED)


def _fold(text: str) -> str:
    return _NO_LETTERS.sub("", unicodedata.normalize("NFKC", text).casefold())

"""Which element of a page says what the page is called: by the words that they have in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lxml.etree import _Element

from broadtape.cleaning.page.dom import loose_text
from broadtape.cleaning.page.head import fold
from broadtape.cleaning.page.writing import words_of

__all__ = ["most_like", "words_of_titles"]


def words_of_titles(titles: Iterable[str]) -> list[set[str]]:
    """The words of each title that has any, folded."""
    return [words for title in titles if (words := set(words_of(fold(title))))]


def most_like(elements: Iterable[_Element], titles: Sequence[set[str]], least: float) -> _Element | None:
    """The first of those elements that share most with one of `titles`, given as sets of words: at least `least`, from
    0 to 1, of all words of the two."""
    best, score = None, 0.0
    for element in elements:
        own = set(words_of(fold(loose_text(element))))
        likeness = max((len(own & words) / len(own | words) for words in titles), default=0.0)
        if likeness >= least and (best is None or likeness > score):
            best, score = element, likeness
    return best

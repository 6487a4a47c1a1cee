"""Where a page's running text lies: how much of it each element holds, links and furniture left out."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any, cast

from lxml.etree import XPath, _Element

from broadtape.cleaning.furniture.judge import is_furniture
from broadtape.cleaning.furniture.standing import Namesakes
from broadtape.cleaning.page.dom import short_text
from broadtape.cleaning.page.writing import is_dense, letters

__all__ = ["RunningText", "running_text"]

_LONG_TEXTS = XPath("descendant::text()[string-length(.) > 30]")
_DENSE_TEXTS = XPath("descendant::text()[string-length(.) > 12]")
_INLINE = frozenset("a abbr b bdi big cite em font i ins mark q s small span strong sub sup time tt u".split())
_LEAST = 40
_PIECE = 30
_SAMPLE, _DENSE_PART = 200, 0.25
"""Texts that tell a page's script, and the share of dense ones from which on shorter texts are long."""
_CARD = 600
"""Characters that a link around whole blocks holds at the most; a longer one has lost its end tag."""
_MOST = 5_000
"""Elements weighed at the most, so that deep nesting times many paragraphs stays bounded."""
_LITTLE, _STORY = 100, 500
"""Running text, in characters, that is no story yet, and that is one for certain."""


@dataclass(frozen=True)
class RunningText:
    """Letters of running text, by element. Valid as long as the tree is not changed, but for what is taken out."""

    own: dict[_Element, int]
    """What each block holds itself."""

    @cached_property
    def below(self) -> dict[_Element, int]:
        """What stands at or below every element that has any."""
        total: dict[_Element, int] = defaultdict(int)
        for element, mass in self.own.items():
            total[element] += mass
            for ancestor in element.iterancestors():
                total[ancestor] += mass
        return dict(total)

    @cached_property
    def whole(self) -> int:
        """All of the page's."""
        return sum(self.own.values())


def running_text(tree: _Element, *, by_name: bool = True) -> RunningText:
    """The running text of a page, links counted out and furniture left out; with `by_name` False whatever it is
    called."""
    masses: dict[_Element, int] = defaultdict(int)
    cards: dict[_Element, bool] = {}
    for text in _texts(tree):
        length = letters(text.strip())
        if length > _PIECE and (owner := _owner(text)) is not None and not _in_card(owner, cards):
            masses[owner] += length
    long = ((element, mass) for element, mass in masses.items() if mass >= _LEAST)
    found = RunningText(dict(islice(long, _MOST)))
    return _outside_furniture(found) if by_name else found


def _texts(tree: _Element) -> list[Any]:
    """The texts of a tree that may be long enough to count."""
    long = cast("list[Any]", _LONG_TEXTS(tree))
    sample = long[:_SAMPLE]
    if sum(map(is_dense, sample)) < max(1, _DENSE_PART * len(sample)) and sample:
        return long
    return cast("list[Any]", _DENSE_TEXTS(tree))


def _owner(text: Any) -> _Element | None:
    """The block that a piece of text belongs to; None for the text of a link."""
    element: _Element | None = text.getparent()
    if element is not None and text.is_tail:
        element = element.getparent()
    while element is not None and element.tag in _INLINE:
        if element.tag == "a":
            return None
        element = element.getparent()
    return element


def _in_card(owner: _Element, known: dict[_Element, bool]) -> bool:
    """Whether a block stands in a link, as the headlines of other stories do in their cards."""
    link = next(owner.iterancestors("a"), None)
    if link is None:
        return False
    if link not in known:
        known[link] = bool(link.get("href")) and short_text(link, _CARD) is not None
    return known[link]


def _outside_furniture(running: RunningText) -> RunningText:
    """What does not stand in furniture; furniture that holds a large part of the page's text is none."""
    verdicts: dict[_Element, bool] = {}
    others = Namesakes()

    def inside(element: _Element | None) -> bool:
        trail = []
        while element is not None and element not in verdicts:
            trail.append(element)
            element = element.getparent()
        found = element is not None and verdicts[element]
        for one in reversed(trail):
            found = found or is_furniture(one, running.below[one], running.whole, others)
            verdicts[one] = found
        return found

    outside = RunningText({element: mass for element, mass in running.own.items() if not inside(element)})
    # Where names leave nothing, names are not believed: a live blog's entries are called comments.
    believed = outside.whole >= _LITTLE or running.whole < _STORY
    return outside if believed and outside.whole < running.whole else running

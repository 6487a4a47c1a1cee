"""Text that a page has once for the eye and once for screen readers: one of the two is the story's.

Each looks like furniture by itself, an `aria-hidden` element to one rule, a `visually-hidden` one to another. Inside a
sentence that loses a figure, or the word that says which way it went.
"""

from __future__ import annotations

import functools
import re

from lxml.etree import _Element

from broadtape.cleaning.page.dom import INLINE, cut, inner_text
from broadtape.cleaning.page.elements import Elements

__all__ = ["is_for_ears", "settle_twins"]

_UNSEEN_NAME = re.compile(
    r"(?:^|[\s_-])(?:sr-?only|(?:visually|visibly)-?hidden|hidden-?visually|(?:for-?)?screen-?readers?(?:-?(?:text|only))?|"
    r"a11y(?:-?(?:text|hidden|only))?|assistive(?:-?text)?|off-?screen)(?:$|[\s_-])",
    re.IGNORECASE,
)
_WORDS = ("span", "b", "i", "em", "strong", "small", "abbr", "del", "ins", "s")
_SENTENCES = frozenset(["p", "li", "td", "th", "dd", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "div"])
_CONTROLS = frozenset({"a", "button", "label", "summary", "nav"})


def settle_twins(elements: Elements) -> Elements:
    """Keep one of each two such texts; what is alone in a sentence, for the eye or for the ear, is a part of it.

    Gives the elements that are left.
    """
    known: dict[_Element, bool] = {}
    unspoken = [e for e in elements.having("aria-hidden") if e.get("aria-hidden") == "true" and e.tag in INLINE]
    gone = [_settle(element, known) for element in unspoken]
    left = Elements(elements.tree) if any(gone) else elements
    for element in left.tagged(*_WORDS):
        if is_for_ears(element) and _is_in_sentence(element, known):
            del element.attrib["class"]
    return left


def is_for_ears(element: _Element) -> bool:
    """Whether an element is called one that only a screen reader gives."""
    names = element.get("class")
    return bool(names) and _names_unseen(names)


def _settle(element: _Element, known: dict[_Element, bool]) -> bool:
    """Settle what is for the eye alone, if it is a part of a sentence; whether one of two twins was taken out."""
    if element.getparent() is None:
        return False
    if (twin := _twin(element)) is not None:
        # An arrow or an icon leaves the word to its twin.
        spoken = _says(element)
        cut(twin if spoken else element)
        if spoken:
            del element.attrib["aria-hidden"]
        return True
    if element.tag != "a" and _says(element) and _is_in_sentence(element, known):
        del element.attrib["aria-hidden"]
    return False


def _says(element: _Element) -> bool:
    """Whether an element has letters or figures."""
    return any(char.isalnum() for char in inner_text(element))


def _twin(element: _Element) -> _Element | None:
    following, previous = element.getnext(), element.getprevious()
    if following is not None and not (element.tail or "").strip() and is_for_ears(following):
        return following
    if previous is not None and not (previous.tail or "").strip() and is_for_ears(previous):
        return previous
    return None


@functools.lru_cache(maxsize=8192)
def _names_unseen(names: str) -> bool:
    return bool(_UNSEEN_NAME.search(names))


def _is_in_sentence(element: _Element, known: dict[_Element, bool]) -> bool:
    """Whether text of the same sentence stands beside an element, and it is no part of a control.

    `known` holds what is known of the blocks of this page: each is asked once, however many such elements it has.
    """
    outer = element.getparent()
    while outer is not None and outer.tag in INLINE:
        if outer.tag in _CONTROLS:
            return False
        outer = outer.getparent()
    if outer is None or outer.tag not in _SENTENCES:
        return False
    if outer not in known:
        known[outer] = any(len((text or "").split()) > 1 for text in (outer.text, *(child.tail for child in outer)))
    return known[outer]

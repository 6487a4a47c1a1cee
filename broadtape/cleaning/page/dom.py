"""Small reads of a tree, typed."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any, cast

from lxml.etree import XPath, _Element

__all__ = ["BLOCKS", "INLINE", "cut", "finder", "hollow", "inner_text", "is_inline", "loose_text", "short_text"]

INLINE = frozenset(
    [
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i",
        "ins", "kbd", "label", "mark", "nobr", "output", "picture", "q", "rb", "rp", "rt", "rtc", "ruby", "s",
        "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
    ]
)  # fmt: skip
"""Elements that stand inside a sentence: what the standard calls phrasing, and what it no longer knows."""

BLOCKS = frozenset(
    [
        "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "dir",
        "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "frameset", "h1", "h2", "h3", "h4",
        "h5", "h6", "header", "hgroup", "hr", "html", "iframe", "legend", "li", "main", "menu", "nav", "noscript",
        "object", "ol", "p", "pre", "search", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead",
        "tr", "ul", "video",
    ]
)  # fmt: skip
"""Elements that begin a line of their own."""
_SIBLINGS = 12
_SIGN = 24
"""Pixels across of an image that stands for a letter at the most."""
# Two to seven times as fast as `itertext`, which makes a Python object of each element on its way.
_TEXT = XPath("string()", smart_strings=False)
_TEXTS = XPath("descendant::text()", smart_strings=False)
_OF_SENTENCES = INLINE | frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6", "dt"])


def is_inline(element: _Element) -> bool:
    """Whether an element stands inside a sentence.

    One of no known name does, as in a browser, where text stands beside it; a page whose own elements are paragraphs
    (`<story-text>`) has nothing but them side by side.
    """
    tag = element.tag
    if tag in INLINE:
        return True
    if tag == "img":
        return _is_sign(element)
    if tag in BLOCKS or not isinstance(tag, str):
        return False
    parent = element.getparent()
    if parent is None:
        return False
    if parent.tag in _OF_SENTENCES:
        return True
    return _has_text(parent.text) or _stands_beside_text(element)


def _is_sign(image: _Element) -> bool:
    """Whether an image is as small as a letter; others part paragraphs."""
    size = image.get("width") or image.get("height") or ""
    return "emoji" in (image.get("class") or "") or (size.isdecimal() and len(size) < 4 and int(size) <= _SIGN)


def _stands_beside_text(element: _Element) -> bool:
    """Whether text follows an element or one of its next siblings: no more are asked, for a page may have thousands."""
    beside = (
        element,
        *islice(element.itersiblings(), _SIBLINGS),
        *islice(element.itersiblings(preceding=True), _SIBLINGS),
    )
    return any(_has_text(one.tail) for one in beside)


def _has_text(text: str | None) -> bool:
    return bool(text and not text.isspace())


def cut(element: _Element) -> None:
    """Take an element out of its tree; the text that follows it stays."""
    parent = element.getparent()
    if parent is None:
        return
    if tail := element.tail:
        before = element.getprevious()
        if before is None:
            parent.text = (parent.text or "") + tail
        else:
            before.tail = (before.tail or "") + tail
    parent.remove(element)


def hollow(element: _Element) -> None:
    """Take out all that an element has and says; it stays where it is, and so does the text that follows it."""
    element.clear(keep_tail=True)  # type: ignore[call-arg]  # lxml-stubs lack it


def inner_text(element: _Element) -> str:
    """All text below an element as one line, as it stands: `Hyper<b>link</b>` is one word."""
    return " ".join(cast("str", _TEXT(element)).split())


def loose_text(element: _Element) -> str:
    """All text below an element as one line, with a space between elements: a heading of two spans is two words."""
    return " ".join(" ".join(cast("list[str]", _TEXTS(element))).split())


def short_text(element: _Element, most: int) -> str | None:
    """`loose_text` where it has at most `most` characters; None, early, where it has more."""
    pieces: list[str] = []
    room = most + 1
    for text in cast("Any", element.itertext()):
        if folded := " ".join(text.split()):
            pieces.append(folded)
            room -= len(folded) + 1
            if room < 0:
                return None
    return " ".join(pieces)


def finder(expression: Callable[..., Any]) -> Callable[[_Element], list[_Element]]:
    """A compiled XPath or CSS selector that finds elements, typed so."""
    return cast("Callable[[_Element], list[_Element]]", expression)

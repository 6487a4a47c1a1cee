"""The dates that a page shows, those of its own story: declared as its publication, or standing near the headline."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice

from lxml.etree import XPath, _Element

from broadtape.cleaning.metadata.date_labels import has_year, is_elsewhere, is_update, without_updates
from broadtape.cleaning.metadata.head_dates import is_of_a_change as _is_named_a_change
from broadtape.cleaning.page.dom import finder, loose_text, short_text
from broadtape.cleaning.page.own_part import OwnPart

__all__ = ["declared_dates", "drop_changes", "is_of_a_change", "label_of", "other_dates", "shown_dates"]

_MOST = 40
_ATTRIBUTES = (
    "datetime", "content", "title", "data-timestamp", "data-time", "data-date", "data-datetime", "data-published",
)  # fmt: skip
_MARKED = finder(
    XPath(".//*[@itemprop or @property or @pubdate or self::abbr or self::time or contains(@class, 'published')]")
)
_DECLARED = re.compile(
    r"(?:^|[\s:/#])(?:date(?:published|created|issued)|published|pub-?date|dt-published|issued|created)(?:$|\s)",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"(?:^|[\s_-])(?:pub(?:lish(?:ed)?|lication)?(?:[-_]?(?:date|time|on))?|"
    r"(?:date|time)(?:[-_]?(?:published|time|line|posted))?|time-?stamp|posted(?:[-_]?on)?|"
    r"(?:article|entry|post|story|news|meta|display|created?|release)[-_]?(?:date|time)|datum|fecha|data)(?:$|[\s_-])",
    re.IGNORECASE,
)
_UPDATED_NAME = re.compile(
    r"(?:^|[\s:/#_-])(?:date)?-?(?:modified|updated?|dt-updated|lastmod|last-?(?:modified|updated?))(?:$|[\s_-])|"
    r"datemodified|dateupdated",
    re.IGNORECASE,
)
_INLINE = frozenset(["span", "b", "strong", "dt", "em", "i"])
_ADDRESSES = frozenset(["href", "src", "srcset", "style", "action", "poster"])
_EITHER_ORDER = re.compile(r"(?<![\d./-])(?:0?[1-9]|1[0-2])([/-])(?:0?[1-9]|1[0-2])\1(?:\d\d){1,2}(?![\d/-])")
_LABEL, _SMALL = 40, 3
"""Characters of a label before a date; elements that a box has which is nothing but one."""
_LONGEST_LINE, _MOST_WORDS, _MOST_WORDS_OF_A_SENTENCE = 120, 14, 8
"""A line that gives a date has little beside it: a byline, a place, minutes to read. A longer one is a sentence."""


def declared_dates(tree: _Element, own: OwnPart) -> Iterator[str]:
    """What the page's markup declares to be its publication: microdata, RDFa, `pubdate`, hAtom's `published`."""
    for element in islice((e for e in _MARKED(tree) if _declares(e) and own.has(e)), _MOST):
        yield from _values(element)


def shown_dates(own: OwnPart) -> Iterator[str]:
    """Dates in elements of any name near the headline, those named for it first."""
    near = [e for e in own.near if not is_of_a_change(e)]
    named = [e for e in near if e.tag == "time" or _NAMED.search(_names(e))]
    for element in islice(named, _MOST):
        yield from _values(element)
    for element in near:
        text = _line(element)
        if text and (told := without_updates(text)):
            yield told


def other_dates(tree: _Element, own: OwnPart) -> Iterator[str]:
    """Dates elsewhere in the story's part, in elements that are named for them."""
    named = (e for e in tree.iter("span", "div", "p", "li", "td") if _NAMED.search(_names(e)))
    elements = chain(tree.iter("time"), named)
    for element in islice((e for e in elements if own.has(e) and not is_of_a_change(e)), _MOST):
        yield from _values(element)


def drop_changes(tree: _Element) -> None:
    """Take out of a tree what speaks of changes, numbers that are a day in either order, and the dates in the addresses
    and data of its elements: for a search for a publication that looks at everything."""
    for element in [e for e in tree.iter() if isinstance(e.tag, str)]:
        if element.tag == "meta":
            named = " ".join(value for key in ("property", "name", "itemprop") if (value := element.get(key)))
            if _is_named_a_change(named) or "image" in named.lower():
                element.attrib.pop("content", "")
        elif _misleads(element):
            element.clear(keep_tail=True)  # type: ignore[call-arg]  # lxml-stubs lack it
        else:
            for name in [n for n in element.attrib if n in _ADDRESSES or len(element.get(n) or "") > _LONGEST_LINE]:
                del element.attrib[name]


def _misleads(element: _Element) -> bool:
    text = short_text(element, _LONGEST_LINE) if element.getparent() is not None else None
    if not text or not has_year(text):
        return False
    return without_updates(text) is None or is_of_a_change(element) or bool(_EITHER_ORDER.search(text))


def _declares(element: _Element) -> bool:
    told = f"{element.get('itemprop') or ''} {element.get('property') or ''}"
    if element.get("pubdate") is not None or _DECLARED.search(told):
        return True
    hatom = set((element.get("class") or "").split()) & {"published", "dt-published"}
    return bool(hatom) and not is_of_a_change(element)


def is_of_a_change(element: _Element) -> bool:
    """Whether an element, by its names or by the words before it, gives the time of a change."""
    if _UPDATED_NAME.search(_names(element)):
        # hAtom marks a story that never changed as both.
        return not _DECLARED.search(_names(element))
    return is_update(label_of(element))


def label_of(element: _Element) -> str:
    """The words just before an element."""
    before = element.getprevious()
    if before is not None:
        words = before.tail or ""
        if words.strip():
            return words
        return loose_text(before)[-_LABEL:] if len(before) <= _SMALL else ""
    parent = element.getparent()
    if parent is None:
        return ""
    words = (parent.text or "")[-_LABEL:]
    return words if words.strip() else _tail_before(parent)


def _tail_before(parent: _Element) -> str:
    before = parent.getprevious()
    return loose_text(before)[-_LABEL:] if before is not None and before.tag in _INLINE else ""


def _values(element: _Element) -> Iterator[str]:
    """What an element says: in its attributes, then in its text, which may be readable where they are not."""
    for name in _ATTRIBUTES:
        if value := element.get(name):
            yield value
    text = short_text(element, _LONGEST_LINE)
    if text and (told := without_updates(text)) and not is_elsewhere(text):
        yield told


def _line(element: _Element) -> str | None:
    """The text of an element that is a line with a date, not a sentence that mentions one."""
    if element.tag in ("a", "h1", "h2", "button", "script", "style", "figcaption", "blockquote"):
        return None
    text = short_text(element, _LONGEST_LINE)
    if not text or not has_year(text) or is_elsewhere(text):
        return None
    words = text.split()
    return text if len(words) <= (_MOST_WORDS_OF_A_SENTENCE if text.endswith(".") else _MOST_WORDS) else None


def _names(element: _Element) -> str:
    return " ".join(value for name in ("class", "id", "itemprop", "property") if (value := element.get(name)))

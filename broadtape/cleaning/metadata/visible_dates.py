"""The dates that a page shows, those of its own story: declared as its publication, or standing near the headline."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from datetime import date
from itertools import chain, islice, takewhile

from lxml.etree import _Element

from broadtape.cleaning.metadata.date_labels import has_year, is_elsewhere, is_update, without_updates
from broadtape.cleaning.metadata.head_dates import is_of_a_change as _is_named_a_change
from broadtape.cleaning.page.dom import hollow, loose_text, short_text
from broadtape.cleaning.page.elements import Elements
from broadtape.cleaning.page.own_part import OwnPart
from broadtape.stated_times.days import day_in

__all__ = ["declared_dates", "drop_changes", "is_of_a_change", "label_of", "other_dates", "shown_dates"]

_MOST = 40
_ATTRIBUTES = (
    "datetime", "content", "title", "data-timestamp", "data-time", "data-date", "data-datetime", "data-published",
)  # fmt: skip
_DECLARED = re.compile(
    r"(?:^|[\s:/#])(?:(?<=dc:)date|(?<=dcterms:)date|date(?:published|created|issued)|published|pub-?date|dt-published|issued|created)(?:$|\s)",
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
_NAMES = ("class", "id", "itemprop", "property")
_BOXES = frozenset(["span", "div", "p", "li", "td"])
_NO_DATELINES = frozenset(["a", "h1", "h2", "button", "script", "style", "figcaption", "blockquote"])
_HATOM = frozenset(["published", "dt-published"])
_INLINE = frozenset(["span", "b", "strong", "dt", "em", "i"])
_ADDRESSES = frozenset(["href", "src", "srcset", "style", "action", "poster"])
_EITHER_ORDER = re.compile(r"(?<![\d./-])(?:0?[1-9]|1[0-2])([/-])(?:0?[1-9]|1[0-2])\1(?:\d\d){1,2}(?![\d/-])")
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_LABEL, _SMALL = 40, 3
"""Characters of a label before a date; elements that a box has which is nothing but one."""
_LONGEST_LINE, _MOST_WORDS, _MOST_WORDS_OF_A_SENTENCE = 120, 14, 8
"""A line that gives a date has little beside it: a byline, a place, minutes to read. A longer one is a sentence."""


def declared_dates(elements: Elements, own: OwnPart) -> Iterator[str]:
    """What the page's markup declares to be its publication: microdata, RDFa, `pubdate`, hAtom's `published`."""
    marked = elements.having("itemprop", "property", "pubdate", "class")
    for element in islice((e for e in marked if _declares(e) and own.has(e)), _MOST):
        yield from _values(element)


def shown_dates(own: OwnPart) -> Iterator[str]:
    """Dates in elements of any name near the headline, those named for it first."""
    named = (e for e in own.near if (e.tag == "time" or _names_date(_names(e))) and _is_of_the_story(e))
    for element in islice(named, _MOST):
        yield from _values(element)
    for element, text in own.lines:
        if _is_dated(element, text) and _is_of_the_story(element) and (told := without_updates(text)):
            yield told


def other_dates(elements: Elements, own: OwnPart) -> Iterator[str]:
    """Dates elsewhere in the story's part, in elements that are named for them."""
    named = (e for e in elements.having(*_NAMES) if e.tag in _BOXES and _names_date(_names(e)))
    candidates = chain(elements.tagged("time"), named)
    for element in islice((e for e in candidates if own.has(e) and not is_of_a_change(e)), _MOST):
        yield from _values(element)


def drop_changes(tree: _Element) -> None:
    """Take out of a tree what speaks of changes, numbers that are a day in either order, and the dates in the addresses
    and data of its elements: for a search for a publication that looks at everything."""
    dated = _holders_of_years(tree)
    for element in [e for e in tree.iter() if isinstance(e.tag, str)]:
        if element.tag == "meta":
            named = " ".join(value for key in ("property", "name", "itemprop") if (value := element.get(key)))
            if _is_named_a_change(named) or "image" in named.lower():
                element.attrib.pop("content", "")
        elif element in dated and _misleads(element):
            hollow(element)
        else:
            for name in [n for n, value in element.items() if n in _ADDRESSES or len(value) > _LONGEST_LINE]:
                del element.attrib[name]


def _holders_of_years(tree: _Element) -> set[_Element]:
    """The elements in whose text, or in that of one below them, a year stands: few, and looking closer costs more."""
    held: set[_Element] = set()
    for element in tree.iter():
        owners = [element] if has_year(element.text or "") else []
        if has_year(element.tail or "") and (parent := element.getparent()) is not None:
            owners.append(parent)
        for owner in owners:
            new = takewhile(lambda e: e not in held, chain((owner,), owner.iterancestors()))
            held.update(list(new))
    return held


def _misleads(element: _Element) -> bool:
    text = short_text(element, _LONGEST_LINE) if element.getparent() is not None else None
    if not text or not has_year(text):
        return False
    return without_updates(text) is None or is_of_a_change(element) or bool(_EITHER_ORDER.search(text))


def _declares(element: _Element) -> bool:
    # Asked of nearly every element of a page: what most of them lack comes first.
    names = element.get("class")
    if names and "published" in names and not _HATOM.isdisjoint(names.split()) and not is_of_a_change(element):
        return True
    item, kind = element.get("itemprop"), element.get("property")
    if (item or kind) and _DECLARED.search(f"{item or ''} {kind or ''}"):
        return True
    return element.get("pubdate") is not None


def _is_of_the_story(element: _Element) -> bool:
    """Whether a date is neither that of a change nor that of a post which the story quotes."""
    return not is_of_a_change(_inmost(element)) and next(element.iterancestors("blockquote"), None) is None


def _inmost(element: _Element) -> _Element:
    """The element within boxes that hold nothing else: its names say more than theirs."""
    while len(element) == 1 and not (element.text or "").strip() and not (element[0].tail or "").strip():
        element = element[0]
    return element


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
        if (value := element.get(name)) and not (element.tag == "time" and _is_belied(element, value)):
            yield value
    text = short_text(element, _LONGEST_LINE)
    if text and (told := without_updates(text)) and not is_elsewhere(text):
        yield told


def _is_belied(element: _Element, value: str) -> bool:
    """Whether a `time` element shows another day than its attribute has: some systems put the moment of serving there.
    A day's difference is one of time zones."""
    stated = _ISO_DAY.match(value)
    text = short_text(element, _LONGEST_LINE) if stated else None
    shown = day_in(text, None, None) if text and has_year(text) else None
    try:
        return shown is not None and stated is not None and abs(shown.value - date.fromisoformat(stated[0])).days > 1
    except ValueError:
        return False


def _is_dated(element: _Element, text: str) -> bool:
    """Whether a line of text is one with a date, not a sentence that mentions one."""
    if element.tag in _NO_DATELINES or not has_year(text) or is_elsewhere(text):
        return False
    return len(text.split()) <= (_MOST_WORDS_OF_A_SENTENCE if text.endswith(".") else _MOST_WORDS)


def _names(element: _Element) -> str:
    return " ".join([value for name in _NAMES if (value := element.get(name))])


@functools.lru_cache(maxsize=8192)
def _names_date(names: str) -> bool:
    return bool(_NAMED.search(names))

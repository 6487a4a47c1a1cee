"""A day where nothing declares or places one: the only one that a page shows, or the one that its text begins with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lxml.etree import _Element

from broadtape.cleaning.metadata.date_labels import has_year, is_bare, is_elsewhere, is_update
from broadtape.cleaning.metadata.stated import Place, Stated, stated_day
from broadtape.cleaning.metadata.visible_dates import is_of_a_change, label_of
from broadtape.cleaning.page.own_part import OwnPart
from broadtape.stated_times.days import Day, day_in

__all__ = ["dateline", "only_date", "short_lines"]

_LONGEST_LINE = 80
"""Characters of a line that is a date, with a label, a weekday and a time of day at the most."""
_OPENING, _PLACES = 140, 60
"""Characters in which a story's dateline stands, and of the places before its day."""
_MOST_LINES = 4
_SILENT = frozenset(["script", "style", "noscript", "template", "select", "option", "head", "title"])
_BEHIND = re.compile(
    r"\s*(?:[,.]?\s?\d{1,2}[:.]\d\d(?:\s?\w{2,5}\.?)?)?\s*(?:[(/\[][^()/\[\]]{2,50}[)/\]])?\s*(?:[–—:|/)\]]|-+(?=\s|$)|$)"
)
_PLACE = re.compile(r"[^\W\d_]{1,3}\.?|[^\W\d_a-z][\w.'’-]*|\W+")


def only_date(tree: _Element, own: OwnPart, place: Place) -> Stated | None:
    """The one day that the page shows in lines that are nothing but a date; None where it shows several.

    Left out are updates, events, comments and teasers of other stories.
    """
    found: dict[object, Stated] = {}
    for text, day in _lines(tree, own, place):
        found.setdefault(day.value, stated_day(day.value, text, "dom"))
        if len(found) > 1:
            return None
    return next(iter(found.values()), None)


def dateline(lines: Iterable[str], place: Place) -> Stated | None:
    """The day that one of a story's first `lines` begins with, as releases and agencies have it:
    `OSLO, Norway, 5 March 2026 (TAPEWIRE) --`."""
    for line in list(lines)[:_MOST_LINES]:
        opening = line[:_OPENING]
        day = day_in(opening, place.country, place.language) if has_year(opening) else None
        if day and day.start <= _PLACES and _are_places(opening[: day.start]) and _ends(opening, day):
            return stated_day(day.value, opening[: day.end], "dom")
    return None


def short_lines(tree: _Element) -> Iterator[tuple[_Element, str]]:
    """The short pieces of text of a page in which a year may stand, each with the element that holds it."""
    for element in tree.iter():
        if not isinstance(element.tag, str) or element.tag in _SILENT:
            continue
        for piece in (element.text, *(child.tail for child in element)):
            if piece and len(piece) <= 2 * _LONGEST_LINE and has_year(piece):
                text = " ".join(piece.split())
                if len(text) <= _LONGEST_LINE:
                    yield element, text


def _lines(tree: _Element, own: OwnPart, place: Place) -> Iterator[tuple[str, Day]]:
    for element, text in short_lines(tree):
        if is_update(text) or is_elsewhere(text):
            continue
        day = day_in(text, place.country, place.language)
        if day and is_bare(text, day.start, day.end) and own.may_have(element) and not _is_of_another(element):
            yield text, day


def _is_of_another(element: _Element) -> bool:
    """Whether a date is that of a change or an event, by the element's names and the words before it."""
    return is_of_a_change(element) or is_elsewhere(label_of(element))


def _are_places(text: str) -> bool:
    """Whether what stands before a day are names of places, not a sentence that comes to speak of a day."""
    return all(_PLACE.fullmatch(piece) for piece in re.findall(r"\w[\w.'’-]*|\W+", text))


def _ends(text: str, day: Day) -> bool:
    """Whether a dateline ends behind its day, with an agency's name perhaps, and a dash."""
    return bool(_BEHIND.match(text, day.end))

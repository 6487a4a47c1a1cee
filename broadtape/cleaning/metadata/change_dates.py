"""The day of a page's last change, for pages that show no other: what a reader takes for the day of the story."""

from __future__ import annotations

from collections.abc import Iterator

from lxml.etree import _Element

from broadtape.cleaning.metadata.date_labels import has_year, is_elsewhere, is_update, of_an_update
from broadtape.cleaning.metadata.only_date import short_lines
from broadtape.cleaning.metadata.stated import Place, Stated, stated_day
from broadtape.cleaning.metadata.visible_dates import is_of_a_change
from broadtape.cleaning.page.own_part import OwnPart
from broadtape.stated_times.days import day_in

__all__ = ["shown_change"]

_MOST_WORDS = 14
"""Words of a line that says when a page was changed, and by whom: a longer one is a sentence that tells of it."""


def shown_change(tree: _Element, own: OwnPart, place: Place) -> Stated | None:
    """The day on which the page says it was last changed: beside its headline, else the one day named anywhere.

    Its source is `trafilatura`, as of every day that is no stated publication; what the page says of it is `raw`.
    """
    for element, text in own.lines:
        if stated := _change(element, text, place):
            return stated
    found = {each.moment: each for each in _anywhere(tree, own, place)}
    return next(iter(found.values())) if len(found) == 1 else None


def _anywhere(tree: _Element, own: OwnPart, place: Place) -> Iterator[Stated]:
    for element, text in short_lines(tree):
        stated = _change(element, text, place)
        if stated and own.may_have(element):
            yield stated


def _change(element: _Element, text: str, place: Place) -> Stated | None:
    if not has_year(text) or len(text.split()) > _MOST_WORDS or is_elsewhere(text):
        return None
    told = of_an_update(text) if is_update(text) else text if is_of_a_change(element) else ""
    day = day_in(told, place.country, place.language)
    return stated_day(day.value, told[: day.end], "trafilatura") if day else None

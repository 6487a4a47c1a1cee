"""The elements of a page by tag and by attribute: gone through once, instead of once for each question about them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import chain
from typing import cast

from lxml.etree import _Element

__all__ = ["Elements"]


class Elements:
    """The elements of a tree as they are when this is made; what is changed later does not show.

    Some thirty questions are asked of every page. libxml2 goes through all of it for each, and takes longer to look at
    attributes than it takes to sort all elements by them. They are sorted by number: of a page's elements, each held by
    a tuple of its own, Python's garbage collection would soon go through everything there is.
    """

    def __init__(self, tree: _Element) -> None:
        self.tree = tree
        self._all = list(tree.iterdescendants())
        self._tagged: dict[str, list[int]] = defaultdict(list)
        self._having: dict[str, list[int]] = defaultdict(list)
        for place, element in enumerate(self._all):
            self._tagged[element.tag].append(place)
            for name in cast("list[str]", element.keys()):
                self._having[name].append(place)

    def tagged(self, *tags: str) -> list[_Element]:
        """The elements below the root with any of these tags, in the order of the page."""
        return self._at(self._tagged[tag] for tag in tags if tag in self._tagged)

    def having(self, *attributes: str) -> list[_Element]:
        """The elements below the root with any of these attributes, each once, in the order of the page."""
        return self._at(self._having[name] for name in attributes if name in self._having)

    def _at(self, places: Iterable[list[int]]) -> list[_Element]:
        first, *others = [*places] or [[]]
        return [self._all[place] for place in (sorted({*first, *chain.from_iterable(others)}) if others else first)]

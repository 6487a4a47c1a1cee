"""The elements of a page by tag and by attribute: gone through once, instead of once for each question about them."""

from __future__ import annotations

from collections import defaultdict
from itertools import chain
from typing import cast

from lxml.etree import _Element

__all__ = ["Elements"]

_Entry = tuple[int, _Element]
"""An element, behind its place on the page."""


class Elements:
    """The elements of a tree as they are when this is made; what is changed later does not show.

    Some thirty questions are asked of every page. libxml2 goes through all of it for each, and takes longer to look at
    attributes than it takes to sort all elements by them.
    """

    def __init__(self, tree: _Element) -> None:
        self.tree = tree
        self._tagged: dict[str, list[_Entry]] = defaultdict(list)
        self._having: dict[str, list[_Entry]] = defaultdict(list)
        for entry in enumerate(tree.iterdescendants()):
            element = entry[1]
            self._tagged[element.tag].append(entry)
            for name in cast("list[str]", element.keys()):
                self._having[name].append(entry)

    def tagged(self, *tags: str) -> list[_Element]:
        """The elements below the root with any of these tags, in the order of the page."""
        return _in_order([self._tagged[tag] for tag in tags if tag in self._tagged])

    def having(self, *attributes: str) -> list[_Element]:
        """The elements below the root with any of these attributes, each once, in the order of the page."""
        return _in_order([self._having[name] for name in attributes if name in self._having])


def _in_order(lists: list[list[_Entry]]) -> list[_Element]:
    if len(lists) == 1:
        return [element for _, element in lists[0]]
    found = dict(chain.from_iterable(lists))
    return [found[place] for place in sorted(found)]

"""What a page holds outside of its story: a line for each region, so that nothing is left out without a trace."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from lxml.etree import _Element

from broadtape.article import OutsideRegion
from broadtape.cleaning.page.dom import inner_text, is_inline, loose_text

__all__ = ["LOOSE", "loose_lines", "outside", "regions_of"]

LOOSE = "/text()"
"""Ends the `where` of text that stands beside the story in no block of its own."""
_OPENING = 80


def outside(tree: _Element, kept: Collection[_Element] = ()) -> tuple[OutsideRegion, ...]:
    """The largest parts of `tree` that hold none of the elements `kept`, in the order of the page; all of it where
    nothing is kept. Call it before anything is taken out of those."""
    wrappers = {ancestor for element in kept for ancestor in element.iterancestors()}
    return tuple(_regions(tree, kept, wrappers))


def regions_of(elements: Iterable[_Element]) -> tuple[OutsideRegion, ...]:
    """These elements as regions themselves: what is left out after all where another text is the story."""
    return tuple(region for e in elements for region in _region(e.getroottree().getpath(e), loose_text(e)))


def loose_lines(element: _Element) -> list[str]:
    """The text of an element that stands in no block below it, words in inline elements included, line by line."""
    lines = [element.text or ""]
    for child in element:
        if _is_run(child):
            lines[-1] += inner_text(child)
        else:
            lines.append("")
        lines[-1] += child.tail or ""
    return [" ".join(line.split()) for line in lines if not line.isspace()]


def _regions(tree: _Element, kept: Collection[_Element], wrappers: set[_Element]) -> Iterator[OutsideRegion]:
    paths = tree.getroottree()
    stack = [tree]
    while stack:
        element = stack.pop()
        if element in kept:
            continue
        if element not in wrappers and not is_inline(element):
            yield from _region(paths.getpath(element), loose_text(element))
            continue
        yield from _region(paths.getpath(element) + LOOSE, " ".join(filter(None, loose_lines(element))))
        stack.extend(child for child in reversed(element) if not _is_run(child))


def _is_run(element: _Element) -> bool:
    """Whether an element is a part of a line, and holds nothing else."""
    return is_inline(element) and all(map(is_inline, element.iterdescendants()))


def _region(where: str, text: str) -> Iterator[OutsideRegion]:
    if text:
        yield OutsideRegion(where, text.count(" ") + 1, text[:_OPENING])

"""The body of a story: narrowed, read the cheap way, and by trafilatura where a check asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lxml.etree import _Element

from broadtape.article import OutsideRegion, RemovedLine
from broadtape.cleaning import trafilatura_engine
from broadtape.cleaning.body.blocks import Block, read_blocks
from broadtape.cleaning.body.embedded_json import body_of, stated_body
from broadtape.cleaning.body.furniture import prune, strip_machinery
from broadtape.cleaning.body.headline_scope import headline_on, leads
from broadtape.cleaning.body.outside import outside
from broadtape.cleaning.body.story_root import below, running_text, story_root
from broadtape.cleaning.body.tree_to_lines import walk
from broadtape.cleaning.page import selectors
from broadtape.cleaning.page.head import Head
from broadtape.cleaning.page.parse import Page
from broadtape.site import Site

__all__ = ["StoryBlocks", "prepare", "story_blocks"]

_LEAST = 250
_DOUBTFUL = 700
_SHARE = 0.6
_BETTER = 2.0


@dataclass(frozen=True, slots=True)
class StoryBlocks:
    """The lines of a story, the furniture that was taken out among them, and what the page holds beside it."""

    blocks: list[Block]
    removed: list[RemovedLine]
    outside: tuple[OutsideRegion, ...]


def prepare(page: Page, site: Site | None) -> list[RemovedLine]:
    """Take out of the page's tree what an outlet's selectors drop, and what never shows as text; what the former
    said."""
    removed = selectors.drop(page.tree, site.selectors.drop) if site else []
    strip_machinery(page.tree)
    return removed


def story_blocks(page: Page, head: Head, site: Site | None) -> StoryBlocks:
    """The lines of the story on a page, before any line rule.

    Uses the page's tree up.
    """
    tree = page.tree
    stated = body_of(head, tree, site.selectors.state) if site else []
    dropped = prepare(page, site)
    masses = running_text(tree)
    weight = below(masses)
    root = _selected_root(tree, weight, site)
    headline = headline_on(tree, head, weight)
    if root is None:
        root = story_root(tree, masses, headline)
    pieces = [*(leads(headline, root, masses) if headline else []), root]
    whole, beside = outside(tree), outside(tree, pieces)
    removed = [line for piece in pieces for line in prune(piece, weight)]
    blocks = [block for piece in pieces for block in walk(piece)]
    stated = stated or stated_body(head)
    if _length(stated) > max(_LEAST, _BETTER * _length(blocks)):
        return StoryBlocks(stated, dropped, whole)
    if _is_doubtful(_length(blocks), sum(masses.values())):
        second = list(read_blocks(trafilatura_engine.thorough(page.data, page.url)))
        if _length(second) > _BETTER * _length(blocks):
            return StoryBlocks(second, dropped, whole)
    return StoryBlocks(blocks, [*dropped, *removed], beside)


def _selected_root(tree: _Element, weight: Mapping[_Element, int], site: Site | None) -> _Element | None:
    """What the outlet's own selectors name as the body, as long as it holds enough of the page's running text.

    Without the guard selectors lose more than they gain: templates change, and then they find a part.
    """
    if site is None:
        return None
    whole = weight.get(tree, 0)
    for css in site.selectors.body:
        for element in selectors.selected(tree, css):
            if weight.get(element, 0) >= site.selectors.min_share * whole > 0:
                return element
    return None


def _is_doubtful(length: int, running: int) -> bool:
    """Whether so little was found that trafilatura should look: hardly anything, or little of what the page holds."""
    return length < _LEAST or (length < _DOUBTFUL and length < running * _SHARE)


def _length(blocks: list[Block]) -> int:
    return sum(len(block.text) for block in blocks if block.linked < 0.8)

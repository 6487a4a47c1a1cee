"""The body of a story: narrowed, read the cheap way, and by trafilatura where a check asks for it."""

from __future__ import annotations

from collections.abc import Mapping

from lxml.etree import _Element

from broadtape.article import RemovedLine
from broadtape.cleaning import trafilatura_engine
from broadtape.cleaning.body.blocks import Block, read_blocks
from broadtape.cleaning.body.embedded_json import body_of, stated_body
from broadtape.cleaning.body.furniture import prune, strip_machinery
from broadtape.cleaning.body.headline_scope import headline_on, leads
from broadtape.cleaning.body.story_root import below, running_text, story_root
from broadtape.cleaning.body.tree_to_lines import walk
from broadtape.cleaning.page import selectors
from broadtape.cleaning.page.head import Head
from broadtape.cleaning.page.parse import Page
from broadtape.site import Site

__all__ = ["story_blocks"]

_LEAST = 250
_DOUBTFUL = 700
_SHARE = 0.6
_BETTER = 2.0


def story_blocks(page: Page, head: Head, site: Site | None) -> tuple[list[Block], list[RemovedLine]]:
    """The lines of the story on a page, before any line rule, and the furniture taken out among them.

    Uses the page's tree up.
    """
    tree = page.tree
    stated = body_of(head, tree, site.selectors.state) if site else []
    if site:
        selectors.drop(tree, site.selectors.drop)
    strip_machinery(tree)
    masses = running_text(tree)
    weight = below(masses)
    root = _selected_root(tree, weight, site)
    headline = headline_on(tree, head, weight)
    if root is None:
        root = story_root(tree, masses, headline)
    pieces = [*(leads(headline, root, masses) if headline else []), root]
    removed = [line for piece in pieces for line in prune(piece, weight)]
    blocks = [block for piece in pieces for block in walk(piece)]
    stated = stated or stated_body(head)
    if _length(stated) > max(_LEAST, _BETTER * _length(blocks)):
        return stated, []
    if _is_doubtful(_length(blocks), sum(masses.values())):
        second = list(read_blocks(trafilatura_engine.thorough(page.data, page.url)))
        if _length(second) > _BETTER * _length(blocks):
            return second, []
    return blocks, removed


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

"""The body of a story: narrowed, extracted the cheap way, and again the thorough way where a check asks for it."""

from __future__ import annotations

from broadtape.cleaning import engine, select
from broadtape.cleaning.blocks import Block, read_blocks
from broadtape.cleaning.narrow import below, running_text, story_root
from broadtape.cleaning.page import Page
from broadtape.cleaning.prune import prune, strip_machinery
from broadtape.cleaning.walk import walk
from broadtape.site import Site

__all__ = ["story_blocks"]

_LEAST = 250
_DOUBTFUL = 700
_SHARE = 0.6
_BETTER = 2.0


def story_blocks(page: Page, site: Site | None) -> list[Block]:
    """The lines of the story on a page, before any rule. Uses the page's tree up."""
    tree = page.tree
    if site:
        select.drop(tree, site.selectors.drop)
    strip_machinery(tree)
    masses = running_text(tree)
    root = story_root(tree, masses)
    prune(root, below(masses))
    blocks = list(walk(root))
    if _is_doubtful(_length(blocks), sum(masses.values())):
        second = list(read_blocks(engine.thorough(page.data, page.url)))
        if _length(second) > _BETTER * _length(blocks):
            return second
    return blocks


def _is_doubtful(length: int, running: int) -> bool:
    """Whether so little was found that trafilatura should look: hardly anything, or little of what the page holds."""
    return length < _LEAST or (length < _DOUBTFUL and length < running * _SHARE)


def _length(blocks: list[Block]) -> int:
    return sum(len(block.text) for block in blocks if block.linked < 0.8)

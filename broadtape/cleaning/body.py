"""The body of a story: narrowed, extracted the cheap way, and again the thorough way where a check asks for it."""

from __future__ import annotations

from copy import deepcopy

from lxml.html import HtmlElement

from broadtape.cleaning import engine, select
from broadtape.cleaning.blocks import Block, read_blocks
from broadtape.cleaning.head import Head
from broadtape.site import Site

__all__ = ["story_blocks"]

_ENOUGH = 250


def story_blocks(tree: HtmlElement, head: Head, site: Site | None) -> list[Block]:
    """The lines of the story on a page, before any rule."""
    if site:
        select.drop(tree, site.selectors.drop)
    blocks = list(read_blocks(engine.cheap(deepcopy(tree), head.url)))
    if sum(len(b.text) for b in blocks) < _ENOUGH:
        blocks = list(read_blocks(engine.thorough(tree, head.url)))
    return blocks

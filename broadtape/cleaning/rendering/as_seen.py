"""The first thing that is done to a page's tree, before anything is read off it."""

from __future__ import annotations

from lxml.etree import _Element

from broadtape.cleaning.page.elements import Elements
from broadtape.cleaning.rendering.inline_marks import write_out
from broadtape.cleaning.rendering.role_tables import lay_out_tables
from broadtape.cleaning.rendering.screen_readers import settle_twins

__all__ = ["as_seen"]


def as_seen(tree: _Element) -> Elements:
    """Write out what markup alone says inside a sentence, and leave one of each two twins, and make tables of what
    says to be some; what the tree has then."""
    elements = Elements(tree)
    elements = settle_twins(Elements(tree) if write_out(elements) else elements)
    return Elements(tree) if lay_out_tables(elements) else elements

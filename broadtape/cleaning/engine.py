"""trafilatura on a tree that is already parsed: a cheap path, and a thorough one."""

from __future__ import annotations

from copy import deepcopy

from lxml import html
from lxml.etree import _Element
from trafilatura.core import trafilatura_sequence
from trafilatura.htmlprocessing import convert_tags, tree_cleaning
from trafilatura.main_extractor import extract_content
from trafilatura.settings import Extractor

__all__ = ["cheap", "thorough"]


def _options(*, fast: bool, url: str) -> Extractor:
    # `dedup` stays off: trafilatura's deduplication remembers what earlier pages of the process held.
    return Extractor(fast=fast, comments=False, links=True, tables=True, dedup=False, url=url)


def cheap(tree: html.HtmlElement, url: str) -> _Element:
    """trafilatura's own extractor alone. Uses the tree up."""
    options = _options(fast=True, url=url)
    body, _text = extract_content(convert_tags(tree_cleaning(tree, options), options), options)
    return body


def thorough(tree: html.HtmlElement, url: str) -> _Element:
    """trafilatura's whole cascade, readability, justext and recall mode included. Leaves the tree as it is."""
    body, _text, _comments, _length = trafilatura_sequence(deepcopy(tree), _options(fast=False, url=url), url)
    return body

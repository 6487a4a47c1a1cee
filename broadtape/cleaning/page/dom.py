"""Small reads of a tree, typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from lxml.etree import _Element

__all__ = ["finder", "inner_text", "loose_text"]


def inner_text(element: _Element) -> str:
    """All text below an element as one line, as it stands: `Hyper<b>link</b>` is one word."""
    return " ".join("".join(cast("Any", element.itertext())).split())


def loose_text(element: _Element) -> str:
    """All text below an element as one line, with a space between elements: a heading of two spans is two words."""
    return " ".join(" ".join(cast("Any", element.itertext())).split())


def finder(expression: Callable[..., Any]) -> Callable[[_Element], list[_Element]]:
    """A compiled XPath or CSS selector that finds elements, typed so."""
    return cast("Callable[[_Element], list[_Element]]", expression)

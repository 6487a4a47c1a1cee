"""What an outlet's selectors find on a page."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from cssselect import SelectorError
from lxml.cssselect import CSSSelector
from lxml.etree import _Element

from broadtape.article import RemovedLine
from broadtape.cleaning.page.dom import cut, finder, loose_text
from broadtape.cleaning.rendering.tree_to_lines import walk
from broadtape.errors import ConfigError
from broadtape.site import Site

__all__ = ["Found", "drop", "read", "selected"]


@dataclass(frozen=True, slots=True)
class Found:
    """Values the outlet's selectors found, in their order; all empty for an outlet without any."""

    title: str | None = None
    bylines: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    tickers: tuple[tuple[str, str | None], ...] = ()


def read(tree: _Element, site: Site | None) -> Found:
    """What an outlet's selectors for title, byline, time and securities find on a page."""
    if site is None:
        return Found()
    own = site.selectors
    return Found(
        title=next(filter(None, map(_value, _first(tree, own.title))), None),
        bylines=tuple(filter(None, map(_value, _first(tree, own.byline)))),
        published=tuple(filter(None, map(_time_value, _first(tree, own.published)))),
        tickers=tuple(pair for css in own.tickers for e in selected(tree, css) if (pair := _security(e))),
    )


def selected(tree: _Element, css: str) -> list[_Element]:
    """The elements a CSS selector finds; raises ConfigError where it is none."""
    return finder(_compiled(css))(tree)


def drop(tree: _Element, selectors: tuple[str, ...]) -> list[RemovedLine]:
    """Take everything that any of these selectors finds out of the tree, and tell what it said; text that follows an
    element stays."""
    removed: list[RemovedLine] = []
    for css in selectors:
        for element in selected(tree, css):
            if element.getparent() is not None:
                removed.extend(RemovedLine(block.text, f"drop {css}") for block in walk(element))
                cut(element)
    return removed


def _first(tree: _Element, selectors: tuple[str, ...]) -> list[_Element]:
    """What the first selector that finds anything finds."""
    return next((found for css in selectors if (found := selected(tree, css))), [])


def _value(element: _Element) -> str:
    return " ".join((element.get("content") or loose_text(element)).split())


def _time_value(element: _Element) -> str:
    return element.get("datetime") or element.get("content") or element.get("data-timestamp") or _value(element)


def _security(element: _Element) -> tuple[str, str | None] | None:
    symbol = element.get("data-ticker") or element.get("data-symbol") or element.get("content") or _value(element)
    return (symbol, element.get("data-exchange")) if symbol else None


@functools.lru_cache(maxsize=2048)
def _compiled(css: str) -> CSSSelector:
    try:
        return CSSSelector(css, translator="html")
    except SelectorError as error:
        raise ConfigError(f"selectors: {css!r} is no CSS selector: {error}.") from None

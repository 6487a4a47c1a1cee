"""What a click opens: panels of accordions and tabs, which a page hides until its reader asks for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lxml.etree import XPath, _Element

from broadtape.cleaning.page.dom import finder

__all__ = ["disclosures", "show"]

_CONTROLS = finder(XPath(".//*[@aria-controls and not(@aria-haspopup)]"))
_HIDDEN = finder(XPath(".//*[@id and (@hidden or @aria-hidden='true' or @style)]"))
_APART = frozenset({"dialog", "footer", "form", "header", "menu", "nav"})
_APART_ROLES = frozenset({"dialog", "alertdialog", "listbox", "menu", "navigation", "search", "tooltip"})
_STORY = 200
"""Characters of running text: a panel with less may be a menu, or tell how to share."""
_HIDING = ("hidden", "aria-hidden", "style")


def disclosures(tree: _Element) -> list[_Element]:
    """The hidden elements that a control of the page opens, none that is or stands in a menu, a form or a dialog."""
    opened = {id_ for control in _CONTROLS(tree) for id_ in (control.get("aria-controls") or "").split()}
    hidden = _HIDDEN(tree) if opened else ()
    return [panel for panel in hidden if panel.get("id") in opened and not _is_apart(panel)]


def show(panels: Iterable[_Element], weight: Mapping[_Element, int]) -> None:
    """Let those show that hold a story's text; `weight` is the running text at or below each element."""
    for panel in panels:
        if weight.get(panel, 0) >= _STORY:
            for name in _HIDING:
                panel.attrib.pop(name, "")


def _is_apart(panel: _Element) -> bool:
    around = (panel, *panel.iterancestors())
    return any(e.tag in _APART or (e.get("role") or "").lower() in _APART_ROLES for e in around)

"""What a click opens: panels of accordions and tabs, which a page hides until its reader asks for them."""

from __future__ import annotations

from lxml.etree import XPath, _Element

from broadtape.cleaning.furniture.standing import prose_length
from broadtape.cleaning.page.dom import finder

__all__ = ["open_disclosures"]

_CONTROLS = finder(XPath(".//*[@aria-controls and not(@aria-haspopup)]"))
_HIDDEN = finder(XPath(".//*[@id and (@hidden or @aria-hidden='true' or @style)]"))
_APART = frozenset({"dialog", "footer", "form", "header", "menu", "nav"})
_APART_ROLES = frozenset({"dialog", "alertdialog", "listbox", "menu", "navigation", "search", "tooltip"})
_STORY = 200
"""Characters of prose: a panel with less may be a menu, or tell how to share."""
_HIDING = ("hidden", "aria-hidden", "style")


def open_disclosures(tree: _Element) -> None:
    """Let show what a control of the page opens and has text, wherever no menu, form or dialog is opened."""
    opened = {id_ for control in _CONTROLS(tree) for id_ in (control.get("aria-controls") or "").split()}
    for panel in _HIDDEN(tree) if opened else ():
        if panel.get("id") in opened and not _is_apart(panel) and prose_length(panel) >= _STORY:
            for name in _HIDING:
                panel.attrib.pop(name, "")


def _is_apart(panel: _Element) -> bool:
    around = (panel, *panel.iterancestors())
    return any(e.tag in _APART or (e.get("role") or "").lower() in _APART_ROLES for e in around)

"""What never shows as text, and what scripts move into place."""

from __future__ import annotations

from lxml import etree
from lxml.etree import XPath, _Element

from broadtape.cleaning.page.dom import cut, finder

__all__ = ["strip_machinery"]

_MACHINERY = (
    "script", "style", "noscript", "template", "svg", "canvas", "iframe", "embed", "audio", "head", "select", "option",
    "input", "textarea", "progress", "amp-ad", "amp-consent", "amp-embed", "amp-sidebar", "amp-sticky-ad",
    "amp-user-notification", "link", "meta",
)  # fmt: skip
_STREAMED = finder(XPath(".//div[starts-with(@id, 'S:')]"))


def strip_machinery(tree: _Element) -> None:
    """Take out what never shows as text: scripts, styles, players, controls."""
    _settle_streamed(tree)
    etree.strip_elements(tree, *_MACHINERY, with_tail=False)


def _settle_streamed(tree: _Element) -> None:
    """Put what React streams to the end of the page (`S:1`) where its scripts would put it (`B:1`, `P:1`)."""
    holes = {id_[2:]: hole for hole in tree.iter("template") if (id_ := hole.get("id") or "")[:2] in ("B:", "P:")}
    for piece in _STREAMED(tree) if holes else ():
        hole = holes.get((piece.get("id") or "")[2:])
        parent = hole.getparent() if hole is not None else None
        if hole is not None and parent is not None and piece is not parent and piece not in parent.iterancestors():
            piece.attrib.pop("hidden", "")
            cut(piece)
            piece.tail, hole.tail = hole.tail, None
            parent.replace(hole, piece)

"""A link to another story with its label before it, `Read also` in an element of its own: on the page two lines, in the
text one, which no rule for labels knows."""

from __future__ import annotations

from collections.abc import Iterator

from lxml.etree import _Element

from broadtape.cleaning.boilerplate.rule_set import is_link_label
from broadtape.cleaning.page.dom import INLINE, loose_text, short_text

__all__ = ["labelled_links"]

_LABEL = 60
_BOXES = frozenset({"aside", "div", "li", "p", "section"})


def labelled_links(root: _Element) -> Iterator[_Element]:
    """The boxes below `root` that hold nothing but such a label and a link."""
    for link in root.iterdescendants("a"):
        label, box = link.getprevious(), link.getparent()
        if label is None or box is None or box is root or box.tag not in _BOXES or link.getnext() is not None:
            continue
        if label.tag not in INLINE or label.tag == "a" or label.getprevious() is not None:
            continue
        loose = (box.text, label.tail, link.tail)
        if not any((text or "").strip() for text in loose) and _is_label(label) and loose_text(link):
            yield box


def _is_label(element: _Element) -> bool:
    text = short_text(element, _LABEL)
    return bool(text) and is_link_label(text or "")

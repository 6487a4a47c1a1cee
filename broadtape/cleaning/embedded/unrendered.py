"""A story in markup that a script would move into place: `template`, `noscript`, a script that holds text."""

from __future__ import annotations

import itertools

from lxml import etree
from lxml.etree import _Element

from broadtape.cleaning.page.dom import inner_text

__all__ = ["is_shell", "unfold"]

_PARAGRAPHS, _PARAGRAPH = 3, 120
_LEAST = 250
_LARGEST = 2_000_000


def is_shell(tree: _Element) -> bool:
    """Whether a page shows next to no paragraphs, so that its script would make them."""
    shown = (p for p in tree.iter("p") if _is_shown(p) and sum(map(len, map(str, p.itertext()))) > _PARAGRAPH)
    return sum(1 for _ in itertools.islice(shown, _PARAGRAPHS)) < _PARAGRAPHS


def _is_shown(element: _Element) -> bool:
    return next(element.iterancestors("noscript", "template"), None) is None


def unfold(tree: _Element) -> None:
    """Put what such elements hold into the tree, where it is as much as a story."""
    for element in list(tree.iter("noscript", "template")):
        if element.getparent() is not None and len(inner_text(element)) >= _LEAST:
            element.tag = "div"
    for script in list(tree.iter("script")):
        text = script.text or ""
        kind = (script.get("type") or "").lower()
        if kind.startswith("text/") and ("template" in kind or kind == "text/html") and _LEAST < len(text) < _LARGEST:
            parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
            held = etree.fromstring(f"<div>{text}</div>".encode("utf-8", "replace"), parser=parser)
            if held is not None and len(inner_text(held)) >= _LEAST:
                script.tag, script.text = "div", None
                script.attrib.clear()
                script.extend(list(held.iter("body"))[:1])

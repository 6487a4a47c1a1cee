"""Telling what is no part of a story by its tag, its role, its style, or the name its makers gave it.

A name is believed only as far as the element lets it: what stands inside a sentence, a heading, a table of data, a
paragraph like its neighbours and whatever holds the headline is no furniture, however it is called.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from lxml.etree import _Element

from broadtape.cleaning.furniture.names import NOTHING, Said, names_author, names_next, names_story, said
from broadtape.cleaning.furniture.standing import (
    Namesakes,
    holds_data,
    in_sentence,
    is_slug,
    lists_teasers,
    prose_length,
)
from broadtape.cleaning.page.dom import inner_text
from broadtape.cleaning.rendering.screen_readers import is_for_ears

__all__ = ["ENOUGH", "TAGS", "declares_story", "is_furniture", "tells_of_author"]

# A forgotten end tag makes some of these swallow the story, so their weight counts as well.
TAGS = frozenset(
    [
        "nav", "footer", "aside", "form", "figure", "figcaption", "picture", "fieldset", "label", "button", "object",
        "video", "map", "dialog", "menu", "math",
    ]
)  # fmt: skip
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|(?:left|top|text-indent)\s*:\s*-\d{3,}", re.IGNORECASE
)
_ROLES = frozenset(
    [
        "navigation", "banner", "complementary", "contentinfo", "search", "dialog", "alert", "menu", "menubar",
        "tablist", "toolbar",
    ]
)  # fmt: skip
_NAMED = frozenset(
    [
        "div", "section", "ul", "ol", "li", "p", "span", "header", "aside", "nav", "footer", "form", "figure", "table",
        "dl", "a", "details", "center",
    ]
)  # fmt: skip
"""Tags whose names are looked at. A heading is not among them: its id is its slug, and line rules know its words."""
_BOXES = frozenset({"div", "section", "ul", "address"})
_QUOTED = frozenset({"table", "blockquote", "ul", "ol", "dl", "pre"})
"""What makes a figure a part of the text."""
_MOSTLY = 0.35
ENOUGH = 200
"""Characters of running text: with fewer below, a weak name is believed; with fewer elsewhere, no name is."""


def is_furniture(element: _Element, weight: int, total: int, others: Namesakes) -> bool:
    """Whether an element is no part of a story, by its tag, role, style or name.

    `weight` is the running text below it and `total` that of the page: what holds much of it is a wrapper, however
    it is called. `others` are the page's.
    """
    if total - weight < ENOUGH < weight:
        return False
    tag = element.tag
    names = _names(element) if tag in _NAMED else NOTHING
    if (names.sure and not _is_wrapper(element, weight)) or tag in ("footer", "nav"):
        return True
    if names.weak and next(element.iter("h1", "h2", "h3"), None) is not None and names_next(element.get("class") or ""):
        return True
    if weight > _MOSTLY * total and weight > ENOUGH and not (names.strong and lists_teasers(element)):
        return False
    if tag in TAGS and not _belongs(element):
        return True
    if _is_hidden(element):
        return True
    if tag not in _NAMED:
        return False
    if (element.get("role") or "").lower() in _ROLES:
        return True
    return (names.strong or names.weak or names.unseen) and _is_named_rightly(element, names, weight, others)


def _names(element: _Element, besides: Collection[str] = ()) -> Said:
    """What an element's names say, those of its classes that stand in `besides` left out; an id that is the slug of its
    words says nothing."""
    class_ = element.get("class")
    if class_ and besides:
        class_ = " ".join(name for name in class_.split() if name not in besides)
    parts = [class_, element.get("data-testid"), element.get("data-component")]
    id_ = element.get("id")
    found = said(" ".join(filter(None, [*parts, id_])))
    if id_ and any(found) and is_slug(id_, element):
        return said(" ".join(filter(None, parts)))
    return found


def _is_named_rightly(element: _Element, names: Said, weight: int, others: Namesakes) -> bool:
    """Whether what an element is called can be what it is."""
    if names.unseen and not weight:
        return True
    if element.tag in ("span", "a"):
        return not in_sentence(element)
    if _is_wrapper(element, weight):
        return False
    if names.strong and not (element.tag == "p" and others.are_alike(element)):
        return True
    prose = prose_length(element)
    if weight > ENOUGH or prose > ENOUGH or holds_data(element):
        return False
    if others.are_alike(element) or others.hold_text(element):
        return False
    # A piece of a page builder may have a number of its own besides: `builder-widget piece-5b01`.
    return not prose or _names(element, besides=others.of_text).weak


def _is_wrapper(element: _Element, weight: int) -> bool:
    """Whether an element holds the headline and a story's worth of text below it."""
    return weight > ENOUGH and element.find(".//h1") is not None


def _belongs(element: _Element) -> bool:
    """Whether an element of a furniture's tag is a part of the text all the same."""
    if element.tag == "figure":
        return any(True for _ in element.iter(*_QUOTED))
    return in_sentence(element) or (element.tag == "button" and _heads_panel(element))


def _heads_panel(button: _Element) -> bool:
    """Whether a button is the heading of a text that shows below it, as a question is in a list of them."""
    heading = next(button.iterancestors(*_HEADINGS), None)
    if heading is None and button.get("aria-expanded") is None:
        return False
    head = button if heading is None else heading
    if inner_text(head) != inner_text(button):
        return False
    while (panel := head.getnext()) is None and (parent := head.getparent()) is not None and len(parent) == 1:
        head = parent
    return panel is not None and not _is_hidden(panel) and prose_length(panel) > 0


def _is_hidden(element: _Element) -> bool:
    """Whether an element does not show; what a page streams in and moves into place by script (`S:1`) does, and so
    does what a search or a click opens."""
    if (element.get("id") or "").startswith("S:"):
        return False
    hidden, style = element.get("hidden"), element.get("style")
    return (
        (hidden is not None and hidden.lower() != "until-found")
        or element.get("aria-hidden") == "true"
        or bool(style and _HIDDEN_STYLE.search(style))
        or is_for_ears(element)
    )


def tells_of_author(element: _Element) -> bool:
    """Whether an element is a box about the author by its name. Where the story has ended its length does not matter:
    of 13 such boxes below 660 real stories none is wanted."""
    if element.tag not in _BOXES or element.find(".//h1") is not None:
        return False
    return names_author(f"{element.get('class') or ''} {element.get('id') or ''}")


def declares_story(element: _Element) -> bool:
    """Whether an element says that it is the story: by tag, role, microdata or name."""
    if element.tag == "article" or element.get("itemprop") == "articleBody" or element.get("role") == "article":
        return True
    return element.tag in ("div", "section", "main") and names_story(
        f"{element.get('class') or ''} {element.get('id') or ''}"
    )

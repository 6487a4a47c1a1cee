"""What is no part of a story by how it is built, whatever its makers called it.

Cards that lead to other stories, posts embedded from elsewhere, captions set without `figcaption`, microdata that a
page hides in its text.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, takewhile

from lxml.etree import _Element

from broadtape.cleaning.furniture.abroad import lead_below, point_abroad
from broadtape.cleaning.furniture.labelled_links import labelled_links
from broadtape.cleaning.page.elements import Elements

__all__ = ["foreign"]

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_CARDS = frozenset({"a", "article", "div", "li", "section", "td"})
_CARD = 400
"""Characters that a card holds at the most: headline, a line or two about it, a date."""
_FEW = 2
"""Cards alike, side by side, that make a list of other stories."""
_PART = 0.35
"""Share of a story's running text that cards may hold: beyond it they are the story."""
_POSTS = frozenset(
    {"twitter-tweet", "twitter-video", "instagram-media", "tiktok-embed", "fb-post", "bluesky-embed", "reddit-embed-bq"}
)
_HOLDERS_OF_POSTS = frozenset({"blockquote", "div"})
_HOLDERS_OF_FACTS = frozenset({"div", "span", "p", "a", "time", "li"})
_FACTS = frozenset(
    [
        "author", "copyrightholder", "copyrightyear", "creator", "datecreated", "datemodified", "datepublished",
        "editor", "genre", "height", "image", "inlanguage", "keywords", "logo", "mainentityofpage", "provider",
        "publisher", "sourceorganization", "thumbnailurl", "url", "width", "wordcount",
    ]
)  # fmt: skip
_PICTURED = frozenset({"div", "p", "span", "td", "dl"})
_PICTURE = re.compile(r"(?:^|[\s_-])(?:img|imag(?:e|em|en)|photo|foto|pic(?:ture)?|bild)", re.IGNORECASE)
_COUNTED = re.compile(r"#?\d{1,3}[.):]")
_CAPTION = 500
_PARAGRAPHS = 2


def foreign(elements: Elements, weight: Mapping[_Element, int], url: str) -> Iterator[tuple[_Element, str]]:
    """Those of `elements` that are no part of the story whose root holds them, each with the rule it falls under.

    `weight` is the running text at or below each element, `url` where the page lay.
    """
    for card in _cards(elements.tree, weight, url):
        yield card, "links"
    for box in labelled_links(elements.tree):
        yield box, "links"
    named = elements.having("class")
    for element in named:
        if element.tag in _HOLDERS_OF_POSTS and not _POSTS.isdisjoint((element.get("class") or "").split()):
            yield element, "post"
    for element in elements.having("itemprop"):
        fact = element.tag in _HOLDERS_OF_FACTS and (element.get("itemprop") or "").lower() in _FACTS
        if fact and _shorter(element, _CARD):
            yield element, "microdata"
    for element in named:
        if element.tag in _PICTURED and _PICTURE.search(element.get("class") or "") and _is_caption(element):
            yield element, "caption"


def _cards(root: _Element, weight: Mapping[_Element, int], url: str) -> Iterator[_Element]:
    """Small elements that each hold one headline linked as a whole, beside others of the same build."""
    groups: dict[tuple[_Element | None, object, str], list[_Element]] = defaultdict(list)
    for heading in _linked_headings(root):
        card = _card(heading, root)
        if card is not None:
            groups[card.getparent(), card.tag, card.get("class") or ""].append(card)
    total = weight.get(root, 0)
    for group in groups.values():
        cards = list(dict.fromkeys(group))
        held = sum(weight.get(card, 0) for card in cards)
        if len(cards) < _FEW or held > _PART * total:
            continue
        links = [*_links(cards)]
        if not point_abroad(links, url) and not lead_below(links, url):
            yield from cards


def _links(cards: Iterable[_Element]) -> Iterator[_Element]:
    return (link for card in cards for link in card.iter("a"))


def _linked_headings(root: _Element) -> Iterator[_Element]:
    """Links around a heading, and headings around a link, below `root`."""
    around: _Element | None = None
    for heading in root.iterdescendants(*_HEADINGS):
        link = next((e for e in takewhile(lambda e: e is not root, heading.iterancestors()) if e.tag == "a"), None)
        if link is not None and link is not around:
            around = link
            yield link
        if next(heading.iterdescendants("a"), None) is not None:
            yield heading


def _card(heading: _Element, root: _Element) -> _Element | None:
    """The largest small element around a linked heading that holds no second one."""
    if not _is_linked(heading):
        return None
    card = heading
    while (parent := card.getparent()) is not None and parent is not root and _shorter(parent, _CARD):
        if next(islice(filter(_is_linked, _linked_headings(parent)), 1, None), None) is not None:
            break
        card = parent
    return card if card.tag in _CARDS else None


def _is_linked(heading: _Element) -> bool:
    if _COUNTED.match("".join(_texts(heading)).lstrip()):
        return False  # a list that the story itself counts off
    if heading.tag == "a":
        return True
    linked = sum(len("".join(_texts(a)).split()) for a in heading.iter("a"))
    # A copy of the headline for screen readers may stand beside the link.
    return 0 < len("".join(_texts(heading)).split()) <= 2 * linked


def _is_caption(element: _Element) -> bool:
    pictured = next(element.iter("img"), None) is not None
    return pictured and _shorter(element, _CAPTION) and sum(1 for _ in element.iter("p")) <= _PARAGRAPHS


def _shorter(element: _Element, most: int) -> bool:
    """Whether an element holds no more than so many characters of text; reads no further than that."""
    length = 0
    for text in _texts(element):
        length += len(text.strip())
        if length > most:
            return False
    return True


def _texts(element: _Element) -> Iterator[str]:
    return (str(text) for text in element.itertext())

"""Finding the element that holds the story, by where the page's running text lies."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any, cast

from lxml.etree import XPath, _Element

from broadtape.cleaning.body.headline_scope import Headline
from broadtape.cleaning.furniture.judge import declares_story, is_furniture
from broadtape.cleaning.furniture.standing import Neighbours

__all__ = ["below", "running_text", "story_root"]

_LONG_TEXTS = XPath(".//text()[string-length(.) > 30]")
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "big",
        "cite",
        "em",
        "font",
        "i",
        "ins",
        "mark",
        "q",
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
    ]
)
_LEAST = 40
_PIECE = 30
_MOST = 5_000
"""Elements weighed at the most, so that deep nesting times many paragraphs stays bounded."""
_LITTLE, _STORY = 100, 500
"""Running text, in characters, that is no story yet, and that is one for certain."""
_GROWS = 1.12
_FADES = 0.6
_MOSTLY = 0.6
_ITEM = 0.5
_DECLARED = 1.6
_TOGETHER, _APART, _ANOTHER = 1.5, 3.0, 8.0
"""How many times as much text another part of the page must have to be the story, where the headline stands over a part
of its own: inside one article or `main`, outside of it, and in an article with a heading of its own."""


def running_text(tree: _Element, *, by_name: bool = True) -> dict[_Element, int]:
    """Characters of running text of each element that holds some itself, links counted out, furniture left out; with
    `by_name` False whatever it is called."""
    masses: dict[_Element, int] = defaultdict(int)
    for text in cast("list[Any]", _LONG_TEXTS(tree)):
        length = len(text.strip())
        if length > _PIECE and (owner := _owner(text)) is not None:
            masses[owner] += length
    long = ((element, mass) for element, mass in masses.items() if mass >= _LEAST)
    found = dict(islice(long, _MOST))
    return _outside_furniture(found) if by_name else found


def _owner(text: Any) -> _Element | None:
    """The block that a piece of text belongs to; None for the text of a link."""
    element: _Element | None = text.getparent()
    if element is not None and text.is_tail:
        element = element.getparent()
    while element is not None and element.tag in _INLINE:
        if element.tag == "a":
            return None
        element = element.getparent()
    return element


def _outside_furniture(masses: dict[_Element, int]) -> dict[_Element, int]:
    """The masses that do not stand in furniture; furniture that holds a large part of the page's text is none."""
    weight = below(masses)
    whole = sum(masses.values())
    verdicts: dict[_Element, bool] = {}
    beside = Neighbours()

    def inside(element: _Element | None) -> bool:
        trail = []
        found = False
        while element is not None and element not in verdicts:
            trail.append(element)
            element = element.getparent()
        found = element is not None and verdicts[element]
        for one in reversed(trail):
            found = found or is_furniture(one, weight[one], whole, beside)
            verdicts[one] = found
        return found

    outside = {element: mass for element, mass in masses.items() if not inside(element)}
    # Where names leave nothing, names are not believed: a live blog's entries are called comments.
    return outside if sum(outside.values()) >= _LITTLE or whole < _STORY else masses


def below(masses: Mapping[_Element, int]) -> dict[_Element, int]:
    """Running text at or below every element that has any."""
    total: dict[_Element, int] = defaultdict(int)
    for element, mass in masses.items():
        total[element] += mass
        for ancestor in element.iterancestors():
            total[ancestor] += mass
    return total


def story_root(tree: _Element, masses: Mapping[_Element, int], headline: Headline | None = None) -> _Element:
    """The smallest element that holds the story's running text, or the tree where nothing stands out."""
    near: dict[_Element, float] = defaultdict(float)
    for element, mass in masses.items():
        share = _ITEM if element.tag == "li" else 1.0
        for ancestor in element.iterancestors():
            near[ancestor] += mass * share
            share *= _FADES
            if share < 0.05:
                break
    if not near:
        return tree
    declared = {element for element in near if declares_story(element)}
    rated = {element: mass * _bonus(element, declared) for element, mass in near.items()}
    chosen = max(rated, key=lambda e: rated[e])
    if headline is None:
        return _outwards(chosen, below(masses), None)
    named = [element for element in headline.scope.iter() if element in rated]
    tied = max(named, key=lambda e: rated[e], default=chosen)
    if rated[chosen] > rated[tied] * _needed(chosen, headline):
        return _outwards(chosen, below(masses), None)
    return _outwards(tied, below(masses), _own_article(headline))


def _needed(element: _Element, headline: Headline) -> float:
    """How much more text makes an element the story, although the headline stands over another one.

    A page may set its first words beside the headline and the rest somewhere else; but another article, or what stands
    beside the headline's own, is something else.
    """
    ancestors = {element, *element.iterancestors()}
    if headline.scope in ancestors:
        return 1.0
    around = {*headline.element.iterancestors()}
    apart = list(itertools.takewhile(lambda e: e not in around, (element, *element.iterancestors())))
    if any(_is_another(part, headline) for part in apart):
        return _ANOTHER
    own = next((e for e in headline.element.iterancestors() if e.tag in ("article", "main")), None)
    return _TOGETHER if own is not None and own in ancestors else _APART


def _is_another(part: _Element, headline: Headline) -> bool:
    """Whether a part of the page has a headline of its own: an article any, another part one of the same rank."""
    headings = ("h1", "h2") if part.tag == "article" else (str(headline.element.tag),)
    return next(part.iter(*headings), None) is not None


def _own_article(headline: Headline) -> _Element | None:
    """The article that the headline stands in: another one beside it is another story."""
    return next((e for e in (headline.scope, *headline.scope.iterancestors()) if e.tag == "article"), None)


def _bonus(element: _Element, declared: set[_Element]) -> float:
    if element.tag in ("ul", "ol", "body", "html"):
        return 0.3
    return _DECLARED if element in declared or any(a in declared for a in element.iterancestors()) else 1.0


def _outwards(chosen: _Element, total: Mapping[_Element, int], limit: _Element | None) -> _Element:
    """From the densest element out to the one that holds the rest of the story.

    Inside what the page declares to be the story, wherever more running text is; beyond, only where the text that is
    added stands in elements built like the one it is added to.
    """
    chain = [chosen, *(a for a in chosen.iterancestors() if a.tag not in ("body", "html"))]
    if limit in chain:
        chain = chain[: chain.index(limit) + 1]
    bounds = [i for i, e in enumerate(chain) if declares_story(e)] or [-1]
    bound = next((i for i in bounds if i >= 0 and total[chain[i]] > total[chosen] * _GROWS), bounds[0])
    at = 0
    for i in range(1, len(chain)):
        if total[chain[i]] <= total[chain[at]] * _GROWS:
            continue
        if 0 <= bounds[-1] < i or (i > bound and not _alike(chain[i], chain[at:i], total)):
            break
        at = i
    return chain[at]


def _alike(outer: _Element, inner: Sequence[_Element], total: Mapping[_Element, int]) -> bool:
    """Whether most of the text that `outer` adds stands in elements built like one of those it is added to.

    A story cut into pieces repeats the element that holds a piece; a list of stories does so too, but each has a
    heading that links to it.
    """
    added = total[outer] - total[inner[0]]
    for one in inner:
        build, like = _build(one), 0
        if not build[1]:
            continue
        for element in outer.iterdescendants(one.tag):
            if element is not one and element in total and _build(element) == build and element not in inner:
                if _is_teaser(element):
                    return False
                like += total[element]
        if like >= added * _MOSTLY:
            return True
    return False


def _is_teaser(element: _Element) -> bool:
    return any(next(h.iter("a"), None) is not None or h.tag == "h1" for h in element.iter("h1", "h2", "h3"))


def _build(element: _Element) -> tuple[object, str]:
    return element.tag, "".join(c for c in element.get("class") or "" if not c.isdigit())

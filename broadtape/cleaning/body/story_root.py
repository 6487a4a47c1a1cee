"""Finding the element that holds the story, by where the page's running text lies."""

from __future__ import annotations

import functools
import itertools
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from lxml.etree import _Element

from broadtape.cleaning.body.headline_scope import Headline
from broadtape.cleaning.body.running_text import RunningText
from broadtape.cleaning.furniture.judge import declares_story

__all__ = ["story_root"]

_GROWS = 1.12
_FADES = 0.6
_MOSTLY = 0.6
_SHARES = {"li": 0.5} | dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), 0.3)
"""How much text counts in an item of a list, or in a heading: a standfirst set as one is no story yet."""
_PARTS = frozenset({"blockquote", "dd", "dl", "dt", "li", "ol", "p", "pre", "ul", "h1", "h2", "h3", "h4", "h5", "h6"})
_DECLARED = 1.6
_WIDTH = re.compile(r"(?:^|[-_:])(?:cols?|columns?|span|grid|width|w|large|medium|small|xs|sm|md|lg|xl)[-_]?\d+")
"""How wide a column is: what is set beside it in another width is no piece of the same."""
_TOGETHER, _APART, _ANOTHER = 1.5, 3.0, 8.0
"""How many times as much text another part of the page must have to be the story, where the headline stands over a part
of its own: inside one article or `main`, outside of it, and in an article with a heading of its own."""


def story_root(tree: _Element, running: RunningText, headline: Headline | None = None) -> _Element:
    """The smallest element that holds the story's running text, or the tree where nothing stands out."""
    near: dict[_Element, float] = defaultdict(float)
    for element, mass in running.own.items():
        share = _SHARES.get(element.tag, 1.0)
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
        return _outwards(_container(chosen), running.below, None)
    named = [element for element in headline.scope.iter() if element in rated]
    tied = max(named, key=lambda e: rated[e], default=chosen)
    if rated[chosen] > rated[tied] * _needed(chosen, headline):
        return _outwards(_container(chosen), running.below, None)
    return _outwards(_container(tied), running.below, headline)


def _container(element: _Element) -> _Element:
    """The element that a list, an item of one, a quotation or a paragraph stands in: none of them is a whole story."""
    while element.tag in _PARTS and (parent := element.getparent()) is not None:
        element = parent
    return element


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
    """Whether a part of the page has a headline of its own: an article any, and so what is built like the part that the
    headline stands in; another part one of the same rank."""
    alike = part.tag == "article" or (part.get("class") and _build(part) == _build(headline.scope))
    headings = ("h1", "h2") if alike else (str(headline.element.tag),)
    return next(part.iter(*headings), None) is not None


def _own_article(headline: Headline) -> _Element | None:
    """The article that the headline stands in: another one beside it is another story."""
    return next((e for e in (headline.scope, *headline.scope.iterancestors()) if e.tag == "article"), None)


def _bonus(element: _Element, declared: set[_Element]) -> float:
    if element.tag in ("ul", "ol", "body", "html"):
        return 0.3
    return _DECLARED if element in declared or any(a in declared for a in element.iterancestors()) else 1.0


def _outwards(chosen: _Element, total: Mapping[_Element, int], headline: Headline | None) -> _Element:
    """From the densest element out to the one that holds the rest of the story.

    Inside what the page declares to be the story, wherever more running text is; beyond, only where the text that is
    added stands in elements built like the one it is added to. Where the `headline` stands over several that declare
    so, side by side, they are parts of one story.
    """
    limit = _own_article(headline) if headline is not None else None
    scope = headline.scope if headline is not None and limit is None else None
    chain = [chosen, *(a for a in chosen.iterancestors() if a.tag not in ("body", "html"))]
    if limit in chain:
        chain = chain[: chain.index(limit) + 1]
    bounds = [i for i, e in enumerate(chain) if declares_story(e)] or [-1]
    bound = next((i for i in bounds if i >= 0 and total[chain[i]] > total[chosen] * _GROWS), bounds[0])
    end = chain.index(scope) if scope in chain else -1
    at = 0
    for i in range(1, len(chain)):
        if total[chain[i]] <= total[chain[at]] * _GROWS:
            continue
        if 0 <= bounds[-1] < i:
            if i <= end and chain[i] is chain[bounds[-1]].getparent() and _is_in_parts(chain[i], chain[i - 1], total):
                at = i
            break
        if i > bound and not _alike(chain[i], chain[at:i], total):
            break
        at = i
    last = chain[-1]
    body = last.getparent() if total[last] <= total[chain[at]] * _GROWS else None
    if headline is not None and body is not None and scope is body and _is_in_parts(body, last, total, headline):
        return body if last.tag == "section" or last.get("class") else chain[at]
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


def _is_in_parts(
    outer: _Element, part: _Element, total: Mapping[_Element, int], headline: Headline | None = None
) -> bool:
    """Whether what `outer` holds beside `part`, and what holds the headline, stands in elements of the same build, none
    of which is a teaser."""
    apart = {part, *headline.element.iterancestors()} if headline is not None else {part}
    others = [e for e in outer if e not in apart and e in total and _build(e) == _build(part)]
    added = total[outer] - total[part]
    return not any(map(_is_teaser, others)) and sum(total[e] for e in others) >= added * _MOSTLY > 0


def _is_teaser(element: _Element) -> bool:
    return any(next(h.iter("a"), None) is not None or h.tag == "h1" for h in element.iter("h1", "h2", "h3"))


def _build(element: _Element) -> tuple[object, str]:
    """Tag and classes of an element, without the numbers that count pieces."""
    return element.tag, _counted_off(element.get("class") or "")


@functools.lru_cache(maxsize=8192)
def _counted_off(names: str) -> str:
    return " ".join(
        name if _WIDTH.search(name) else "".join(c for c in name if not c.isdigit()) for name in names.split()
    )

"""What belongs to the headline: of several texts on a page, the story is the one that its headline stands over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from lxml.etree import _Element

from broadtape.cleaning.body.running_text import RunningText
from broadtape.cleaning.page.dom import loose_text, short_text
from broadtape.cleaning.page.head import Head, first_meta, fold
from broadtape.cleaning.page.json_ld import text_of
from broadtape.cleaning.page.likeness import most_like, words_of_titles
from broadtape.cleaning.page.writing import is_stopped, letters

__all__ = ["Headline", "headline_on", "leads"]

_LIKE, _LIKE_BELOW = 0.5, 0.8
"""Share of common words from which an `h1`, and a lesser heading, is the headline."""
_SCOPE = 180
"""Running text, in characters, that makes what stands around a headline a story: the shortest briefs have so much."""
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_MOST_HEADINGS = 60
_SLUG_WORDS = 4
_STANDFIRSTS = frozenset({"p", "div", "h2", "h3", "h4", "section", "span", "ul"})
_STANDFIRST, _TELLING = 600, 40
"""Characters of a standfirst at the most, and of one that is told by its words at the least."""
_LINKED = 0.5
"""Share of a standfirst that links may have in its sentences; with one, a line without a full stop is a label."""
_ABOUT = re.compile(
    r"(?:^|[\s_-])(?:image|img|photo|picture|media|caption|copyright|credits?|metas?|by-?lines?|author(?:ed|s)?(?:-by)?|"
    r"bios?|tooltips?|disclosures?|disclaimers?|share|social|dates?|time|tags?)(?:$|[\s_-])",
    re.IGNORECASE,
)
"""Names of what stands around a headline and is no lead; such names are weak, and here nothing else speaks for it."""
_STANDS_FIRST = re.compile(
    r"(?:^|[\s_-])(?:sub-?(?:title|head(?:line|ing)?)|stand-?first|dek|excerpt|intro(?:duction)?|lead(?:-?text)?|lede|"
    r"teaser-?text|key-?(?:points?|take-?aways?|facts|highlights)|highlights|takeaways|tl-?dr|at-a-glance|vorspann|chapo|entradilla|bajada|sommario|ingress)(?:$|[\s_-])",
    re.IGNORECASE,
)
"""What the trade calls a standfirst: such a block right below the headline needs no full stop."""
_PARTS = re.compile(r"\s+[|–—»·:-]\s+")
"""What parts a headline from the outlet's name behind it."""
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Headline:
    """The headline as it stands on the page, and the smallest element around it that holds a story's text."""

    element: _Element
    scope: _Element


def headline_on(tree: _Element, head: Head, running: RunningText) -> Headline | None:
    """The heading that agrees with what the page, or its address, says the story is called; a sole `h1` all the same.

    What stands around it is a story by its text alone: a headline and a standfirst set as headings are none yet, nor is
    a `header`.
    """
    element = _heading(tree, words_of_titles(_titles(head)))
    if element is None:
        return None
    headings = RunningText({e: mass for e, mass in running.own.items() if e.tag in _HEADINGS}).below
    for scope in element.iterancestors():
        if scope.tag != "header" and running.below.get(scope, 0) - headings.get(scope, 0) >= _SCOPE:
            return Headline(element, scope)
    return None


def _titles(head: Head) -> Iterator[str]:
    for title in (
        text_of(head.data.story.get("headline")),
        first_meta(head, "og:title", "twitter:title"),
        head.page_title,
    ):
        if title:
            yield title
            yield from (part for part in _PARTS.split(title)[:-1] if len(part.split()) >= _SLUG_WORDS)
    slug = _WORD.findall(unquote(urlsplit(head.url).path.rstrip("/").rsplit("/", 1)[-1]))
    if len(slug) >= _SLUG_WORDS:
        yield " ".join(word for word in slug if not word.isdecimal())


def _heading(tree: _Element, titles: list[set[str]]) -> _Element | None:
    firsts = list(tree.iter("h1"))[:_MOST_HEADINGS]
    for headings, least in ((firsts, _LIKE), (list(tree.iter("h2", "h3"))[:_MOST_HEADINGS], _LIKE_BELOW)):
        if (best := most_like(headings, titles, least)) is not None:
            return best
    return firsts[0] if len(firsts) == 1 else None


def leads(headline: Headline, root: _Element, masses: Mapping[_Element, int], head: Head) -> list[_Element]:
    """Blocks of running text between the headline and the story's root, such as a standfirst with a place of its own;
    what the page gives as its description is one, whatever it is called.

    `masses` is the running text that each block holds itself, furniture left out.
    """
    described = {fold(text) for text in _descriptions(head)}
    around = {root, *root.iterancestors()}
    outer = next((e for e in headline.element.iterancestors() if e in around), None)
    if outer is None or outer is root:
        return []
    found: list[_Element] = []
    below = False
    for element in outer.iter():
        if element is root:
            return found
        if element is headline.element:
            below = True
        elif not below or element in around:
            continue
        elif ((element in masses and _is_lead(element)) or _is_standfirst(element, described)) and not (
            found and any(ancestor is found[-1] for ancestor in element.iterancestors())
        ):
            found.append(element)
    return []


def _descriptions(head: Head) -> Iterator[str]:
    for name in ("og:description", "description", "twitter:description"):
        yield from head.metas.get(name, ())
    if stated := text_of(head.data.story.get("description")):
        yield stated


def _is_standfirst(element: _Element, described: set[str]) -> bool:
    """Whether a block is called a standfirst, or is what the page gives as its description, or what that was cut off
    from."""
    if element.tag not in _STANDFIRSTS or (text := short_text(element, _STANDFIRST)) is None:
        return False
    own = fold(text)
    if letters(own) < _TELLING:
        return False
    return _is_called_so(element) or any(own == whole or own.startswith(whole) for whole in described if whole)


def _is_called_so(element: _Element) -> bool:
    if _STANDS_FIRST.search(element.get("class") or "") is None or next(element.iter("time", "img"), None) is not None:
        return False
    links = [len(loose_text(link)) for link in element.iter("a")]
    return not links or (sum(links) < _LINKED * len(text := loose_text(element)) and is_stopped(text))


def _is_lead(element: _Element) -> bool:
    """Whether a block above the story reads as a part of it: a sentence, or a heading below the headline."""
    parent = element.getparent()
    names = f"{element.get('class') or ''} {parent.get('class') or '' if parent is not None else ''}"
    if _ABOUT.search(names) or element.tag in ("td", "th") or element.get("amp-access-hide") is not None:
        return False
    return element.tag in ("h2", "h3", "h4") or is_stopped(loose_text(element))

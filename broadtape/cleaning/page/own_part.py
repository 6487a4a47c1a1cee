"""Which part of a page is the story's own: what surrounds its headline, not teasers, comments or margins."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from lxml.etree import _Element

from broadtape.cleaning.page.dom import hollow, loose_text, short_text
from broadtape.cleaning.page.elements import Elements
from broadtape.cleaning.page.likeness import most_like, words_of_titles

__all__ = ["AUTHOR_PAGE", "OwnPart"]

_MARGINS = frozenset(["aside", "footer"])
_APART = frozenset(["nav", "form", "dialog", "select", "template"])
_APART_ROLES = frozenset(["complementary", "navigation", "contentinfo", "dialog", "search", "menu", "alert"])
_APART_NAME = re.compile(
    r"(?:^|[\s_-])(?:comments?(?:list|body|area)?|disqus|repl(?:y|ies)|respond|relat(?:ed|ions?)|recommend\w*|recirc\w*|"
    r"widgets?|ticker|marquee|(?<!pointer-)events?|calendar|latest|newest|popular|trending|most-?(?:read|viewed|popular)|"
    r"teasers?|cards?|promo\w*|newsletter|subscribe|more-?(?:news|stories|articles|posts|from|on|in)|"
    r"(?:read|up)-?(?:next|more|also)|see-?also|also-?read|outbrain|taboola|carousel|slider|swiper|feed|"
    r"(?:next|prev(?:ious)?)-?(?:post|article|story)|breaking(?:-?news)?|market-?data|"
    r"upcoming|archive-list|post-list|article-list|news-list)(?:$|[\s_-])",
    re.IGNORECASE,
)
_OF_OTHERS = re.compile(
    r"comment|disqus|repl(?:y|ies)|respond|related|recommend|recirc|ticker|marquee|(?<!pointer-)event|calendar|latest|newest|recent|"
    r"popular|trending|most-?(?:read|viewed)|next|prev|archive|outbrain|taboola|carousel|slider|swiper|login|copyright|"
    r"cookie|revision|changelog|upcoming|also",
    re.IGNORECASE,
)
"""Names of what speaks of others, or of later; a date within is not the story's, whatever else the page shows."""
_MARGIN_NAME = re.compile(
    r"(?:^|[\s_-])(?:side-?bar|rail|footer|margin(?:alia|-?(?:notes?|column|content)|(?=$|\s)))(?:$|[\s_-])",
    re.IGNORECASE,
)
"""Not the names of styles that set a distance: `margin-top`, `margin-medium`."""
_HEADLINE_NAME = re.compile(
    r"(?:^|[\s_-])(?:head-?line|(?:article|story|post|entry|page|news)-?(?:title|heading))s?(?:$|[\s_-])", re.IGNORECASE
)
AUTHOR_PAGE = re.compile(
    r"/(?:authors?|autor(?:en|es|i|e)?|auteurs?|autore|profiles?|staff|journalists?|reporters?|writers?|contributors?)"
    r"/[^/?#]{4,}",
    re.IGNORECASE,
)
"""Addresses of pages about those who write."""
_WHOLE = frozenset(["html", "body", "main"])
_ITEMS = frozenset(["li", "article", "tr"])
_BOXES = _ITEMS | {"div", "section"}
_HEADINGS = frozenset(["h2", "h3", "h4", "h5", "h6"])
_MOST_IN_A_CARD, _LOOKS = 12, 4
_ALIKE = 0.5
_CARD_WORDS = 4
"""Words of a link from which on they are another story's headline, not an author's or a section's name."""
_LEVELS_UP = 5
_LINE = 120
"""Characters of a line that names an author or a day: a longer one is a sentence, `By noon the index had lost …`."""
_AFTER, _BEFORE = 1_500, 400
"""Characters of text around a headline in which its page's facts stand: a summary may come between."""


class OwnPart:
    """The story's own part of a tree, seen from its headline. Valid as long as the tree is not changed."""

    def __init__(self, elements: Elements, titles: Iterable[str], url: str) -> None:
        self._tree = elements.tree
        self.headline = _headline(elements, words_of_titles(titles))
        """The element that shows one of the page's `titles`; None where no heading does."""
        around = [self.headline, *self.headline.iterancestors()] if self.headline is not None else []
        self._around = frozenset(around)
        self._article = next((e for e in around if e.tag == "article"), None)
        self._known: dict[_Element, bool] = {}
        folders, _, self._path = url.split("?")[0].split("#")[0].rstrip("/").rpartition("/")
        self._worn = frozenset().union(*(_named(_names(e))[0] for e in around), _named(folders.replace("/", " "))[0])
        """Names that the headline itself stands under, or its address: here they say nothing."""

    def has(self, element: _Element) -> bool:
        """Whether an element belongs to the story itself, as far as its place and the names around it tell."""
        waiting: list[_Element] = []
        own = True
        for node in chain((element,), element.iterancestors()):
            if node in self._around:
                break
            if (known := self._known.get(node)) is not None:
                own = known
                break
            waiting.append(node)
            if self._is_apart(node):
                own = False
                break
        self._known.update(dict.fromkeys(waiting, own))
        return own

    def may_have(self, element: _Element) -> bool:
        """Whether an element may belong to the story for all that is known: it stands in no link to another, no teaser,
        no comment and no list, though perhaps in a margin or a box of a name that says little."""
        for node in chain((element,), element.iterancestors()):
            if node in self._around:
                return True
            if node.tag in _APART or _OF_OTHERS.search(_names(node)):
                return False
            if self._leads_elsewhere(node) if node.tag == "a" else node.tag in _BOXES and self._is_card(node):
                return False
        return True

    def drop_others(self) -> None:
        """Take out of the tree what is not the story's own, and with it the validity of this part."""
        waiting = [self._tree]
        while waiting:
            for child in waiting.pop():
                if child not in self._around and child.tag != "head" and self._is_apart(child):
                    hollow(child)
                else:
                    waiting.append(child)

    @functools.cached_property
    def behind(self) -> tuple[_Element, ...]:
        """Elements that stand right behind the headline and are the story's own."""
        return (
            tuple(self._walk(chain(self.headline, _behind(self.headline)), _AFTER)) if self.headline is not None else ()
        )

    @functools.cached_property
    def ahead(self) -> tuple[_Element, ...]:
        """Those that stand just before it."""
        return tuple(self._walk(_ahead(self.headline), _BEFORE)) if self.headline is not None else ()

    @functools.cached_property
    def near(self) -> tuple[_Element, ...]:
        """Elements around the headline that are the story's own: those behind it, then those before it."""
        return (*self.behind, *self.ahead)

    @functools.cached_property
    def lines(self) -> tuple[tuple[_Element, str], ...]:
        """Those of the elements `near` that hold text, but not more than a line of it, each with that."""
        return tuple((element, text) for element in self.near if (text := short_text(element, _LINE)))

    def _walk(self, roots: Iterable[_Element], room: int) -> Iterator[_Element]:
        """What is the story's own at or below each root in turn, in the order of the page, for so much text."""
        for root in roots:
            waiting = [root]
            while waiting:
                element = waiting.pop()
                if element.tag in ("script", "style") or not self.has(element):
                    continue
                yield element
                room -= len((element.text or "").strip()) + len((element.tail or "").strip())
                if room <= 0:
                    return
                waiting.extend(reversed(element))

    def _is_apart(self, node: _Element) -> bool:
        tag = node.tag
        if tag in _WHOLE:
            return False
        apart, margin = _named(_names(node))
        if tag in _APART or node.get("role") in _APART_ROLES or (tag != "article" and apart - self._worn):
            return True
        # Within the headline's own article a margin or a foot may carry its facts.
        if (tag in _MARGINS or margin) and not self._in_article(node):
            return True
        return self._leads_elsewhere(node) if tag == "a" else tag in _BOXES and self._is_card(node)

    def _in_article(self, node: _Element) -> bool:
        return self._article is not None and any(e is self._article for e in node.iterancestors("article"))

    def _is_card(self, node: _Element) -> bool:
        """Whether an element is a teaser: a small box with a link whose words are a headline."""
        if len(node) > _MOST_IN_A_CARD:
            return False
        links = [a for a in islice(node.iter("a"), _LOOKS) if node.tag in _ITEMS or _is_heading(a)]
        return any(map(self._leads_elsewhere, links)) and short_text(node, _BEFORE) is not None

    def _leads_elsewhere(self, link: _Element) -> bool:
        href = (link.get("href") or "").split("?")[0].split("#")[0].rstrip("/")
        if not href or href.startswith(("javascript", "mailto", "tel")) or (self._path and href.endswith(self._path)):
            return False
        if AUTHOR_PAGE.search(href):
            return False
        return len(loose_text(link).split()) >= _CARD_WORDS


@functools.lru_cache(maxsize=8192)
def _named(names: str) -> tuple[frozenset[str], bool]:
    """Which of an element's names say that it stands apart from the story; and whether they say that it is a margin."""
    apart = (match[0].strip(" -_\t\n").casefold() for match in _APART_NAME.finditer(names))
    return frozenset(apart), bool(_MARGIN_NAME.search(names))


def _names(element: _Element) -> str:
    class_, id_ = element.get("class"), element.get("id")
    return f"{class_ or ''} {id_ or ''}" if class_ or id_ else ""


def _is_heading(link: _Element) -> bool:
    parent = link.getparent()
    return (parent is not None and parent.tag in _HEADINGS) or any(e.tag in _HEADINGS for e in link)


def _headline(elements: Elements, titles: list[set[str]]) -> _Element | None:
    first = elements.tagged("h1")
    for candidates in (first, elements.tagged("h2", "h3"), _named_headlines(elements)):
        best = most_like(candidates, titles, _ALIKE)
        if best is not None:
            return best
    return first[0] if len(first) == 1 else None


def _named_headlines(elements: Elements) -> Iterator[_Element]:
    for element in elements.tagged("div", "p", "span", "strong"):
        if element.get("itemprop") == "headline" or _HEADLINE_NAME.search(element.get("class") or ""):
            yield element


def _behind(element: _Element) -> Iterator[_Element]:
    """What follows an element, in the order of the page, each with all that is in it."""
    for node in (element, *element.iterancestors()):
        yield from node.itersiblings()


def _ahead(element: _Element) -> Iterator[_Element]:
    """What precedes an element within the boxes that hold it, nearest first, each with all that is in it."""
    for level, node in enumerate((element, *element.iterancestors())):
        if level >= _LEVELS_UP or node.tag in _WHOLE:
            return
        yield from node.itersiblings(preceding=True)

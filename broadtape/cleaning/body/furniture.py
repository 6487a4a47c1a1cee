"""Taking out of a tree what is furniture by its tag, its role or the name its makers gave it."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from itertools import pairwise

from lxml import etree
from lxml.etree import XPath, _Element

from broadtape.article import RemovedLine
from broadtape.cleaning.body.dom_patterns import foreign
from broadtape.cleaning.body.tree_to_lines import walk
from broadtape.cleaning.boilerplate.rule_set import furniture_names
from broadtape.cleaning.page.dom import finder, inner_text

__all__ = ["cut", "declares_story", "is_furniture", "prune", "strip_machinery"]

_MACHINERY = (
    "script", "style", "noscript", "template", "svg", "canvas", "iframe", "embed", "audio", "head", "select", "option",
    "input", "textarea", "progress", "amp-ad", "amp-embed", "link", "meta",
)  # fmt: skip
_NAMED = finder(
    XPath(".//*[@class or @id or @role or @hidden or @aria-hidden or @style or @data-testid or @data-component]")
)
# A forgotten end tag makes some of these swallow the story, so their weight counts as well.
_FURNITURE = frozenset(
    [
        "nav",
        "footer",
        "aside",
        "form",
        "figure",
        "figcaption",
        "picture",
        "fieldset",
        "label",
        "button",
        "object",
        "video",
        "map",
        "dialog",
        "menu",
        "math",
    ]
)
_TAGGED = finder(XPath("|".join(f".//{tag}" for tag in sorted(_FURNITURE))))

_GROUPS = finder(XPath(".//ul|.//ol|.//div|.//section|.//table|.//p|.//dl"))
_STREAMED = finder(XPath(".//div[starts-with(@id, 'S:')]"))

# The words of a class or id that name furniture are data: see `names` in cleaning.yaml.

# Runs of words, parted by one space.
_PHRASES = re.compile(
    r"\b(?:read (?:more|next|also)|more (?:from|on|stories|articles|news|like|in)|see also|"
    r"most (?:read|popular|viewed)|"
    r"you may|up next|next (?:article|story|up)|"
    r"article (?:footer|tags|meta|tools|share|info|actions|header meta)|"
    r"post (?:meta|footer|tags|share|navigation)|entry (?:meta|footer)|about (?:the )?author|author (?:bio|box|info)|"
    r"follow us|print only|screen reader text|visually hidden|sr only|inline (?:promo|newsletter|related)|"
    r"content tools|latest (?:news|stories)|top stories|trust project|pull quote|"
    r"app (?:promo|download|store)|call to action|cta|ticker tape|stock (?:widget|ticker)|"
    r"mvp post add|infinite scroll|jp relatedposts|wp caption text|audio player|text to speech|listen to)\b"
)
# Words that name the story itself, so that a body called `article-body ad-free` stays.
_STORY = re.compile(
    r"\b(?:article ?(?:body|content|text)|story ?(?:body|content|text)|post ?(?:body|content)|entry content|"
    r"main ?content|"
    r"rich text|body (?:text|copy|content)|paywall content|article wrap(?:per)?)\b"
)
_DECLARED = re.compile(
    r"\b(?:article ?(?:body|content|text)|story ?(?:body|content|text)|post ?(?:body|content)|entry content)\b"
)
_SPLIT = re.compile(r"(?<=[a-z])(?=[A-Z])|[^A-Za-z0-9]+")
_HIDDEN_STYLE = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_ROLES = frozenset(
    [
        "navigation",
        "banner",
        "complementary",
        "contentinfo",
        "search",
        "dialog",
        "alert",
        "menu",
        "menubar",
        "tablist",
        "toolbar",
    ]
)
_CANDIDATES = frozenset(
    [
        "div",
        "section",
        "ul",
        "ol",
        "li",
        "p",
        "span",
        "header",
        "aside",
        "nav",
        "footer",
        "form",
        "figure",
        "table",
        "dl",
        "a",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "details",
        "center",
    ]
)
_MOSTLY = 0.35
_FEW = 3
_LINKED = 0.55
_SOME = 200
"""Characters of running text: with fewer below, a weak name is believed; with fewer elsewhere, no name is."""


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


def prune(root: _Element, weight: Mapping[_Element, int]) -> list[RemovedLine]:
    """Take furniture out from below `root`; what it said, to look through. `weight` is the running text at or below
    each element."""
    removed: list[RemovedLine] = []
    total = weight.get(root, 0)
    for element, rule in list(foreign(root, weight)):
        _take(element, root, rule, removed)
    for element in [*_TAGGED(root), *_NAMED(root)]:
        if is_furniture(element, weight.get(element, 0), total):
            _take(element, root, "furniture", removed)
    for element in _GROUPS(root):
        if not weight.get(element) and _is_list_of_links(element):
            _take(element, root, "links", removed)
    return removed


def _take(element: _Element, root: _Element, rule: str, removed: list[RemovedLine]) -> None:
    if element is root or not _is_within(element, root):
        return  # gone with what it stood in
    removed.extend(RemovedLine(block.text, rule) for block in walk(element))
    cut(element)


def _is_within(element: _Element, root: _Element) -> bool:
    return any(ancestor is root for ancestor in element.iterancestors())


def cut(element: _Element) -> None:
    """Take an element out of its tree; the text that follows it stays."""
    parent = element.getparent()
    if parent is None:
        return
    if tail := element.tail:
        before = element.getprevious()
        if before is None:
            parent.text = (parent.text or "") + tail
        else:
            before.tail = (before.tail or "") + tail
    parent.remove(element)


def is_furniture(element: _Element, weight: int, total: int) -> bool:
    """Whether an element is no part of a story, by its tag, role, style or name.

    `weight` is the running text below it and `total` that of the page: what holds much of it is a wrapper, however
    it is called.
    """
    if total - weight < _SOME < weight:
        return False
    sure, strong, weak = _named(
        f"{element.get('class') or ''} {element.get('id') or ''} {element.get('data-testid') or ''} "
        f"{element.get('data-component') or ''}"
    )
    if element.tag in _CANDIDATES and (sure or element.tag in ("footer", "nav")):
        return True
    if weight > _MOSTLY * total and weight > _SOME:
        return False
    if element.tag in _FURNITURE:
        return not (element.tag == "figure" and element.find(".//table") is not None)
    if element.tag not in _CANDIDATES:
        return False
    if _is_hidden(element) or (element.get("role") or "").lower() in _ROLES:
        return True
    return strong or (weak and weight <= _SOME)


def _is_list_of_links(element: _Element) -> bool:
    """Whether an element without running text is mostly links to elsewhere: a menu, a list of other stories."""
    links = [len(inner_text(a)) for a in element.iter("a")]
    if len(links) < _FEW:
        return False
    return sum(links) > _LINKED * len(inner_text(element))


def _is_hidden(element: _Element) -> bool:
    """Whether an element does not show; what a page streams in and moves into place by script (`S:1`) does."""
    if (element.get("id") or "").startswith("S:"):
        return False
    style = element.get("style")
    return (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or bool(style and _HIDDEN_STYLE.search(style))
    )


@functools.lru_cache(maxsize=8192)
def _named(names: str) -> tuple[bool, bool, bool]:
    """Whether a name is surely, strongly and weakly that of furniture."""
    if "hentry" in names or "type-post" in names:
        return False, False, False
    words = [word.lower() for word in _SPLIT.split(names) if word]
    joined = " ".join(words)
    if _STORY.search(joined):
        return False, False, False
    sure_words = {*words, *map("".join, pairwise(words))}
    return (
        not furniture_names().sure.isdisjoint(sure_words),
        not furniture_names().strong.isdisjoint(words),
        not furniture_names().weak.isdisjoint(words) or bool(_PHRASES.search(joined)),
    )


def declares_story(element: _Element) -> bool:
    """Whether an element says that it is the story: by tag, role, microdata or name."""
    if element.tag == "article" or element.get("itemprop") == "articleBody" or element.get("role") == "article":
        return True
    return element.tag in ("div", "section", "main") and _names_story(
        f"{element.get('class') or ''} {element.get('id') or ''}"
    )


@functools.lru_cache(maxsize=8192)
def _names_story(names: str) -> bool:
    return bool(_DECLARED.search(" ".join(word.lower() for word in _SPLIT.split(names) if word)))

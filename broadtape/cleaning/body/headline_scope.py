"""What belongs to the headline: of several texts on a page, the story is the one that its headline stands over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from lxml.etree import _Element

from broadtape.cleaning.page.dom import loose_text
from broadtape.cleaning.page.head import Head, first_meta, fold
from broadtape.cleaning.page.json_ld import text_of

__all__ = ["Headline", "headline_on", "leads"]

_LIKE, _LIKE_BELOW = 0.5, 0.8
"""Share of common words from which an `h1`, and a lesser heading, is the headline."""
_SCOPE = 250
"""Running text, in characters, that makes what stands around a headline a story: the shortest briefs have so much."""
_MOST_HEADINGS = 60
_SLUG_WORDS = 4
_ABOUT = re.compile(
    r"(?:^|[\s_-])(?:image|img|photo|picture|media|caption|copyright|credits?|metas?|by-?lines?|author(?:ed|s)?(?:-by)?|"
    r"bios?|tooltips?|disclosures?|disclaimers?|share|social|dates?|time|tags?)(?:$|[\s_-])",
    re.IGNORECASE,
)
"""Names of what stands around a headline and is no lead; such names are weak, and here nothing else speaks for it."""
_SENTENCE = re.compile(r"[.!?…。！？।][\"'”’»」』)\]]*$")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Headline:
    """The headline as it stands on the page, and the smallest element around it that holds a story's text."""

    element: _Element
    scope: _Element


def headline_on(tree: _Element, head: Head, weight: Mapping[_Element, int]) -> Headline | None:
    """The heading that agrees with what the page, or its address, says the story is called; a sole `h1` all the same.

    `weight` is the running text at or below each element.
    """
    element = _heading(tree, [words for title in _titles(head) if (words := set(fold(title).split()))])
    if element is None:
        return None
    for scope in element.iterancestors():
        if weight.get(scope, 0) >= _SCOPE:
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
    slug = _WORD.findall(unquote(urlsplit(head.url).path.rstrip("/").rsplit("/", 1)[-1]))
    if len(slug) >= _SLUG_WORDS:
        yield " ".join(word for word in slug if not word.isdecimal())


def _heading(tree: _Element, titles: list[set[str]]) -> _Element | None:
    firsts = list(tree.iter("h1"))[:_MOST_HEADINGS]
    for headings, least in ((firsts, _LIKE), (list(tree.iter("h2", "h3"))[:_MOST_HEADINGS], _LIKE_BELOW)):
        rated = [(_likeness(heading, titles), -at, heading) for at, heading in enumerate(headings)]
        best = max(rated, default=None, key=lambda r: r[:2])
        if best is not None and best[0] >= least:
            return best[2]
    return firsts[0] if len(firsts) == 1 else None


def _likeness(heading: _Element, titles: list[set[str]]) -> float:
    own = set(fold(loose_text(heading)).split())
    return max((len(own & words) / len(own | words) for words in titles if own), default=0.0)


def leads(headline: Headline, root: _Element, masses: Mapping[_Element, int]) -> list[_Element]:
    """Blocks of running text between the headline and the story's root, such as a standfirst with a place of its own.

    `masses` is the running text that each block holds itself, furniture left out.
    """
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
        elif below and element in masses and element not in around and _is_lead(element, found):
            found.append(element)
    return []


def _is_lead(element: _Element, found: list[_Element]) -> bool:
    """Whether a block above the story reads as a part of it: a sentence, or a heading below the headline."""
    if found and any(ancestor is found[-1] for ancestor in element.iterancestors()):
        return False
    parent = element.getparent()
    names = f"{element.get('class') or ''} {parent.get('class') or '' if parent is not None else ''}"
    if _ABOUT.search(names) or element.tag in ("td", "th") or element.get("amp-access-hide") is not None:
        return False
    return element.tag in ("h2", "h3", "h4") or bool(_SENTENCE.search(loose_text(element)))

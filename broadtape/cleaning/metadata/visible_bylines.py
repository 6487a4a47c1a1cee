"""Bylines that a page shows, those of its own story: marked as such, or lines near the headline that begin like one."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import unquote

from lxml.etree import _Element

from broadtape.cleaning.metadata.date_labels import has_year
from broadtape.cleaning.metadata.editorial_flags import section_of, tags_of
from broadtape.cleaning.metadata.name_kinds import is_person
from broadtape.cleaning.metadata.names import is_by, says_by
from broadtape.cleaning.metadata.visible_dates import label_of
from broadtape.cleaning.page.dom import inner_text, short_text
from broadtape.cleaning.page.elements import Elements
from broadtape.cleaning.page.head import Head, fold
from broadtape.cleaning.page.own_part import AUTHOR_PAGE, OwnPart
from broadtape.urls import host_of

__all__ = ["Byline", "bylines", "names_beside_dates", "topics_of"]

_MOST, _LONGEST, _LINE = 12, 200, 120
_BYLINE = re.compile(
    r"(?:^|[\s_-])(?:by-?line|author|authors|contributor|(?:article|post|entry|story)-?(?:author|by))s?"
    r"(?:[\s_-]{0,2}(?:name|link|text)s?)?(?:$|[\s_-])",
    re.IGNORECASE,
)
_NAME_OF_AUTHOR = re.compile(
    r"(?:^|[\s_-])(?:author|byline|writer)s?[\s_-]{0,2}(?:name|link)(?:$|[\s_-])|"
    r"(?=.*(?:^|\s)author(?:$|\s)).*(?:^|\s)vcard(?:$|\s)|(?:^|\s)(?:fn n|url fn)(?:$|\s)",
    re.IGNORECASE,
)
_ABOUT_AUTHOR = re.compile(
    r"(?:bio|desc(?:ription)?|tooltip|about|social|avatar|photo|image|picture|job|role|position|label|date)s?(?:$|[\s_-])",
    re.IGNORECASE,
)
"""Names of what stands beside an author's name: where it is there, too, it stands in an element of its own."""
_MARKS = ("rel", "href", "itemprop", "class")
"""Attributes by which bylines are marked."""
_TAGS = ("span", "div", "p", "a", "address", "li", "cite", "td", "h4", "h5", "h6", "strong", "em", "small", "b")
_LABELS = ("span", "div", "p", "b", "strong", "em", "small", "dt", "h2", "h3", "h4", "h5", "h6")
_LONGEST_LABEL, _LONGEST_NAME = 24, 60

_AT_FOOT = re.compile(
    r"(?:this (?:post|article|story|guide|piece) was )?(?:written|authored) by[:\s]|(?:verfasst|geschrieben) von[:\s]|"
    r"(?:écrit|rédigé) par[:\s]|(?:escrito|redactado) por[:\s]|(?:scritto da|a cura di)[:\s]|"
    r"(?:authors?|autor(?:in(?:nen)?|en|es|a)?|auteure?s?|autor[ei]|contributors?)\s?:",
    re.IGNORECASE,
)
"""What a byline at a story's foot begins with: a mere `by` begins sentences and credits, too."""
_OF_OTHERS = re.compile(
    r"\b(?:edited|reviewed|(?:fact[ -]?)?checked|verified|approved|translated|photos?|photographs?|illustrations?|"
    r"redigiert|geprüft|übersetzt|relu|vérifié|revisado|editado|traducido|revisione)\s*(?:by|von|par|por|da|di)?\s*:?\s*$",
    re.IGNORECASE,
)
"""What stands before the name of somebody who did not write the story."""
_READING_TIME = re.compile(r"\d\s?-?\s?min")
_BESIDE = 2
"""Lines from a date within which a name stands that nothing marks."""

Byline = tuple[str, str]
"""What an element is called, so that its likes are told from others, and its text. Called `name` where the markup says
that it holds the name of the author and nothing else, `line` where only its words tell."""


def bylines(elements: Elements, own: OwnPart, language: str | None) -> Iterator[Byline]:
    """What stands where the story's bylines stand: near its headline, then elsewhere in its part."""
    near = [e for e in own.near if e.tag in _TAGS]
    seen = set(near)
    elsewhere = (e for e in elements.having(*_MARKS) if e.tag in _TAGS and e not in seen)
    marked = (e for e in (*near, *elsewhere) if _is_byline(e) and own.has(e) and not _OF_OTHERS.search(label_of(e)))
    yield from islice(((_called(e), text) for e in marked if (text := _text(e))), _MOST)
    for element, text in own.lines:
        if element.tag in _TAGS:
            yield from (("line", piece) for piece in _pieces(element, text) if says_by(piece, language))
    for label in elements.tagged(*_LABELS):
        if _is_label(label, language) and own.has(label) and (name := _text_behind(label)):
            yield "line", f"{inner_text(label)} {name}"
    for element in elements.tagged(*_LABELS):
        words = element.text or next((child.text or "" for child in element), "")
        text = short_text(element, _LINE) if _AT_FOOT.match(words.lstrip()) and own.has(element) else None
        if text and not is_by(text, language):
            yield "line", text


def names_beside_dates(own: OwnPart, language: str | None) -> Iterator[str]:
    """The lines that look like a person's name beside a date or a reading time under the headline, marked as nothing.

    Names of sections and topics look the same: see `topics_of`.
    """
    lines = list(_leaves(own))
    for at, (_, text) in enumerate(lines):
        beside = (line for _, line in lines[max(0, at - _BESIDE) : at + _BESIDE + 1])
        if is_person(text) and not is_by(text, language) and any(map(_tells_time, beside)):
            yield text


def topics_of(elements: Elements, head: Head) -> set[str]:
    """What a page calls its groups of stories, folded: texts of links within its host but for those to authors' pages,
    folders of its address, and what its head says."""
    host = host_of(head.url)
    told = {fold(name) for name in (section_of(head) or "", *tags_of(head))}
    told.update(fold(unquote(folder)).replace("_", " ") for folder in head.url.split("/")[3:])
    for link in elements.tagged("a"):
        href = link.get("href") or ""
        inward = not href.startswith(("http:", "https:")) or host_of(href) == host
        if href and inward and not AUTHOR_PAGE.search(href):
            told.add(fold(short_text(link, _LONGEST_NAME) or ""))
    return told


def _pieces(element: _Element, text: str) -> Iterator[str]:
    """A line, and what stands in it behind an element: `<time>3 March</time> by Ada Quill`."""
    yield text
    yield from (" ".join(child.tail.split()) for child in element if child.tail and not child.tail.isspace())


def _leaves(own: OwnPart) -> Iterator[tuple[_Element, str]]:
    """The lines between the headline and the first paragraph, and those just before it, each with the innermost element
    that holds it."""
    for elements in (own.behind, own.ahead):
        for element in elements:
            text = short_text(element, _LINE)
            if text is None and element.tag == "p":
                break
            if text and not any(inner_text(child).strip() for child in element):
                yield element, text


def _tells_time(line: str) -> bool:
    return len(line) <= _LONGEST_NAME and (has_year(line) or bool(_READING_TIME.search(line)))


def _is_label(element: _Element, language: str | None) -> bool:
    """Whether an element says `Written by` and nothing else: the name stands in another one."""
    words = (element.text or "").strip()
    return 1 < len(words) <= _LONGEST_LABEL and not len(element) and is_by(words, language)


def _text_behind(label: _Element) -> str | None:
    """The few words right behind a label: on its own line, or in the next element."""
    if words := (label.tail or "").strip(" \n\t|,:"):
        return words if len(words) <= _LONGEST_NAME else None
    parent = label.getparent()
    behind = label.getnext()
    if behind is None and parent is not None and not len(inner_text(parent)) > _LONGEST_LABEL:
        behind = parent.getnext()
    return short_text(behind, _LONGEST_NAME) if behind is not None and isinstance(behind.tag, str) else None


def _is_byline(element: _Element) -> bool:
    return (
        element.get("rel") == "author"
        or (element.tag == "a" and bool(AUTHOR_PAGE.search(element.get("href") or "")))
        or element.get("itemprop") in ("author", "name author")
        or _names_byline(element.get("class") or "")
    )


@functools.lru_cache(maxsize=8192)
def _names_byline(names: str) -> bool:
    return bool(_BYLINE.search(names)) and not _ABOUT_AUTHOR.search(names)


def _called(element: _Element) -> str:
    if element.get("rel") == "author" or _NAME_OF_AUTHOR.search(element.get("class") or ""):
        return "name"
    return f"{element.tag} {element.get('class')}"


def _text(element: _Element) -> str | None:
    named = next((e for e in element.iter() if e.get("itemprop") == "name"), element)
    stated = named.get("content")
    return " ".join(stated.split())[:_LONGEST] if stated else short_text(named, _LONGEST)

"""What a class, an id or a `data-*` name says of an element: that it is furniture, that it does not show, or
nothing."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from broadtape.cleaning.boilerplate.rule_set import furniture_names

__all__ = ["NOTHING", "Said", "names_author", "names_next", "names_speaker", "names_story", "said", "words_of"]


class Said(NamedTuple):
    """How surely names call an element furniture, and whether they say that it does not show."""

    sure: bool = False
    strong: bool = False
    weak: bool = False
    unseen: bool = False


NOTHING = Said()
# Runs of words, parted by one space.
_PHRASES = re.compile(
    r"\b(?:read (?:more|next|also)|more (?:from|on|stories|articles|news|like|in)|see also|"
    r"most (?:read|popular|viewed)|"
    r"you may|up next|next (?:article|story|up)|"
    r"article (?:footer|tags|meta|tools|share|info|actions|header meta)|"
    r"post (?:meta|footer|tags|share|navigation)|entry (?:meta|footer)|about (?:the )?author|author (?:bio|box|info)|"
    r"follow us|inline (?:promo|newsletter|related)|"
    r"content tools|latest (?:news|stories)|top stories|trust project|pull quote|"
    r"app (?:promo|download|store)|call to action|cta|ticker tape|stock (?:widget|ticker)|"
    r"mvp post add|infinite scroll|jp relatedposts|wp caption text|audio player|text to speech|listen to)\b"
)
_NEXT = re.compile(r"^(?:up next|next (?:article|story|post))\b")
_UNSEEN = re.compile(
    r"(?:\b(?:print only|screen reader text|(?:visually|visibly) hidden|sr only)\b|"
    r"^(?:(?:is )?(?:hidden|hide|invisible)|d none)$)"
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
_AUTHOR = frozenset(
    "author authors authorbox authorbio authorinfo authorprofile postauthor aboutauthor bio biography contributor "
    "contributors saboxplugin".split()
)
_SPEAKER = frozenset("author byline contributor".split())
_BY_AUTHOR = frozenset("comment comments disclaimer disclosure note notes quote pullquote testimonial".split())
"""What an author, or somebody else called one, says rather than is."""
_SPLIT = re.compile(r"(?<=[a-z])(?=[A-Z])|[^A-Za-z0-9]+")
_BESIDE = frozenset("above after before below beneath has have hasnt no non not under with without".split())
"""A name that goes on from here says what stands beside or within: `has-footer`, `above-footer`, `no-comments`."""
_STATES = frozenset(
    "closed collapsed disabled enabled fixed free loaded off on open opened ready sticky visible".split()
)
"""A name that ends so tells the state of something elsewhere: `comments-closed`, `ad-free`, `menu-open`."""
_STYLES = frozenset("backface bg color font overflow text typography".split())
"""A name that begins so is a style, not a thing: `overflow-hidden`, `text-caption`."""
_SHOWN_AT = re.compile(r"(?:^|\s)[a-z0-9]{2,3}:(?:block|flex|grid|inline|table|contents)")
"""`hidden md:block` hides on small screens only."""


@functools.lru_cache(maxsize=8192)
def said(names: str) -> Said:
    """What the names of an element, parted by spaces, say together."""
    if "hentry" in names or "type-post" in names:
        return NOTHING
    whole = " ".join(words_of(names))
    if _STORY.search(whole):
        return NOTHING
    tokens = [words for token in names.split() if (words := list(_telling(token)))]
    known = furniture_names()
    single = {word for words in tokens for word in words}
    joined = [" ".join(words) for words in tokens]
    unseen = any(map(_UNSEEN.search, joined)) and not _SHOWN_AT.search(names)
    compound = {"".join(pair) for words in tokens for pair in pairwise(words)}
    return Said(
        not known.sure.isdisjoint(single | compound),
        not known.strong.isdisjoint(single),
        not known.weak.isdisjoint(single) or any(map(_PHRASES.search, joined)),
        unseen,
    )


def words_of(name: str) -> list[str]:
    """The words of a name, in lower case: `articleBody ad-free` has four."""
    return [word.lower() for word in _SPLIT.split(name) if word]


def _telling(token: str) -> Iterator[str]:
    """The words of one name that tell what the element itself is."""
    if ":" in token:
        return
    words = words_of(token)
    if len(words) > 1 and words[0] in _STYLES and not _PHRASES.search(" ".join(words)):
        return
    if len(words) > 1 and words[-1] in _STATES:
        words = words[:-2]
    for word in words:
        if word in _BESIDE:
            return
        yield word


@functools.lru_cache(maxsize=8192)
def names_next(names: str) -> bool:
    """Whether names say that an element is the story that comes next."""
    return any(_NEXT.search(" ".join(words_of(token))) for token in names.split())


@functools.lru_cache(maxsize=8192)
def names_author(names: str) -> bool:
    """Whether names say that an element is about the author, and not what the author adds to the story."""
    words = {word for token in names.split() for word in _telling(token)}
    return not words.isdisjoint(_AUTHOR) and words.isdisjoint(_BY_AUTHOR)


@functools.lru_cache(maxsize=8192)
def names_speaker(names: str) -> bool:
    """Whether names may be those of somebody who talks: what elsewhere is an author's."""
    return any(not _SPEAKER.isdisjoint(words_of(token)) for token in names.split())


@functools.lru_cache(maxsize=8192)
def names_story(names: str) -> bool:
    """Whether names say that an element is the story's body."""
    return bool(_DECLARED.search(" ".join(words_of(names))))

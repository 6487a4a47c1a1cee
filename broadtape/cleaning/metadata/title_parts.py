"""Titles without what is no headline: the outlet's name, its sections, words that say what kind of page it is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from broadtape.cleaning.page.head import Head, fold

__all__ = ["SEPARATOR", "clean_title", "without_outlet"]

# What stands between a headline and the outlet's name.
SEPARATOR = re.compile(r"\s+[|\-–—·•»:*⋆]+\s+|\s*[|｜]\s*|(?<=\S)[:：]\s*(?=\S+$)")
_TITLE_WORDS = re.compile(r"(news|online|com|magazine|newspaper|report|nachrichten|actualités|noticias)", re.IGNORECASE)
_GENERIC = re.compile(
    r"\W*(?:home(?:page)?|(?:latest )?news|articles?|stor(?:y|ies)|untitled(?: document)?|document|page|index|default|"
    r"title|welcome|loading|please wait|blog archive|startseite|accueil|inicio|hem|главная|首页|ホーム)\W*$",
    re.IGNORECASE,
)
_LONG_LABEL, _MOST_OF_A_NAME = 5, 4
"""Letters of a part of a host that is a name of its own, and words of a site's name that begins with it."""
_HALF = 0.5


def clean_title(title: str | None, head: Head) -> str | None:
    """A title without the outlet's name; None for one that is nothing else, or says only what kind of page it is."""
    names = _names_of_the_site(head)
    bare = _without_section(without_outlet(title, names), head, names) if title else ""
    return bare if bare and not _GENERIC.match(bare) and not _is_outlet(bare, _known(names)) else None


def _without_section(title: str, head: Head, names: tuple[str, ...]) -> str:
    """`title` without what stands apart behind it and is a folder of its address or begins with its host, and without
    a word before it that says what kind of page it is."""
    folders = {_words_of(folder) for folder in urlsplit(head.url).path.strip("/").split("/")[:-1]}
    while (bare := _before_last(title)) != title:
        last = title[len(bare) :]
        if fold(last) not in folders and not _is_named_for_host(last, head):
            break
        title = without_outlet(bare, names)
    first, *others = SEPARATOR.split(title, maxsplit=1)
    return others[0] if others and _GENERIC.match(first) else title


def _words_of(path: str) -> str:
    return fold(unquote(path).replace("-", " ").replace("_", " "))


def _is_named_for_host(piece: str, head: Head) -> bool:
    """Whether few words behind a bar begin with the outlet's host: `| Tapewire Community Forum`."""
    words = fold(piece)
    labels = {name for name in head.outlet_names if len(name) >= _LONG_LABEL and name.isalnum()}
    few = piece.lstrip().startswith("|") and len(words.split()) <= _MOST_OF_A_NAME
    return few and words.replace(" ", "").startswith(tuple(fold(label) for label in labels))


def _names_of_the_site(head: Head) -> tuple[str, ...]:
    """The outlet's names, and a heading that stands at an end of every title while the address speaks of the rest."""
    slug = set(_words_of(urlsplit(head.url).path).split())
    pieces = [fold(piece) for piece in SEPARATOR.split(head.page_title or "")]
    if not head.headings or len(pieces) < 2:
        return head.outlet_names
    heading = fold(head.headings[0])
    rest = {heading == pieces[0]: pieces[-1], heading == pieces[-1]: pieces[0]}.get(True)
    spoken = rest is not None and not slug.intersection(heading.split()) and _share(rest.split(), slug) >= _HALF
    return (*head.outlet_names, head.headings[0]) if spoken else head.outlet_names


def _share(words: list[str], among: set[str]) -> float:
    return sum(word in among for word in words) / max(1, len(words))


def without_outlet(title: str, names: Iterable[str]) -> str:
    """`title` without an outlet's name that stands apart at either end."""
    known = _known(names)
    while pieces := SEPARATOR.split(title):
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
    ends = [match.start() for match in SEPARATOR.finditer(title)]
    return title[: ends[-1]] if ends else title

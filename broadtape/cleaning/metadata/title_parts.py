"""Titles without what is no headline: the outlet's name, its sections, words that say what kind of page it is."""

from __future__ import annotations

import functools
import re
from collections.abc import Container, Iterable
from dataclasses import dataclass
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
_MOST_APART = 8
"""Pieces that are taken off a title: an outlet, a section or two, what the page is. A page may state thousands."""


@dataclass(frozen=True, slots=True)
class _Site:
    """What a page's outlet and address are called, folded: none of it is part of a headline where it stands apart."""

    known: frozenset[str]
    folders: frozenset[str]
    hosts: tuple[str, ...]


def clean_title(title: str | None, head: Head) -> str | None:
    """A title without the outlet's name; None for one that is nothing else, or says only what kind of page it is."""
    if not title:
        return None
    site = _site(head.url, head.outlet_names, head.page_title or "", next(iter(head.headings), ""))
    bare = _without_section(_without_known(title, site.known), site)
    return bare if bare and not _GENERIC.match(bare) and not _is_outlet(bare, site.known) else None


def without_outlet(title: str, names: Iterable[str]) -> str:
    """`title` without an outlet's name that stands apart at either end."""
    return _without_known(title, _known(names))


@functools.lru_cache(maxsize=64)
def _site(url: str, names: tuple[str, ...], page_title: str, heading: str) -> _Site:
    path = _path(url)
    if _is_the_sites(fold(heading), page_title, set(_words_of(path).split())):
        names = (*names, heading)
    folders = frozenset(map(_words_of, path.strip("/").split("/")[:-1]))
    hosts = tuple(fold(name) for name in names if len(name) >= _LONG_LABEL and name.isalnum())
    return _Site(_known(names), folders, hosts)


def _is_the_sites(heading: str, page_title: str, address: set[str]) -> bool:
    """Whether a heading stands at an end of the page's title while the words of its address speak of the other."""
    first, *_, last = [fold(piece) for piece in SEPARATOR.split(page_title)] * 2
    if first == last or heading not in (first, last) or address.intersection(heading.split()):
        return False
    return _share((last if heading == first else first).split(), address) >= _HALF


def _without_section(title: str, site: _Site) -> str:
    """`title` without what stands apart behind it and is a folder of its address or begins with its host, and without
    a word before it that says what kind of page it is."""
    for _ in range(_MOST_APART):
        bare = _before_last(title)
        last = title[len(bare) :]
        if not last or (fold(last) not in site.folders and not _is_named_for_host(last, site)):
            break
        title = _without_known(bare, site.known)
    first, *others = SEPARATOR.split(title, maxsplit=1)
    return others[0] if others and _GENERIC.match(first) else title


def _is_named_for_host(piece: str, site: _Site) -> bool:
    """Whether few words behind a bar begin with the outlet's host: `| Tapewire Community Forum`."""
    words = fold(piece)
    few = piece.lstrip().startswith("|") and len(words.split()) <= _MOST_OF_A_NAME
    return few and words.replace(" ", "").startswith(site.hosts)


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def _words_of(path: str) -> str:
    return fold(unquote(path).replace("-", " ").replace("_", " "))


def _share(words: list[str], among: set[str]) -> float:
    return sum(word in among for word in words) / max(1, len(words))


def _without_known(title: str, known: Container[str]) -> str:
    for _ in range(_MOST_APART):
        pieces = SEPARATOR.split(title)
        if len(pieces) < 2:
            break
        if _is_outlet(pieces[-1], known):
            title = _before_last(title)
        elif _is_outlet(pieces[0], known):
            title = title[len(pieces[0]) :].lstrip(" |-–—·•»:*｜：")
        else:
            break
    return title.strip()


def _known(names: Iterable[str]) -> frozenset[str]:
    folded = {fold(name) for name in names}
    return frozenset(folded | {name.replace(" ", "") for name in folded})


def _is_outlet(piece: str, known: Container[str]) -> bool:
    folded = fold(piece)
    if not folded:
        return True
    bare = fold(_TITLE_WORDS.sub(" ", piece)).replace(" ", "")
    return folded in known or folded.replace(" ", "") in known or (len(bare) > 2 and bare in known)


def _before_last(title: str) -> str:
    ends = [match.start() for match in SEPARATOR.finditer(title)]
    return title[: ends[-1]] if ends else title

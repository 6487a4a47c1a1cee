"""Who wrote a story: names only, without roles, places, addresses or the outlet's accounts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from broadtape.cleaning.page.head import Head, fold
from broadtape.cleaning.page.json_ld import as_list, text_of

__all__ = ["authors_of", "only_outlet", "people_in", "split_names"]

AUTHOR_METAS = (
    "author", "article:author", "article:author_name", "parsely-author", "sailthru.author", "cxenseparse:author",
    "dc.creator", "dcterms.creator", "og:article:author", "og:author", "byl", "articleauthor", "creator",
)  # fmt: skip

_BY = re.compile(
    r"^\s*(?:(?:words|story|text|texte|testo|reported|written|posted|published|updated|article|analysis|opinion)\s+)*"
    r"(?:by|von|par|por|di|da|av|af|door|от|oleh|přispěl|autor(?:in)?:?|author:?|by:|text:|foto:)\s+",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"\S+@\S+|https?://\S+|www\.\S+|(?<!\w)@\w+")
_BRACKETS = re.compile(r"\s*[(\[（][^)\]）]{0,60}[)\]）]")
_JOIN = re.compile(r"\s*(?:[;|/•·–—\n]|,?\s(?:and|und|et|y|e|og|och|en|und von|&)\s|\s-\s)\s*", re.IGNORECASE)
_COMMA = re.compile(r"\s*[,，、]\s*")
_ROLE = re.compile(
    r"\b(reporter|editor|correspondent|columnist|staff|writer|contributor|producer|journalist|chief|bureau|senior|"
    r"director|manager|analyst|anchor|redakt\w+|korrespondent\w*|journaliste?|chroniqueu\w+|rédact\w+|redazione|"
    r"redactor\w*|corresponsal|periodista|giornalista|special to|news ?desk|editorial|fellow|professor|economist|"
    r"contributing|freelance\w*|founder|ceo|host|author of|in [A-Z]\w+)\b",
    re.IGNORECASE,
)
_CREDENTIAL = re.compile(
    r"^(CFA|CFP|CPA|CEPF|MBA|Ph\.?D|JD|J\.D|M\.?D|Jr|Sr|II|III|IV|EA|ChFC|RICP|MSc|B\.?A)\W*$", re.IGNORECASE
)
_DATE = re.compile(
    r"\b((?:19|20)\d{2}|\d{1,2}:\d{2}|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d{1,2})\b.*$",
    re.IGNORECASE,
)
_PLACE_TAIL = re.compile(r"\s+\bin\s+[A-Z][\w. ]{2,30}$")
_ACCOUNT = re.compile(
    r"^(admin\w*|root|user\d*|editor|webmaster|guest|null|undefined|none|unknown|anonymous|\W*|\d+)$", re.IGNORECASE
)
_CORPORATE = re.compile(
    r"\b(gmbh|inc|llc|ltd|verlag|developer|limited|s\.?a\.?s|rundfunk|corporation)\b", re.IGNORECASE
)
_PARTICLES = frozenset(
    [
        "de",
        "da",
        "di",
        "del",
        "della",
        "van",
        "von",
        "der",
        "den",
        "ter",
        "la",
        "le",
        "el",
        "al",
        "bin",
        "ibn",
        "dos",
        "das",
        "du",
        "y",
        "e",
        "af",
        "zu",
    ]
)
_NOT_A_NAME = re.compile(
    r"(?i)\b(?:twitter|facebook|instagram|linkedin|email|content|contributor|follow|share|comment|please|name|read|more|"
    r"published|updated|news|posts?|articles?|about|author|agenc(?:y|ies)|with|quelle|source|view|profile|today)\b|[:*?!]"
)
_MAX_NAME = 60


def authors_of(head: Head, bylines: Iterable[str] = (), dom: Iterable[tuple[str, str]] = ()) -> tuple[str, ...]:
    """The names a page states, in its order.

    `bylines` are what the outlet's own selectors found; `dom` what stands where bylines stand, as (what the element is
    called, its text), and is only looked at where nothing else names a person. JSON-LD is believed first, then meta
    tags; the outlet itself counts as the author when nobody else is named.
    """
    if named := tuple(split_names(bylines)):
        return named
    outlets = _outlets(head)
    stated = (tuple(split_names(_structured(head))), tuple(split_names(_metas(head))))
    for names in stated:
        if people := tuple(n for n in names if not _is_outlet(n, outlets)):
            return people
    return _visible(dom, outlets) or next((names for names in stated if names), ())


def people_in(lines: Iterable[str], head: Head) -> tuple[str, ...]:
    """The people that lines standing alone above or below a story name: bylines that are marked as nothing."""
    outlets = _outlets(head)
    return _visible((("line", line.replace("/", ", ")) for line in lines), outlets)


def only_outlet(authors: Iterable[str], head: Head) -> bool:
    """Whether `authors` names nobody but the outlet itself."""
    outlets = _outlets(head)
    return all(_is_outlet(name, outlets) for name in authors)


def _visible(dom: Iterable[tuple[str, str]], outlets: set[str]) -> tuple[str, ...]:
    """The people named by the first element that names any, and by others that are called the same."""
    first: str | None = None
    found: dict[str, None] = {}
    for called, text in dom:
        if first is None or called == first:
            people = [n for n in split_names([text]) if _is_person(n) and not _is_outlet(n, outlets)]
            if people:
                first = called
                found.update(dict.fromkeys(people))
    return tuple(found)


def _is_person(name: str) -> bool:
    """Whether what stands in a byline's place looks like a person's name."""
    words = name.split()
    if not 2 <= len(words) <= 5 or _ROLE.search(name) or _NOT_A_NAME.search(name):
        return False
    return all(word[0].isupper() or word.lower() in _PARTICLES for word in words) and not any(c.isdigit() for c in name)


def split_names(texts: Iterable[str]) -> Iterator[str]:
    """The names in bylines, each once."""
    seen: set[str] = set()
    for text in texts:
        for name in _names(text):
            if fold(name) not in seen:
                seen.add(fold(name))
                yield name


def _names(text: str) -> Iterator[str]:
    text = _ADDRESS.sub(" ", _BRACKETS.sub("", text))
    text = _DATE.sub("", _BY.sub("", " ".join(text.split())))
    for part in _JOIN.split(text):
        yield from _of_part(part)


def _of_part(part: str) -> Iterator[str]:
    """Names in a part of a byline that commas divide: other names, credentials, roles or places."""
    pieces = [_BY.sub("", _PLACE_TAIL.sub("", p)).strip(" .:–—-*|") for p in _COMMA.split(part) if p]
    if len(pieces) == 2 and all(len(p.split()) == 1 and p.istitle() for p in pieces):
        pieces = [f"{pieces[1]} {pieces[0]}"]  # written as in a catalogue
    names: list[str] = []
    for i, piece in enumerate(pieces):
        if i and names and _CREDENTIAL.match(piece):
            names[-1] = f"{names[-1]}, {piece}"
        elif not (i and _ROLE.search(piece)) and _is_name(piece) and not (i and _is_place(piece, pieces)):
            names.append(piece)
    yield from names


def _is_place(piece: str, pieces: list[str]) -> bool:
    """Whether a single word after a full name is where it was written: `Jane Roe, Frankfurt`."""
    return " " not in piece and any(" " in other for other in pieces) and piece.isascii()


def _is_name(piece: str) -> bool:
    return (
        1 < len(piece) <= _MAX_NAME
        and not _ACCOUNT.match(piece)
        and len(piece.split()) <= 7
        and any(c.isalpha() for c in piece)
        and not (len(piece.split()) > 3 and _ROLE.search(piece) and piece[:1].islower())
    )


def _structured(head: Head) -> Iterator[str]:
    story = head.data.story
    for key in ("author", "creator"):
        found = False
        for value in as_list(story.get(key)):
            node = head.data.resolve(value)
            name = text_of(node.get("name")) or _parts(node) if isinstance(node, dict) else text_of(node)
            if name:
                found = True
                yield name
        if found:
            return


def _parts(node: dict[str, object]) -> str | None:
    names = [text_of(node.get("givenName")), text_of(node.get("familyName"))]
    return " ".join(n for n in names if n) or None


def _metas(head: Head) -> Iterator[str]:
    for name in AUTHOR_METAS:
        values = [
            v
            for v in head.metas.get(name, ())
            if not v.startswith(("http:", "https:", "/")) and "@" not in v and not _CORPORATE.search(v)
        ]
        if values:
            yield from values
            return


def _outlets(head: Head) -> set[str]:
    """The outlet's names; those made of its host count without a space, as a person may own a host of their name."""
    return {fold(name) for name in head.outlet_names}


def _is_outlet(name: str, outlets: set[str]) -> bool:
    return fold(name) in outlets

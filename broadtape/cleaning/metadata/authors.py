"""Who wrote a story: people where any are named, without roles, places, addresses or the outlet's accounts."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator

from broadtape.cleaning.metadata.name_kinds import is_one_word, is_organisation, is_person
from broadtape.cleaning.metadata.names import says_by, split_names
from broadtape.cleaning.metadata.visible_bylines import Byline
from broadtape.cleaning.page.head import Head, fold
from broadtape.cleaning.page.json_ld import as_list, text_of

__all__ = ["authors_of", "only_outlet", "people_in"]

AUTHOR_METAS = (
    "author", "article:author", "article:author_name", "parsely-author", "sailthru.author", "cxenseparse:author",
    "dc.creator", "dcterms.creator", "og:article:author", "og:author", "byl", "articleauthor", "creator",
)  # fmt: skip
_LABELLED = (("twitter:label1", "twitter:data1"), ("twitter:label2", "twitter:data2"))
"""Metas of shared cards, of which one says what the other is."""
_MOST_WORDS, _SHORT_LINE, _DATED_LINE = 6, 4, 8
"""Words of an organisation's name, of a line that is a name behind `by`, and of one that a time follows."""
_WORD = re.compile(r"[^\W\d_]+")
_HOST = re.compile(r"(?:[\w-]+\.)+[a-z]{2,10}", re.IGNORECASE)
_COMPANIES = frozenset(["Organization", "NewsMediaOrganization", "Corporation", "LocalBusiness", "WebSite"])


def authors_of(head: Head, bylines: Iterable[str] = (), shown: Iterable[Byline] = ()) -> tuple[str, ...]:
    """The names a page states, in its order.

    `bylines` are what the outlet's own selectors found; `shown` what stands where bylines stand, and is only looked at
    where nothing else names a person. JSON-LD is believed first, then meta tags; an organisation, the outlet before
    all, counts as the author when nobody else is named.
    """
    language = _language(head)
    if named := tuple(split_names(bylines, language)):
        return named
    outlets = _outlets(head)
    people, companies = _structured(head)
    stated = [tuple(split_names(names, language)) for names in (people, _own_names(_metas(head), outlets))]
    found = _longest([_people_of(names, outlets) for names in stated])
    if any(" " in name or is_person(name) for name in found):
        return found
    lines = sorted(shown, key=lambda line: line[0] != "name")
    seen = _visible(lines, outlets, language)
    if found and not any(map(is_person, seen)):
        return found
    desks = tuple(dict.fromkeys(_desks(lines, outlets, language)))
    organisations = (*stated, tuple(dict.fromkeys(companies)), desks)
    return seen or next((names for names in organisations if names), ())


def _people_of(names: tuple[str, ...], outlets: set[str]) -> tuple[str, ...]:
    """Names without organisations; beside a person what is called as its host is none: `Ada Quill, Larch Freight`."""
    people = [name for name in names if not _is_company(name, outlets)]
    hosts = {outlet for outlet in outlets if " " not in outlet}
    others = [name for name in people if fold(name).replace(" ", "") not in hosts]
    return tuple(others if any(map(is_person, others)) else people)


def _longest(named: list[tuple[str, ...]]) -> tuple[str, ...]:
    """The first that names anybody, or the one after it that names these and other people."""
    first, *others = [names for names in named if names] or [()]
    known = {fold(name) for name in first}
    people = (names for names in others if all(map(is_person, names)))
    return next((names for names in people if known < {fold(name) for name in names}), first)


def _own_names(values: Iterable[str], outlets: set[str]) -> Iterator[str]:
    """What tags name, without the address of an outlet that names itself: `tape.example, Oslo, Norway`."""
    for value in values:
        first = value.partition(",")[0].strip()
        yield first if _is_outlet(first, outlets) or _HOST.fullmatch(first) else value


def people_in(lines: Iterable[str], head: Head, text: str = "", topics: Container[str] = ()) -> tuple[str, ...]:
    """The people that lines standing alone above or below a story name: bylines that are marked as nothing.

    A line has to say `by`, or be the only one that is nothing but a name whose words the story's `text` has nowhere in
    small letters: what else stands there are headings and links, in words that look like names. `topics` (folded) are
    what the page calls its groups of stories.
    """
    language = _language(head)
    small = {word for word in _WORD.findall(text) if word.islower()}
    lines = list(lines)
    said = [line.replace("/", ", ") for line in lines if says_by(line, language)]
    bare = {line for line in lines if _is_bare_name(line, small) and fold(line) not in topics}
    return _visible((("line", line) for line in said or (bare if len(bare) == 1 else ())), _outlets(head), language)


def _is_bare_name(line: str, small: set[str]) -> bool:
    words = [word.casefold() for word in _WORD.findall(line)]
    return not line.isupper() and is_person(line) and len(words) > 1 and not small.intersection(words)


def only_outlet(authors: Iterable[str], head: Head) -> bool:
    """Whether `authors` names nobody but the outlet itself."""
    outlets = _outlets(head)
    return all(_is_outlet(name, outlets) for name in authors)


def _visible(shown: Iterable[Byline], outlets: set[str], language: str | None) -> tuple[str, ...]:
    """The people named by the first element that names any, and by others that are called the same."""
    first: str | None = None
    found: dict[str, None] = {}
    for called, text in shown:
        if first is None or called == first:
            names = [n for n in split_names([text], language) if not _is_outlet(n, outlets)]
            people = [n for n in names if is_person(n) or _goes_by(n, names, called, text, language)]
            if people:
                first = called
                found.update(dict.fromkeys(people))
    return tuple(found)


def _desks(shown: Iterable[Byline], outlets: set[str], language: str | None) -> Iterator[str]:
    """The team or organisation that a byline names, or that is all that stands in one."""
    for called, text in shown:
        by = called == "name" or says_by(text, language)
        names = [n for n in split_names([text], language) if _is_company(n, outlets)]
        whole = called != "line" and [fold(n) for n in names] == [fold(text)]
        if by or whole:
            cased = (n for n in names if n[:1].isupper() or (called == "name" and _is_outlet(n, outlets)))
            yield from (n for n in cased if len(n.split()) <= (_MOST_WORDS if by else _SHORT_LINE))


def _goes_by(name: str, names: list[str], called: str, text: str, language: str | None) -> bool:
    """Whether an author goes by one word: where the markup says that a name stands there, or a line says `by` it."""
    if len(names) != 1 or not is_one_word(name):
        return False
    if called == "name" or not says_by(text, language):
        return called == "name"
    words = len(text.split())
    return words <= _DATED_LINE if called != "line" else words <= _SHORT_LINE and not name[0].islower()


def _structured(head: Head) -> tuple[list[str], list[str]]:
    """The people and the organisations that the story's JSON-LD names as its authors."""
    story = head.data.story
    for key in ("author", "creator"):
        people: list[str] = []
        companies: list[str] = []
        for value in as_list(story.get(key)):
            node = head.data.resolve(value)
            is_company = isinstance(node, dict) and bool(_COMPANIES & {str(t) for t in as_list(node.get("@type"))})
            (companies if is_company else people).extend(_named(node))
        if people or companies:
            return people, companies
    return [], []


def _named(node: object) -> Iterator[str]:
    if not isinstance(node, dict):
        if name := text_of(node):
            yield name
        return
    names = [name for value in as_list(node.get("name")) if (name := text_of(value))]
    parts = [text_of(node.get("givenName")), text_of(node.get("familyName"))]
    yield from names or filter(None, [" ".join(part for part in parts if part)])


def _metas(head: Head) -> Iterator[str]:
    for name in AUTHOR_METAS:
        values = [v for v in head.metas.get(name, ()) if not v.startswith(("http:", "https:", "/")) and "@" not in v]
        if values:
            yield from values
            return
    for label, value in _LABELLED:
        if any(says_by(f"{text} X") or "author" in text.lower() for text in head.metas.get(label, ())):
            yield from head.metas.get(value, ())


def _language(head: Head) -> str | None:
    return (head.lang or "")[:2] or None


def _outlets(head: Head) -> set[str]:
    """The outlet's names; those made of its host count without a space, as a person may own a host of their name."""
    names = {fold(name) for name in head.outlet_names}
    return names | {name.removeprefix("the ") for name in names}


def _is_company(name: str, outlets: set[str]) -> bool:
    return _is_outlet(name, outlets) or is_organisation(name)


def _is_outlet(name: str, outlets: set[str]) -> bool:
    return fold(name) in outlets

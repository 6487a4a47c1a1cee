"""The entries of an XML listing, whichever of the formats it is in: items, entries, `<url>`s and `<sitemap>`s."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from spiders.discovery.documents.extent import Extent
from spiders.discovery.documents.markup import Token, attributes
from spiders.discovery.documents.vocabularies import Vocabularies

__all__ = ["Entries", "Entry", "Field"]

Form = Literal["sitemap", "feed"]

_ROOTS: dict[str, Form] = {
    "urlset": "sitemap",
    "sitemapindex": "sitemap",
    "rss": "feed",
    "rdf": "feed",
    "feed": "feed",
    "channel": "feed",
}
_ENTRIES: dict[Form, frozenset[str]] = {
    "sitemap": frozenset({"url", "sitemap"}),
    "feed": frozenset({"item", "entry"}),
}
_SITEMAP_FIELDS = "loc lastmod publication_date title keywords language"
_FEED_FIELDS = (
    "title link guid id description summary pubdate published issued created updated modified author author/name "
    "category language date dc:date dc:created dc:creator dc:language dc:subject dcterms:created dcterms:issued "
    "dcterms:modified prism:publicationdate feedburner:origlink"
)
_FIELDS: dict[Form, frozenset[str]] = {
    "sitemap": frozenset(_SITEMAP_FIELDS.split()),
    "feed": frozenset(_FEED_FIELDS.split()),
}
_OF_FEED = frozenset({"language", "ttl", "dc:language"})
_OLDER = ("next", "prev-archive")
_OPAQUE = frozenset({"source", "image", "textinput", "content", "content:encoded", "media:group", "media:content"})
"""Elements of an item with titles and addresses of their own, which are not the story's."""
_OPAQUE_IN_FEED = frozenset({"image", "textinput"})
_OPAQUE_IN_SITEMAP = frozenset({"image", "video", "image:image", "video:video"})
_WITH_MARKUP = frozenset({"description", "summary", "author"})
_BLOCKS = frozenset({"p", "div", "br", "li", "ul", "ol", "tr", "td", "h1", "h2", "h3", "h4", "blockquote", "table"})
_LONGEST_FIELD = 20_000
_MOST_FIELDS = 200
_MOST_ELEMENTS = 2_000_000
"""Fifty thousand stories with their news elements and some pictures each have about a million."""


@dataclass(slots=True)
class Field:
    """One element of an entry: its text, and its attributes by lower-case name."""

    text: str
    attributes: dict[str, str]


@dataclass(slots=True)
class Entry:
    """One entry: the fields that matter, by local name, with `dc:` and the like before those of other vocabularies."""

    kind: str
    attributes: dict[str, str]
    fields: dict[str, list[Field]] = field(default_factory=dict)

    def text(self, *names: str) -> str | None:
        """The first text that is not blank among the fields of these names, in their order."""
        return next((each.text for name in names for each in self.fields.get(name, ()) if each.text.strip()), None)

    def texts(self, name: str) -> list[str]:
        """Every text of the fields of that name."""
        return [each.text for each in self.fields.get(name, ())]


class Entries:
    """Reads a document's entries one by one; `form`, `language`, `base` and `ttl` are known once entries come.

    Iterating raises ValueError where the document is no listing.
    """

    def __init__(self, found: Iterable[Token], extent: Extent) -> None:
        self._tokens, self._extent = found, extent
        self.form: Form | None = None
        self.index = False
        """Whether the document calls itself an index of sitemaps."""
        self.ttl: str | None = None
        self.language: str | None = None
        self.base = ""
        """The feed's own `xml:base`."""
        self.next_page = ""
        """Where it goes on with older entries (RFC 5005), as it stands there."""
        self._entry: Entry | None = None
        self._open: list[tuple[str, list[str], dict[str, str]]] = []
        self._room = 0
        self._opaque: tuple[str, int] | None = None

    def __iter__(self) -> Iterator[Entry]:
        tags = self._tags()
        root = self._root(tags)
        elements, ended = 0, False
        for token in tags:
            elements += token.kind == "start"
            if elements > _MOST_ELEMENTS:
                self._extent.end(f"it has more than {_MOST_ELEMENTS:,} elements")
                break
            if done := self._take(token):
                yield done
            if token.value == root:
                ended = token.kind == "end"  # and what was put behind it by mistake is read as well
        if not ended:
            self._extent.end(f"it breaks off before </{root[:40]}>")
            self._open = []  # half an address is another one
        if done := self._finished():
            yield done

    def _tags(self) -> Iterator[Token]:
        for token in self._tokens:
            if token.kind == "text":
                self._text(token.value)
            else:
                yield token

    def _root(self, tags: Iterator[Token]) -> str:
        """Looks past whatever stands before the document, such as a server's warnings, and gives its root's name."""
        first: str | None = None
        for token in tags:
            first = first or token.value
            name = token.value.rpartition(":")[2].lower()
            if token.kind == "start" and name in _ROOTS:
                self._begin(_ROOTS[name], token)
                if self._extent.entities and self.form == "sitemap":
                    raise ValueError("declares XML entities, which no sitemap needs")
                return token.value
            if name == "html":
                break
        raise ValueError(f"no feed and no sitemap: {f'it is <{first[:40]}>' if first else 'there is no markup in it'}")

    def _begin(self, form: Form, root: Token) -> None:
        told = attributes(root.more)
        self.index = root.value.lower().endswith("sitemapindex")
        self.form, self.base, self.language = form, told.get("xml:base", ""), told.get("xml:lang")
        self._vocabularies = Vocabularies(root)

    def _take(self, token: Token) -> Entry | None:
        assert self.form
        name, done = self._vocabularies.name(token), None
        if name in _ENTRIES[self.form]:
            done = self._finished()
            self._entry = Entry(name, attributes(token.more)) if token.kind == "start" else None
        elif self._opaque:
            self._skip(name, token.kind)
        elif token.kind == "start":
            if name == "loc" and self._entry and self._entry.text("loc"):  # two addresses are two entries
                kind, done = self._entry.kind, self._finished()
                self._entry = Entry(kind, {})
            self._start(name, token)
        elif self._open and name in _ends(self._open[-1][0]):
            self._close()
        elif self._open and name in _BLOCKS:
            self._text(" ")
        return done

    def _start(self, name: str, token: Token) -> None:
        assert self.form
        if self._open and name in _FIELDS[self.form] and self._open[-1][0] not in _WITH_MARKUP:
            self._close()  # whose end tag is missing
        within = self._open[-1][0] if self._open else None
        if within == "author" and name == "name":
            self._open.append(("author/name", [], {}))
        elif within:
            self._text(" " if name in _BLOCKS else "")
        elif self._is_opaque(name, token):
            self._opaque = (token.value.lower() if ":" not in token.value else name, 1)
        elif name in (_FIELDS[self.form] if self._entry else _OF_FEED):
            self._open, self._room = [(name, [], attributes(token.more))], _LONGEST_FIELD
        elif name == "link" and not self._entry:
            self._note_next(attributes(token.more))
        elif name == "channel":
            self.base = attributes(token.more).get("xml:base", self.base)

    def _note_next(self, told: dict[str, str]) -> None:
        if told.get("rel", "").strip().lower() in _OLDER:
            self.next_page = self.next_page or told.get("href", "")

    def _is_opaque(self, name: str, token: Token) -> bool:
        """Whether what stands within an element is said of something else than the story."""
        assert self.form
        if self.form == "feed" and not self._entry:
            return name in _OPAQUE_IN_FEED
        # One that brings a vocabulary of its own, such as `<group xmlns="…">`, has it for all that is within.
        foreign = ":" in name and ":" not in token.value and name not in _FIELDS[self.form]
        return foreign or name in (_OPAQUE if self.form == "feed" else _OPAQUE_IN_SITEMAP)

    def _skip(self, name: str, kind: str) -> None:
        assert self._opaque
        opaque, depth = self._opaque
        if name == opaque:
            depth += 1 if kind == "start" else -1
            self._opaque = (opaque, depth) if depth else None

    def _text(self, text: str) -> None:
        if self._open and self._room > 0 and not self._opaque:
            for _, pieces, _ in self._open:
                pieces.append(text[: self._room])
            self._room -= len(text)

    def _close(self) -> None:
        name, pieces, told = self._open.pop()
        text = "".join(pieces)
        if self._entry is None:
            if name == "ttl":
                self.ttl = text
            elif text.strip():
                self.language = self.language or text
        elif sum(map(len, self._entry.fields.values())) < _MOST_FIELDS:
            self._entry.fields.setdefault(name, []).append(Field(text, told))

    def _finished(self) -> Entry | None:
        while self._open:
            self._close()
        self._opaque = None
        done, self._entry = self._entry, None
        return done


def _ends(name: str) -> tuple[str, str]:
    """The names at which a field of this name ends."""
    own = name.rpartition("/")[2]
    return own, own.rpartition(":")[2]

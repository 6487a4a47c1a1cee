"""XML as it is found: tags and texts in their order, whatever else is wrong with it.

An XML parser must stop at the first fault, and one that recovers drops what follows some of them; a listing with one
bare `&`, an unknown prefix or HTML in the middle of it still says where the stories are. Nothing is expanded or looked
up, every character is looked at a bounded number of times, and memory does not grow with the document.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from spiders.discovery.documents.extent import Extent
from spiders.discovery.documents.references import unescaped

__all__ = ["Token", "attributes", "tokens"]

_LONGEST_TAG = 16_384
_LONGEST_REFERENCE = 40
_TAG = re.compile(r"""<(/?)([^\W\d][\w.:-]{0,100}+)((?:[^"'<>]|"[^"<]*+"|'[^'<]*+')*+)>""")
_LOOSE_TAG = re.compile(r"<(/?)([^\W\d][\w.:-]{0,100}+)([^<>]*+)>")
_BEGINS_TAG = re.compile(r"</?(?:[^\W\d]|$)")
_ATTRIBUTE = re.compile(r"""([\w.:-]{1,100}+)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++))""")
_SKIPPED = (("<!--", "-->"), ("<?", ">"), ("<!", ">"))
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[<>]*+[\[>]", re.IGNORECASE)
"""Up to the declarations inside it, which are then met one by one."""
_CDATA = "<![CDATA["


class Token(NamedTuple):
    """A start tag (`kind` "start": `value` is its name, `more` its attributes as written), an end tag ("end"), a text
    ("text", with references resolved)."""

    kind: str
    value: str
    more: str = ""


def tokens(pieces: Iterable[str], extent: Extent) -> Iterator[Token]:
    """The tags and texts of a document that comes in pieces, each as soon as it is whole."""
    scanner = _Scanner(extent)
    for piece in pieces:
        yield from scanner.feed(piece)
    yield from scanner.feed("", last=True)
    if scanner.within:
        extent.end(f"it breaks off before a {scanner.within!r}")


class _Scanner:
    """`within` is what ends the comment, declaration or CDATA section that the scanner is in; None outside of them."""

    def __init__(self, extent: Extent) -> None:
        self._extent = extent
        self.within: str | None = None
        self._rest = ""

    def feed(self, piece: str, *, last: bool = False) -> Iterator[Token]:
        text, at = self._rest + piece, 0
        self._rest = ""
        while at < len(text):
            if self.within:
                found, at = self._inside(text, at)
            elif match := _TAG.match(text, at):
                found, at = _parts(match), match.end()
            elif text[at] == "<":
                found, at = self._odd(text, at, last=last)
            else:
                found, at = self._words(text, at, last=last)
            yield from found
            if self._rest:
                return

    def _inside(self, text: str, at: int) -> tuple[tuple[Token, ...], int]:
        assert self.within
        kept, end = self.within == "]]>", text.find(self.within, at)
        if end < 0:
            # The first characters of the end may stand at the end of this piece.
            end = max(at, len(text) - len(self.within) + 1)
            self._rest = text[end:]
            after = len(text)
        else:
            after = end + len(self.within)
            self.within = None
        return ((Token("text", text[at:end]),) if kept and end > at else ()), after

    def _odd(self, text: str, at: int, *, last: bool) -> tuple[tuple[Token, ...], int]:
        if len(text) - at < len(_CDATA) and not last:
            self._rest = text[at:]
            return (), len(text)
        if text.startswith(_CDATA, at):
            self.within = "]]>"
            return (), at + len(_CDATA)
        if doctype := _DOCTYPE.match(text, at):
            return (), doctype.end()
        self._extent.entities |= text.startswith("<!ENTITY", at)
        for begin, end in _SKIPPED:
            if text.startswith(begin, at):
                self.within = end
                return (), at + len(begin)
        if match := _LOOSE_TAG.match(text, at):
            return _parts(match), match.end()
        open_ended = _BEGINS_TAG.match(text, at) and text.find("<", at + 1) < 0 and len(text) - at < _LONGEST_TAG
        if open_ended and not last:
            self._rest = text[at:]
            return (), len(text)
        return (Token("text", "<"),), at + 1

    def _words(self, text: str, at: int, *, last: bool) -> tuple[tuple[Token, ...], int]:
        end = text.find("<", at)
        if end < 0:
            end = len(text)
            cut = text.rfind("&", max(at, end - _LONGEST_REFERENCE))
            if cut >= 0 and ";" not in text[cut:] and not last:
                self._rest, end = text[cut:], cut
        return ((Token("text", unescaped(text[at:end])),) if end > at else ()), end if not self._rest else len(text)


def _parts(match: re.Match[str]) -> tuple[Token, ...]:
    slash, name, more = match.groups()
    if slash:
        return (Token("end", name),)
    start = Token("start", name, more)
    return (start, Token("end", name)) if more.endswith("/") else (start,)


def attributes(more: str) -> dict[str, str]:
    """A tag's attributes by name in lower case, prefixes kept; of two of one name the first."""
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(more[:_LONGEST_TAG]):
        name, *values = match.groups()
        found.setdefault(name.lower(), unescaped(next(value for value in values if value is not None)))
    return found

"""What may be written in a search: words, "phrases", prefix*, field:value, AND, OR, NOT, -, parentheses.

Words beside each other must all be there. A query that means nothing gets a sentence that says where and why.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from broadtape.errors import BadQuery

__all__ = ["FIELDS", "Every", "Field", "Node", "Not", "Several", "Words", "parse"]

Field = Literal["title", "author", "ticker", "site", "section", "language"]
FIELDS: tuple[Field, ...] = ("title", "author", "ticker", "site", "section", "language")
"""What may stand before a colon."""
_LENGTH, _TERMS, _DEPTH = 1_000, 64, 20


@dataclass(frozen=True, slots=True)
class Words:
    """One word or phrase; `field` None means title, text or author. `prefix`: words that begin so."""

    text: str
    field: Field | None = None
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Every:
    """`*`: every article."""


@dataclass(frozen=True, slots=True)
class Not:
    """What must not be there."""

    what: Node


@dataclass(frozen=True, slots=True)
class Several:
    """All of them, or any."""

    parts: tuple[Node, ...]
    every: bool


Node: TypeAlias = "Words | Every | Not | Several"

_TOKEN = re.compile(
    r"""(?P<open>\()|(?P<close>\))
    |(?P<minus>-(?=[^\s()-]))|(?P<plus>\+(?=[^\s()+]))
    |(?<![^\s(+-])(?P<field>[A-Za-z_]+):(?=[^\s()])
    |"(?P<phrase>[^"]*)"
    |(?P<unclosed>")
    |(?P<word>[^\s()"]+)
    |(?P<space>\s+)""",
    re.VERBOSE,
)
_QUOTES = str.maketrans("“”„‟«»", '""""""')


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


def parse(text: str) -> Node:
    """The query in `text`; raises BadQuery."""
    if len(text) > _LENGTH:
        raise BadQuery(f"The query has {len(text):,} characters: expected {_LENGTH:,} at the most.")
    tokens = list(_tokens(text))
    if sum(token.kind in {"word", "phrase"} for token in tokens) > _TERMS:
        raise BadQuery(f"The query has more than {_TERMS} words and phrases: ask for fewer.")
    if not tokens:
        raise BadQuery("There is nothing to search for: write words, or * for every article.")
    parser = _Parser(tokens)
    node = parser.either(0)
    if parser.here:
        raise BadQuery(f"The query has a ')' at character {parser.here.at + 1} that closes nothing.", parser.here.at)
    return node


def _tokens(text: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(text.translate(_QUOTES)):
        kind = match.lastgroup or ""
        if kind == "unclosed":
            at = match.start()
            raise BadQuery(f"The query has a quotation mark at character {at + 1} that is never closed.", at)
        if kind == "word" and match[0] in {"AND", "OR", "NOT"}:
            kind = match[0]
        if kind != "space":
            yield _Token(kind, match[kind] if kind in {"phrase", "field"} else match[0], match.start())


class _Parser:
    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens, self._place = tokens, 0

    @property
    def here(self) -> _Token | None:
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def either(self, depth: int) -> Node:
        parts = [self._all(depth)]
        while self._take("OR"):
            parts.append(self._all(depth))
        return parts[0] if len(parts) == 1 else Several(tuple(parts), every=False)

    def _all(self, depth: int) -> Node:
        parts = [self._one(depth)]
        while self.here and self.here.kind not in {"OR", "close"}:
            self._take("AND")
            parts.append(self._one(depth))
        return parts[0] if len(parts) == 1 else Several(tuple(parts), every=True)

    def _one(self, depth: int) -> Node:
        if depth > _DEPTH:
            raise BadQuery(f"The query nests more than {_DEPTH} deep: write it flatter.")
        if self._take("minus") or self._take("NOT"):
            return Not(self._one(depth + 1))
        if self._take("plus"):
            return self._one(depth + 1)
        if opened := self._take("open"):
            node = self.either(depth + 1)
            if not self._take("close"):
                raise BadQuery(f"The query has a '(' at character {opened.at + 1} that is never closed.", opened.at)
            return node
        return self._words()

    def _words(self) -> Node:
        named = self._take("field")
        field = _field(named) if named else None
        if phrase := self._take("phrase"):
            return Words(phrase.text, field)
        if word := self._take("word"):
            if word.text == "*" and field is None:
                return Every()
            prefix = word.text.endswith("*")
            return Words(word.text.rstrip("*") if prefix else word.text, field, prefix)
        raise self._misplaced()

    def _misplaced(self) -> BadQuery:
        found = self.here
        if found is None:
            last = self._tokens[-1]
            return BadQuery(f"The query ends where a word was expected, after {last.text!r}.", last.at)
        return BadQuery(
            f"The query has {found.text!r} at character {found.at + 1}, where a word was expected.", found.at
        )

    def _take(self, kind: str) -> _Token | None:
        found = self.here
        if found is None or found.kind != kind:
            return None
        self._place += 1
        return found


def _field(token: _Token) -> Field:
    name = token.text
    for field in FIELDS:
        if field == name.lower():
            return field
    near = difflib.get_close_matches(name.lower(), FIELDS, n=1)
    hint = f"Did you mean {near[0]!r}?" if near else f"There are {', '.join(FIELDS)}."
    raise BadQuery(f"There is no field {name!r} to search. {hint} Quote what is no field.", token.at)

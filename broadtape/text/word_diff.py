"""What changed from one text to the next, word by word, within bounds that no text can break."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

__all__ = ["Kept", "Piece", "compare"]

Mark = Literal["same", "added", "removed"]

_WORDS = re.compile(r"(?:\w+(?:[.,'’-]\w+)*|[^\w\s])\s*|\s+")
"""With the space behind them: spaces that are alike make no two texts alike."""
_COMPARED = 1_200
"""Words of two paragraphs that are compared one by one; longer ones are shown whole, before and after."""
_COMPARED_IN_ALL = 12_000
_PARAGRAPHS = 1_000
"""Of two texts together; those that have more are one paragraph each."""
_NEIGHBOURS = 1
"""Unchanged paragraphs shown on either side of a change."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words with one fate."""

    mark: Mark
    text: str


@dataclass(frozen=True, slots=True)
class Kept:
    """Unchanged paragraphs that are not shown."""

    count: int


def compare(before: Sequence[str], after: Sequence[str]) -> list[list[Piece] | Kept]:
    """Paragraphs as pieces, changed ones with their neighbours; `Kept` where others are left out between them."""
    if len(before) + len(after) > _PARAGRAPHS:
        before, after = ["\n".join(before)], ["\n".join(after)]
    shown: list[list[Piece] | Kept] = []
    # What stands there often is no anchor, by the matcher's own default: that is what bounds its time.
    operations = SequenceMatcher(None, before, after).get_opcodes()
    budget = [_COMPARED_IN_ALL]
    for place, (kind, i, j, k, m) in enumerate(operations):
        if kind == "equal":
            shown.extend(_unchanged(before[i:j], first=place == 0, last=place == len(operations) - 1))
        else:
            shown.extend(_changed(before[i:j], after[k:m], budget))
    return shown


def _unchanged(paragraphs: Sequence[str], *, first: bool, last: bool) -> Iterator[list[Piece] | Kept]:
    head = 0 if first else _NEIGHBOURS
    tail = 0 if last else _NEIGHBOURS
    if len(paragraphs) <= head + tail + 1 and not (first and last):
        head, tail = len(paragraphs), 0
    hidden = len(paragraphs) - head - tail
    yield from ([Piece("same", text)] for text in paragraphs[:head])
    if hidden > 0:
        yield Kept(hidden)
    yield from ([Piece("same", text)] for text in paragraphs[head + max(hidden, 0) :])


def _changed(before: Sequence[str], after: Sequence[str], budget: list[int]) -> Iterator[list[Piece]]:
    """Paragraphs in a row, each compared with that in its place; what is left over came or went whole."""
    for old, new in itertools.zip_longest(before, after):
        if old is None or new is None:
            yield [Piece("added", new)] if old is None else [Piece("removed", old)]
        else:
            yield _words(old, new, budget)


def _words(old: str, new: str, budget: list[int]) -> list[Piece]:
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    whole = [Piece("removed", old), Piece("added", new)]
    words = len(before) + len(after)
    if words > min(_COMPARED, budget[0]):
        return whole
    budget[0] -= words
    matcher = SequenceMatcher(None, before, after)
    if matcher.ratio() < 0.3:  # another paragraph altogether: mixing the two helps nobody
        return whole
    pieces: list[Piece] = []
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", "".join(before[i:j])))
            continue
        if i < j:
            pieces.append(Piece("removed", "".join(before[i:j])))
        if k < m:
            pieces.append(Piece("added", "".join(after[k:m])))
    return pieces

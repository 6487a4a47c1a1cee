"""Which stories have to do with each other: one event told twice must not pass for two witnesses."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

__all__ = ["Baseline", "StoryLines", "groups"]

_RARE_LEAST = 40
_TOPIC = 0.4
_TOPIC_LIFT = 2.5
_BANDS, _BAND = 16, 16  # 16 bands of 8 values of 2 bytes: texts alike by about 0.7 and more meet in one


@dataclass(frozen=True, slots=True)
class StoryLines:
    """One story as the archive holds it: its lines, those that were learnt away included, in order."""

    url: str
    title: str
    lines: tuple[str, ...]
    fetched_at: datetime
    symbols: frozenset[str] = frozenset()
    minhash: bytes | None = None
    day: str = ""
    """The day it was published, else fetched."""


def groups(stories: Sequence[StoryLines], found: Mapping[str, Collection[int]], enough: int) -> Callable[[int], int]:
    """Gives the group of a story by its number: one headline, a rare line in common or nearly one text make a group.

    `found` maps each line to the stories that have it; it is rare on fewer than `enough`.
    """
    parent = list(range(len(stories)))

    def root(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    for bucket in _buckets(stories, found, enough):
        first, *rest = bucket
        for other in rest:
            parent[root(other)] = root(first)
    return root


def _buckets(
    stories: Sequence[StoryLines], found: Mapping[str, Collection[int]], enough: int
) -> Iterator[Iterable[int]]:
    for line, at in found.items():
        if 1 < len(at) < enough and len(line) >= _RARE_LEAST:
            yield at
    keyed: dict[object, list[int]] = defaultdict(list)
    for number, story in enumerate(stories):
        if story.title:
            keyed[" ".join(_words(story.title))].append(number)
        if story.minhash:
            for band in range(_BANDS):
                keyed[band, story.minhash[band * _BAND : (band + 1) * _BAND]].append(number)
    yield from (numbers for numbers in keyed.values() if len(numbers) > 1)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


class Baseline:
    """How common words of headlines and securities are over all of the outlet's stories."""

    def __init__(self, stories: Sequence[StoryLines]) -> None:
        self.marks = [frozenset(w for w in _words(s.title) if len(w) > 3) | s.symbols for s in stories]
        self.counts = Counter(mark for marks in self.marks for mark in marks)
        self.total = len(stories)

    def topic(self, numbers: Collection[int]) -> str | None:
        """A word or security that these stories have in common far more often than all of the outlet's have."""
        here = Counter(mark for number in numbers for mark in self.marks[number])
        for mark, count in sorted(here.items(), key=lambda item: (-item[1], item[0]))[:8]:
            share = count / len(numbers)
            if share >= _TOPIC and share >= _TOPIC_LIFT * self.counts[mark] / self.total:
                return mark
        return None

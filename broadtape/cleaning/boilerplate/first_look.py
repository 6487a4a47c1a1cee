"""A first look at a line: which patterns could match it at all, told from its first letter and from words it must have.

There are hundreds of patterns, and most lines match none. To tell so from what a pattern opens with, or cannot do
without, is a tenth of the work of trying it. Nothing is ever decided here but that a pattern cannot match: what is not
understood of one counts as anything.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from broadtape.cleaning.boilerplate.pattern_parts import first_letter, fold_case, needles, openings

__all__ = ["Expression", "FirstLook", "contains"]

_NOTHING = re.compile("(?!)")


@dataclass(frozen=True, slots=True)
class Expression:
    """A regular expression in its parts: alternatives, what stands before and after any of them, letters of flags."""

    parts: tuple[str, ...]
    before: str = ""
    after: str = ""
    flags: str = ""

    def of(self, parts: Iterable[str]) -> str:
        """The expression with these of its alternatives alone."""
        return f"(?{self.flags}:{self.before}(?:{'|'.join(parts)}){self.after})"


class FirstLook:
    """Expressions over whole lines, sorted by what a line must have that one of them matches."""

    def __init__(self, expressions: Iterable[Expression]) -> None:
        self._opening: dict[str, list[str]] = defaultdict(list)
        self._needles: list[tuple[frozenset[str], re.Pattern[str]]] = []
        others: list[str] = []
        for expression in expressions:
            opening: dict[str, list[str]] = defaultdict(list)
            for part in expression.parts:
                whole = expression.of([part])
                if (letters := openings(whole)) is not None:
                    for letter in letters:
                        opening[letter].append(part)
                elif words := needles(whole):
                    self._needles.append((words, re.compile(whole)))
                else:
                    others.append(whole)
            for letter, parts in opening.items():
                self._opening[letter].append(expression.of(parts))
        self._others = _either(others)
        self._compiled: dict[str, re.Pattern[str]] = {}

    def over(self, lines: Sequence[str]) -> list[bool]:
        """For each line of a text whether any of the expressions matches the whole of it."""
        folded = [fold_case(line) for line in lines]
        # Most words stand nowhere in a text: they are looked for in all of it before they are in each line.
        whole = "\n".join(folded)
        needed = [(words, pattern) for words, pattern in self._needles if _has_any(whole, words)]
        return [
            self._opened_by(first_letter(line[:1])).fullmatch(line) is not None
            or self._others.fullmatch(line) is not None
            or any(pattern.fullmatch(line) for words, pattern in needed if _has_any(own, words))
            for line, own in zip(lines, folded, strict=True)
        ]

    def _opened_by(self, letter: str) -> re.Pattern[str]:
        if letter not in self._opening:
            return _NOTHING
        if (found := self._compiled.get(letter)) is None:
            found = self._compiled[letter] = _either(self._opening[letter])
        return found


def contains(line: str, words: Iterable[str]) -> bool:
    """Whether a line has any of these words, which are folded as `needles` gives them."""
    return _has_any(fold_case(line), words)


def _has_any(folded: str, words: Iterable[str]) -> bool:
    return any(word in folded for word in words)


def _either(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(patterns)) if patterns else _NOTHING

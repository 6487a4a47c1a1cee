"""A first look at a line: which patterns could match it at all, told from its first letter and from words it must have.

There are hundreds of patterns, and most lines match none. To tell so from what a pattern opens with, or cannot do
without, is a tenth of the work of trying it. Nothing is ever decided here but that a pattern cannot match: what is not
understood of one counts as anything.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

__all__ = ["Expression", "FirstLook", "alternatives", "contains", "needle", "openings"]

_NO_LETTER = ""
_ATOM = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[^\\\[(]", re.DOTALL)
_MAYBE = re.compile(r"[?*]|\{0?,")
_QUANTIFIER = re.compile(r"(?:[?*+]|\{\d*,?\d*\})[?+]?")
_LITERAL = re.compile(r"[^\W_]| ")
_OPENED = re.compile(r"^\((?:\?[a-z]*:)?")
_SET = re.compile(r"\[(?!\^)-?(?:\\[^wDS]|[^\\\]-]|-(?=\]))+\]")
"""A set whose members are all named: no ranges, no others than what it names."""
_MEMBER = re.compile(r"\\?.", re.DOTALL)
_NO_WIDTH = re.compile(r"\\[bBAZ]|\^|\$")
_SIGN = re.compile(r"\\[sWd]|\\[^\w\s]|[^\w\\]|\d")
_LOOKS_AROUND = ("(?=", "(?!", "(?<")
_LEAST = 3
"""Letters of a needle at the least: a shorter one is in most lines."""
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
        self._needles: list[tuple[str, re.Pattern[str]]] = []
        others: list[str] = []
        for expression in expressions:
            opening: dict[str, list[str]] = defaultdict(list)
            for part in expression.parts:
                whole = expression.of([part])
                if (letters := openings(whole)) is not None:
                    for letter in letters:
                        opening[letter].append(part)
                elif words := needle(whole):
                    self._needles.append((words, re.compile(whole)))
                else:
                    others.append(whole)
            for letter, parts in opening.items():
                self._opening[letter].append(expression.of(parts))
        self._others = _either(others)
        self._compiled: dict[str, re.Pattern[str]] = {}

    def may_match(self, line: str) -> bool:
        """Whether any of the expressions matches the whole of `line`."""
        if self._opened_by(_letter(line[:1])).fullmatch(line) or self._others.fullmatch(line):
            return True
        folded = _fold(line)
        candidates = [pattern for words, pattern in self._needles if words in folded]
        return any(pattern.fullmatch(line) for pattern in candidates)

    def _opened_by(self, letter: str) -> re.Pattern[str]:
        if letter not in self._opening:
            return _NOTHING
        if (found := self._compiled.get(letter)) is None:
            found = self._compiled[letter] = _either(self._opening[letter])
        return found


def contains(line: str, needles: Iterable[str]) -> bool:
    """Whether a line has any of these words, which are folded as `needle` gives them."""
    folded = _fold(line)
    return any(words in folded for words in needles)


def _either(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(patterns)) if patterns else _NOTHING


def _fold(text: str) -> str:
    """`text` so that whatever `re.IGNORECASE` takes for the same is the same."""
    return text.casefold().replace("ı", "i")


def _letter(char: str) -> str:
    return _fold(char)[:1] if char.isalpha() else _NO_LETTER


def alternatives(pattern: str) -> list[str]:
    """The parts of a pattern that `|` parts at its outermost level."""
    parts = [""]
    for atom in _atoms(pattern):
        if atom == "|":
            parts.append("")
        else:
            parts[-1] += atom
    return parts


def openings(pattern: str) -> frozenset[str] | None:
    """The letters, folded, that what a pattern matches may begin with, and the empty string for whatever is no letter;
    None where it may be anything."""
    found: set[str] = set()
    for alternative in alternatives(pattern):
        letters = _openings(alternative)
        if letters is None:
            return None
        found |= letters
    return frozenset(found)


def _openings(alternative: str) -> set[str] | None:
    found: set[str] = set()
    atoms = list(_atoms(alternative))
    while atoms:
        atom = atoms.pop(0)
        if _NO_WIDTH.fullmatch(atom) or atom.startswith(_LOOKS_AROUND):
            continue
        letters = _begins(atom)
        if letters is None:
            return None
        found |= letters
        if not (atoms and _MAYBE.match(atoms[0])):
            return found
        atoms.pop(0)
    return None  # it may match nothing, and so goes on with whatever follows it


def _begins(atom: str) -> frozenset[str] | None:
    """What one part of a pattern may begin with: a group, a set, an escape or a character."""
    if atom.startswith("("):
        inner = _OPENED.sub("", atom)[:-1]
        return None if inner.startswith("?") else openings(inner)
    if len(atom) > 1 and atom.startswith("["):
        members = [_one(member) for member in _MEMBER.findall(atom[1:-1])] if _SET.fullmatch(atom) else [None]
        return None if None in members else frozenset(map(str, members))
    letter = _one(atom) if atom != "." else None
    return None if letter is None else frozenset({letter})


def _one(char: str) -> str | None:
    """What a character or an escape begins with."""
    if len(char) == 1 and char.isalpha():
        return _letter(char)
    return _NO_LETTER if _SIGN.fullmatch(char) else None


def needle(pattern: str) -> str | None:
    """The longest words, folded, that stand in whatever a pattern matches: `google news` for `.{0,80}google news.*`."""
    atoms = list(_atoms(pattern))
    if "|" in atoms:
        return None
    runs = [""]
    for atom, following in zip(atoms, [*atoms[1:], ""], strict=True):
        if _LITERAL.fullmatch(atom) and not _MAYBE.match(following):
            runs[-1] += atom
        elif atom.startswith("(") and not atom.startswith(_LOOKS_AROUND) and not _MAYBE.match(following):
            runs += [needle(_OPENED.sub("", atom)[:-1]) or "", ""]
        else:
            runs.append("")
    longest = _fold(max(runs, key=len))
    return longest if len(longest) >= _LEAST else None


def _atoms(pattern: str) -> Iterator[str]:
    """A pattern in its parts: groups with all that is in them, sets, escapes, quantifiers, characters."""
    at = 0
    while at < len(pattern):
        if pattern[at] == "(":
            end = _group_end(pattern, at)
        elif at and (quantifier := _QUANTIFIER.match(pattern, at)):
            end = quantifier.end()
        elif found := _ATOM.match(pattern, at):
            end = found.end()
        else:
            end = at + 1
        yield pattern[at:end]
        at = end


def _group_end(pattern: str, at: int) -> int:
    depth = 0
    while at < len(pattern):
        found = _ATOM.match(pattern, at)
        atom = found[0] if found else pattern[at]
        depth += (atom == "(") - (atom == ")")
        at += len(atom)
        if not depth:
            break
    return at

"""What a pattern needs: what it may open with, and words that it cannot do without, read off the pattern itself.

What is not understood of one counts as anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["alternatives", "first_letter", "fold_case", "needles", "openings"]

_NO_LETTER = ""
_ATOM = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[^\\\[(]", re.DOTALL)
_MAYBE = re.compile(r"[?*]|\{0?,")
_QUANTIFIER = re.compile(r"(?:[?*+]|\{\d*,?\d*\})[?+]?")
_LITERAL = re.compile(r"[^\W_]| |[^\w\s\\.^$*+?{}\[\]|()]")
_OPENED = re.compile(r"^\((?:\?[a-z]*:)?")
_SET = re.compile(r"\[(?!\^)-?(?:\\[^wDS]|[^\\\]-]|-(?=\]))+\]")
"""A set whose members are all named: no ranges, no others than what it names."""
_MEMBER = re.compile(r"\\?.", re.DOTALL)
_SIGNS = re.compile(r"\[(?:[^\w\s\\^\]-]|\\[^\w\s])+\]")
"""A set of signs alone."""
_NO_WIDTH = re.compile(r"\\[bBAZ]|\^|\$")
_SIGN = re.compile(r"\\[sWd]|\\[^\w\s]|[^\w\\]|\d")
_LOOKS_AROUND = ("(?=", "(?!", "(?<")
_LEAST = 3
_LEAST_ABROAD = 2
"""Letters of a needle at the least: a shorter one is in most lines; a sign is in few."""


def fold_case(text: str) -> str:
    """`text` so that whatever `re.IGNORECASE` takes for the same is the same."""
    return text.casefold().replace("ı", "i")


def first_letter(char: str) -> str:
    """What a line opens with that begins with `char`: a letter, folded; empty for whatever is no letter."""
    return fold_case(char)[:1] if char.isalpha() else _NO_LETTER


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
        return first_letter(char)
    return _NO_LETTER if _SIGN.fullmatch(char) else None


def needles(pattern: str) -> frozenset[str] | None:
    """Words, folded, one of which stands in whatever a pattern matches: `google news` for `.{0,80}google news.*`; None
    where there are no such words."""
    found = [_needles(alternative) for alternative in alternatives(pattern)]
    return None if None in found else frozenset().union(*filter(None, found))


def _needles(alternative: str) -> frozenset[str] | None:
    """The longest words of those that an alternative, or a group in it, cannot do without."""
    atoms = list(_atoms(alternative))
    runs = [""]
    groups: list[frozenset[str]] = []
    for atom, following in zip(atoms, [*atoms[1:], ""], strict=True):
        if _LITERAL.fullmatch(atom) and not _MAYBE.match(following):
            runs[-1] += atom
            continue
        runs.append("")
        is_needed = atom.startswith("(") and not atom.startswith(_LOOKS_AROUND) and not _MAYBE.match(following)
        if is_needed and (words := needles(_OPENED.sub("", atom)[:-1])):
            groups.append(words)
        elif _SIGNS.fullmatch(atom) and not _MAYBE.match(following):
            groups.append(frozenset(member[-1] for member in _MEMBER.findall(atom[1:-1])))
    own = [frozenset({fold_case(run)}) for run in runs if _tells(run)]
    return max([*groups, *filter(all, own)], key=lambda words: min(map(len, words)), default=None)


def _tells(run: str) -> bool:
    """Whether letters are seldom found by chance: some, a sign, or two of a script other than Latin."""
    return len(run) >= (_LEAST if run.isascii() else _LEAST_ABROAD) or not run.replace(" ", "a").isalnum()


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

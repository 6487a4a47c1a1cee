"""Applying what was learnt: lines known from many unrelated pages go, unless they carry a fact of this story."""

from __future__ import annotations

import re
from collections.abc import Iterable

from broadtape.cleaning.boilerplate.line_rules import Cleaned
from broadtape.cleaning.boilerplate.rule_set import RuleSet
from broadtape.cleaning.page.head import fold
from broadtape.learnt_rules import LearntRules, folded

__all__ = ["carries_facts", "take_learnt"]

_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_YEAR = re.compile(r"(?:19|20)\d\d")
# A capital that no sentence or quotation begins with.
_NAME = re.compile(r"(?<=[\w,;] )[(]?([^\W\d_]*[A-ZÀ-ÞĀ-Ž][\w&’'-]{2,})")
_WORD = re.compile(r"[^\W\d_]{3,}")
_CAPITAL = re.compile(r"\b[^\W\d_a-z][^\W\d_]{2,}")
_SHOUTED = 1
_TELLING = 3
"""Digits of a number that a line can hardly share with a story by chance."""


def take_learnt(
    cleaned: Cleaned, learnt: LearntRules | None, rules: RuleSet, *, title: str | None, outlet: Iterable[str]
) -> None:
    """Take out what `learnt` names; not what the outlet's file keeps, nor what this story has facts in."""
    if learnt is None or not learnt.rules:
        return
    names = [learnt.names.get(folded(block.text)) for block in cleaned.blocks]
    if not any(names):
        return
    others = "\n".join(block.text for block, name in zip(cleaned.blocks, names, strict=True) if name is None)
    kept = []
    for block, name in zip(cleaned.blocks, names, strict=True):
        if name is None or rules.is_kept(block.text) or carries_facts(block.text, title or "", others, outlet):
            kept.append(block)
        else:
            cleaned.drop(block.text, name)
    cleaned.blocks[:] = kept


def carries_facts(line: str, title: str, others: str, outlet: Iterable[str] = ()) -> bool:
    """Whether a line shares a number or a name with the story it stands in: with its title, or, for telling numbers,
    with its `others` lines. What the outlet calls itself is nobody's fact."""
    numbers = set(_NUMBER.findall(line))
    if numbers & set(_NUMBER.findall(title)):
        return True
    telling = {number for number in numbers if _digits(number) >= _TELLING and not _YEAR.fullmatch(number)}
    if telling and telling & set(_NUMBER.findall(others)):
        return True
    own = set(map(fold, _CAPITAL.findall(title))) - {word for name in outlet for word in fold(name).split()}
    shared = [name for name in _NAME.findall(line) if own.issuperset(fold(name).split())]
    # Where every word has a capital, one of them tells nothing.
    return len(shared) > (_SHOUTED if _is_shouted(line) else 0)


def _is_shouted(line: str) -> bool:
    words: list[str] = _WORD.findall(line)
    return sum(word[0].isupper() for word in words) >= 0.7 * len(words)


def _digits(number: str) -> int:
    return sum(char.isdigit() for char in number)

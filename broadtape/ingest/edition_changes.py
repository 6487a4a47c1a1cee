"""What cleaning again changes: told rule by rule and fact by fact, with examples."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any

from broadtape.article import Article

__all__ = ["Change", "Changes"]

_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Change:
    """One text before and after; `after` is None where today's rules find no article in the page."""

    before: Article
    after: Article | None
    reason: str | None = None

    @property
    def changed(self) -> bool:
        """Whether a reader would see a difference, in the text or in any fact that the page states."""
        after = self.after
        return after is None or after.text != self.before.text or bool(list(_other_facts(self.before, after)))


@dataclass(slots=True)
class Changes:
    """What cleaning again changes, counted by the rule or fact that makes the difference."""

    looked_at: int = 0
    changed: int = 0
    lost: int = 0
    """Texts whose page today's rules take for no article; the edition that is archived stays."""
    rules: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """Rule → (address, line) of the first few."""
    left_out: dict[str, str] = field(default_factory=dict)
    """Outlet → why its texts, or the rest of them, were not looked at: another run is writing it."""

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        return {**values, "rules": dict(self.rules)}

    def count(self, change: Change) -> None:
        """Takes one text into account."""
        self.looked_at += 1
        if not change.changed:
            return
        if change.after is None:
            self.lost += 1
            self._note(f"no article: {change.reason}", change.before.url, change.before.title or "")
            return
        self.changed += 1
        for rule, line in _differences(change.before, change.after):
            self._note(rule, change.before.url, line)

    def _note(self, rule: str, url: str, line: str) -> None:
        self.rules[rule] += 1
        shown = self.examples.setdefault(rule, [])
        if len(shown) < _EXAMPLES:
            shown.append((url, line))


def _differences(before: Article, after: Article) -> Iterator[tuple[str, str]]:
    """Each fact that differs, and each paragraph that goes or comes with the rule that takes it now or took it then."""
    for name in _other_facts(before, after):
        yield name, f"{_shown(getattr(before, name))} → {_shown(getattr(after, name))}"
    takes = {removed.line: removed.rule for removed in after.removed}
    took = {removed.line: removed.rule for removed in before.removed}
    for kind, a, b, c, d in difflib.SequenceMatcher(
        a=before.paragraphs, b=after.paragraphs, autojunk=False
    ).get_opcodes():
        if kind != "equal":
            yield from ((takes.get(line, "extraction"), line) for line in before.paragraphs[a:b])
            yield from ((f"kept now, {took.get(line, 'not found')} before", line) for line in after.paragraphs[c:d])


def _other_facts(before: Article, after: Article) -> Iterator[str]:
    return (name for name in Article.facts() if getattr(before, name) != getattr(after, name))


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(str(getattr(item, "symbol", item)) for item in value) or "none"
    return "none" if value is None else str(value)

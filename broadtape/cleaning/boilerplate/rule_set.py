"""Boilerplate rules: read from data, compiled once, identified by a hash."""

from __future__ import annotations

import functools
import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from broadtape.cleaning.boilerplate.first_look import Expression, FirstLook, contains
from broadtape.cleaning.boilerplate.pattern_parts import alternatives, needles
from broadtape.errors import ConfigError
from broadtape.site import BoilerplateRule, Site
from broadtape.wrong_values import explain

__all__ = [
    "FurnitureNames",
    "Rule",
    "RuleSet",
    "Verdict",
    "digest",
    "fingerprint",
    "furniture_names",
    "is_link_label",
    "rules_for",
]

_LINE_CACHE = 64
_SET_FLAGS = re.compile(r"^\(\?[aiLmsux]+\)")
_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL, "x": re.VERBOSE}


class FurnitureNames(BaseModel):
    """Words of a class or id that name furniture, by how far they can be trusted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sure: frozenset[str]
    strong: frozenset[str]
    weak: frozenset[str]


class _RuleFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    rules: tuple[BoilerplateRule, ...]
    names: FurnitureNames


@dataclass(frozen=True)
class Rule:
    """A compiled rule; `name` is what `removed` calls it."""

    name: str
    action: str
    pattern: re.Pattern[str]
    expression: Expression
    """The pattern in its parts."""
    flag: str | None = None
    value: str | None = None

    def may_match(self, line: str) -> bool:
        """Whether `line` has words without which the pattern matches nothing: soon told, and true of few lines."""
        return not self._needles or contains(line, self._needles)

    @functools.cached_property
    def _needles(self) -> frozenset[str]:
        """Words of which whatever the pattern matches has one; empty where there are none such."""
        return needles(self.expression.of(self.expression.parts)) or frozenset()

    @property
    def whole_line(self) -> bool:
        """Whether the pattern must match a whole line; the others match inside one."""
        return self.action not in ("drop_inline", "strip_credit", "strip_label")


Verdict = tuple[Rule, re.Match[str]] | None
"""The rule that takes a line, with its match."""


@dataclass(frozen=True, slots=True)
class RuleList:
    """Rules over whole lines, in order."""

    rules: tuple[Rule, ...]
    look: FirstLook
    """One look at a line instead of one for each rule."""

    @classmethod
    def of(cls, rules: Iterable[Rule]) -> RuleList:
        """The list of those of `rules` that match whole lines."""
        whole = tuple(rule for rule in rules if rule.whole_line)
        return cls(whole, FirstLook(rule.expression for rule in whole))

    def match(self, lines: Sequence[str]) -> list[Verdict]:
        """For each line of a text the first rule that matches the whole of it."""
        if not self.rules:
            return [None] * len(lines)
        return [self._first(line) if may else None for line, may in zip(lines, self.look.over(lines), strict=True)]

    def _first(self, line: str) -> Verdict:
        return next(((rule, found) for rule in self.rules if (found := rule.pattern.fullmatch(line))), None)


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules for one outlet, its own before the general ones, and the lines none of them may take."""

    own: RuleList
    general: RuleList
    inside: tuple[Rule, ...]
    keep: tuple[re.Pattern[str], ...]

    def match(self, lines: Sequence[str]) -> list[Verdict]:
        """For each line of a text the first rule that takes the whole of it, unless it is to be kept."""
        every = zip(lines, self.own.match(lines), self.general.match(lines), strict=True)
        return [None if (own or general) and self.is_kept(line) else own or general for line, own, general in every]

    def is_own(self, found: Verdict) -> bool:
        """Whether what was found is a rule of the outlet's file."""
        return found is not None and any(rule is found[0] for rule in self.own.rules)

    def is_kept(self, line: str) -> bool:
        """Whether the outlet's file says that no rule may take `line`."""
        return any(pattern.fullmatch(line) for pattern in self.keep)


def rules_for(site: Site | None) -> RuleSet:
    """The rules for an outlet's pages; the general ones alone for None."""
    return _compiled(site.name, _frozen(site)) if site else _compiled("", "")


@functools.cache
def furniture_names() -> FurnitureNames:
    """The words that name furniture."""
    return _general().names


def is_link_label(text: str) -> bool:
    """Whether a text is a label that stands before links to other stories: `Read also`."""
    return any(rule.pattern.fullmatch(text) for rule in _link_labels())


@functools.cache
def _link_labels() -> tuple[Rule, ...]:
    return tuple(rule for rule in _general_rules() if rule.name == "see_also_label")


def fingerprint(site: Site | None) -> str:
    """Every rule and selector that bears on an outlet's articles, as text to hash."""
    return _general_text() + _frozen(site)


def _frozen(site: Site | None) -> str:
    if site is None:
        return ""
    fields = {"boilerplate", "keep", "selectors", "country", "language", "hosts"}
    return json.dumps(site.model_dump(mode="json", include=fields), sort_keys=True)


@functools.lru_cache(maxsize=_LINE_CACHE)
def _compiled(name: str, frozen: str) -> RuleSet:
    own = json.loads(frozen) if frozen else {"boilerplate": [], "keep": []}
    rules = [_rule(BoilerplateRule.model_validate(r), f"{name}[{i}]") for i, r in enumerate(own["boilerplate"])]
    general = _general_rules()
    return RuleSet(
        own=RuleList.of(rule for rule in rules if rule.action != "keep"),
        general=_general_lines(),
        inside=tuple(rule for rule in (*rules, *general) if not rule.whole_line and rule.action != "keep"),
        keep=(*(rule.pattern for rule in rules if rule.action == "keep"), *map(re.compile, own["keep"])),
    )


@functools.cache
def _general_rules() -> tuple[Rule, ...]:
    return tuple(_rule(rule, f"general[{i}]") for i, rule in enumerate(_general().rules))


@functools.cache
def _general_lines() -> RuleList:
    return RuleList.of(_general_rules())


def _rule(rule: BoilerplateRule, fallback: str) -> Rule:
    pattern = re.compile(rule.expression, re.IGNORECASE if rule.ignore_case else 0)
    flags = "".join(letter for letter, flag in _FLAGS.items() if pattern.flags & flag)
    parts = tuple(alternatives(_SET_FLAGS.sub("", rule.pattern)))
    expression = Expression(parts, rule.before, rule.after, flags)
    return Rule(rule.name or fallback, rule.action, pattern, expression, rule.flag, rule.value)


@functools.cache
def _general() -> _RuleFile:
    values: Any = yaml.load(_general_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    try:
        return _RuleFile.model_validate(values)
    except ValidationError as error:
        raise ConfigError(f"cleaning.yaml: {explain(error, _RuleFile)}") from None


@functools.cache
def _general_text() -> str:
    """The file of general rules: in an installed package beside the cleaning, in a checkout under `config/`."""
    packaged = resources.files("broadtape.cleaning").joinpath("cleaning.yaml")
    if packaged.is_file():
        return packaged.read_text("utf-8")
    path = Path(__file__).resolve().parents[3] / "config" / "cleaning.yaml"
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}. It holds the general cleaning rules.") from None


def digest(*parts: str) -> str:
    """Eight hex digits of `parts`."""
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=4).hexdigest()

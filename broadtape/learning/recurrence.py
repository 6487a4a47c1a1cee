"""Which lines stand on many unrelated stories: what can be learnt from an outlet's texts, and why the rest cannot.

Pure functions of what is handed in. A line is learnt only if all of this holds:

- it stands on enough stories that have nothing to do with each other: stories with one headline, that share a rare
  line, or that are nearly the same count as one; and on enough days;
- these stories are a cross-section of the outlet: no word of their headlines and no security ties them together;
- it carries no fact of the stories it stands in, reports nothing and quotes nobody;
- it shows otherwise that it belongs to the page: it stands at the margin, speaks to the reader, is repeated on a page
  or stands on a large share of all pages. A heading with paragraphs below never does.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from broadtape.cleaning.boilerplate.learnt import carries_facts
from broadtape.learning.line_features import is_label, is_placeholder, speaks_to_reader, tells_reader, told_of_a_story
from broadtape.learning.related_stories import Baseline, StoryLines, groups
from broadtape.learnt_rules import Evidence, LearntRule, rule_name

__all__ = ["Candidate", "StoryLines", "Thresholds", "recurring"]

_LONGEST = 1_500
_EXAMPLES = 5
_FACTS_MOST = 0.05
_MARGIN = 0.8
_HEADS = 0.2
_PARAGRAPH = 60
_END = re.compile(r"[.!?…:。！？][\"'”’»)\]]*$")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How often is often: unrelated stories, as a number and as a share of all, and days; `usual` is a large share."""

    stories: int = 6
    share: float = 0.005
    days: int = 3
    usual: float = 0.2

    def enough(self, of: int) -> int:
        """Stories that a line must stand on, of so many that were looked at."""
        return max(self.stories, round(self.share * of))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A line that recurs: the rule it makes, or why it makes none."""

    line: str
    count: int
    rule: LearntRule | None
    reason: str | None = None

    @property
    def name(self) -> str:
        """What its rule is or would be called."""
        return rule_name(self.line)


@dataclass(slots=True)
class _Line:
    """Where one line stands: story → the places in it."""

    places: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    groups: int = 0


def recurring(
    stories: Sequence[StoryLines],
    *,
    thresholds: Thresholds | None = None,
    keep: Callable[[str], bool] = lambda _line: False,
    outlet: Collection[str] = (),
    rejected: Collection[str] = (),
    known: Collection[str] = (),
) -> list[Candidate]:
    """Every line that stands on enough stories, the most frequent first, each with its rule or the reason against it.

    `keep` tells what the outlet's file protects, `outlet` what it calls itself, `rejected` names the rules that people
    took back; `known` are the lines that learnt rules take already.
    """
    limits = thresholds or Thresholds()
    found = _index(stories)
    enough = limits.enough(len(stories))
    often = {line: at for line, at in found.items() if len(at.places) >= enough and len(line) <= _LONGEST}
    if not often:
        return []
    group_of = groups(stories, {line: at.places for line, at in found.items()}, enough)
    for at in often.values():
        at.groups = len({group_of(story) for story in at.places})
    often = {line: at for line, at in often.items() if at.groups >= enough}
    usual = Baseline(stories)
    recurs = frozenset(often).union(known)
    candidates = []
    for line, at in sorted(often.items(), key=lambda item: (-item[1].groups, item[0])):
        reason = (
            _protected(line, keep, rejected) or told_of_a_story(line) or _tied(line, at, stories, usual, limits, outlet)
        )
        evidence = None if reason else _evidence(line, at, stories, recurs, limits)
        if not reason and not evidence:
            reason = "nothing shows that it is no part of the stories"
        rule = _rule(line, at, stories, evidence) if evidence else None
        candidates.append(Candidate(line, at.groups, rule, reason))
    return candidates


def _index(stories: Sequence[StoryLines]) -> dict[str, _Line]:
    found: dict[str, _Line] = defaultdict(_Line)
    for number, story in enumerate(stories):
        for place, line in enumerate(story.lines):
            found[line].places[number].append(place)
    return found


# --- why not


def _protected(line: str, keep: Callable[[str], bool], rejected: Collection[str]) -> str | None:
    if keep(line):
        return "the outlet's file keeps it"
    return "it was taken back" if rule_name(line) in rejected else None


def _tied(
    line: str, at: _Line, stories: Sequence[StoryLines], usual: Baseline, limits: Thresholds, outlet: Collection[str]
) -> str | None:
    days = len({stories[number].day for number in at.places})
    if days < limits.days:
        return f"all within {days} day{'s' if days > 1 else ''}"
    facts = sum(
        carries_facts(line, stories[n].title, "\n".join(o for o in stories[n].lines if o != line), outlet)
        for n in at.places
    )
    if facts > _FACTS_MOST * len(at.places):
        return "it carries facts of the stories it stands in"
    if topic := usual.topic(at.places):
        return f"these stories are all about {topic!r}"
    return None


# --- why


def _evidence(
    line: str, at: _Line, stories: Sequence[StoryLines], recurs: Collection[str], limits: Thresholds
) -> Evidence | None:
    pages = len(at.places)
    if sum(len(places) for places in at.places.values()) > 1.5 * pages or is_placeholder(line):
        return "repeated"
    if sum(_at_margin(stories[n].lines, places, recurs) for n, places in at.places.items()) >= _MARGIN * pages:
        return "margin"
    heads = sum(_heads_paragraph(stories[n].lines, places[-1], recurs) for n, places in at.places.items())
    if is_label(line) and heads > _HEADS * pages:
        return "reader" if tells_reader(line) else None
    if speaks_to_reader(line):
        return "reader"
    return "share" if at.groups >= limits.usual * len(stories) and len(stories) >= 50 else None


def _at_margin(lines: Sequence[str], places: Sequence[int], recurs: Collection[str]) -> bool:
    """Whether nothing but recurring lines stands before or after."""
    return all(line in recurs for line in lines[places[-1] + 1 :]) or all(line in recurs for line in lines[: places[0]])


def _heads_paragraph(lines: Sequence[str], place: int, recurs: Collection[str]) -> bool:
    after = lines[place + 1] if place + 1 < len(lines) else ""
    return after not in recurs and (len(after) >= _PARAGRAPH or bool(_END.search(after)))


def _rule(line: str, at: _Line, stories: Sequence[StoryLines], evidence: Evidence) -> LearntRule:
    held = sorted((stories[number] for number in at.places), key=lambda story: story.fetched_at)
    step = max(1, len(held) // _EXAMPLES)
    return LearntRule(
        pattern=line,
        evidence=evidence,
        count=at.groups,
        pages=len(stories),
        days=len({story.day for story in held}),
        first_seen=held[0].fetched_at,
        last_seen=held[-1].fetched_at,
        examples=tuple(dict.fromkeys(story.url for story in held[::step]))[:_EXAMPLES],
    )

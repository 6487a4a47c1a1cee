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
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from broadtape.cleaning.learnt import carries_facts
from broadtape.learnt import Evidence, LearntRule, rule_name

__all__ = ["Candidate", "Story", "Thresholds", "recurring"]

_LONGEST = 1_500
_RARE_LEAST = 40
_EXAMPLES = 5
_FACTS_MOST = 0.05
_TOPIC = 0.4
_TOPIC_LIFT = 2.5
_MARGIN = 0.8
_HEADS = 0.2
_LABEL = 80
_PARAGRAPH = 60
_BANDS, _BAND = 16, 16  # 16 bands of 8 values of 2 bytes: texts alike by about 0.7 and more meet in one
_END = re.compile(r"[.!?…:。！？][\"'”’»)\]]*$")
_PLACEHOLDER = re.compile(r"(?:[^\W\d]{2,20}(?: [^\W\d]{2,20})?)(?:\.{3}|…)")
_QUOTING = re.compile(r"[\"“„«»『「]|(?:^|\s)[‘'][^\s]")
_CELLS = " | "
_SECURITY = re.compile(r"\b(?:NYSE|NASDAQ|Nasdaq|AMEX|TSX|LSE|XETRA|OTC\w*|HKEX|ASX)\s?[:：]|(?<!\w)\$[A-Z]{1,5}\b")
_REPORTING = re.compile(
    r"(?i)\b(?:said|says|told|reported|declined|respond(?:ed)?|comment(?:ed)? on|according to|could not be|did not|"
    r"was not immediately|were not immediately|rose|fell|closed|announced|expects?|"
    r"sagten?|sagte|teilten? .{0,40}mit|hieß es|äußern|wollte(?:n)? sich|war(?:en)? zunächst|laut|"
    r"a (?:déclaré|indiqué|annoncé)|ont (?:déclaré|indiqué)|selon|n'a pas|n’a pas|n'ont pas|n’ont pas|"
    r"dijo|dijeron|según|no respondi[óe]|anunció|ha detto|hanno detto|secondo|non ha|disse|disseram|segundo|"
    r"não respondeu|informou)\b|(?:述べた|語った|明らかにした|发表|表示|据)"
)
_READER = re.compile(
    r"(?i)\b(?:you|your|yours|our|us|click|subscribe|sign up|sign in|log in|register|follow|download|newsletter|"
    r"read (?:more|next|also)|share this|view|watch|try|get|join|visit|advert\w*|sponsored|disclaimer|copyright|"
    r"cookies?|terms of (?:use|service)|all rights reserved|"
    r"sie|ihre?n?|unser\w*|abonnieren|anmelden|jetzt|hier|lesen sie|mehr zum thema|anzeige|"
    r"vous|votre|vos|nos|notre|abonnez|inscrivez|cliquez|découvrez|lire aussi|publicité|"
    r"usted|su correo|nuestr\w+|suscr[íi]b\w+|reg[íi]str\w+|haga clic|lea también|publicidad|"
    r"iscriviti|abbonati|leggi anche|clicca|nostr\w+|pubblicità|"
    r"assine|inscreva-se|clique|leia também|nosso|nossa|publicidade)\b|"
    r"(?:ください|こちら|登録|会員|点击|订阅|关注|扫码)"
)

# What no heading of a story begins with.
_TOLD_TO = re.compile(
    r"(?i)\W*(?:click|subscribe|sign (?:up|in)|log in|register|download|follow us|join us|share this|view (?:more|all)|"
    r"advert\w*|sponsored|klicken sie|jetzt|abonnieren|anmelden|anzeige|cliquez|abonnez|inscrivez|publicité|haga clic|"
    r"suscr[íi]b\w+|publicidad|iscriviti|abbonati|clicca|pubblicità|assine|inscreva-se|clique|publicidade)\b"
)


@dataclass(frozen=True, slots=True)
class Story:
    """One story as the archive holds it: its lines, those that were learnt away included, in order."""

    url: str
    title: str
    lines: tuple[str, ...]
    fetched_at: datetime
    symbols: frozenset[str] = frozenset()
    minhash: bytes | None = None
    day: str = ""
    """The day it was published, else fetched."""


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
    stories: Sequence[Story],
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
    group_of = _related(stories, found, enough)
    for at in often.values():
        at.groups = len({group_of(story) for story in at.places})
    often = {line: at for line, at in often.items() if at.groups >= enough}
    usual = _Usual(stories)
    recurs = frozenset(often).union(known)
    candidates = []
    for line, at in sorted(often.items(), key=lambda item: (-item[1].groups, item[0])):
        reason = _protected(line, keep, rejected) or _tied(line, at, stories, usual, limits, outlet)
        evidence = None if reason else _evidence(line, at, stories, recurs, limits)
        if not reason and not evidence:
            reason = "nothing shows that it is no part of the stories"
        rule = _rule(line, at, stories, evidence) if evidence else None
        candidates.append(Candidate(line, at.groups, rule, reason))
    return candidates


def _index(stories: Sequence[Story]) -> dict[str, _Line]:
    found: dict[str, _Line] = defaultdict(_Line)
    for number, story in enumerate(stories):
        for place, line in enumerate(story.lines):
            found[line].places[number].append(place)
    return found


# --- stories that have to do with each other


def _related(stories: Sequence[Story], found: Mapping[str, _Line], enough: int) -> Callable[[int], int]:
    """Tells stories apart by group: one headline, a rare line in common, or nearly one text make one group."""
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


def _buckets(stories: Sequence[Story], found: Mapping[str, _Line], enough: int) -> Iterator[Iterable[int]]:
    for line, at in found.items():
        if 1 < len(at.places) < enough and len(line) >= _RARE_LEAST:
            yield at.places
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


class _Usual:
    """How common words of headlines and securities are over all of the outlet's stories."""

    def __init__(self, stories: Sequence[Story]) -> None:
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


# --- why not


def _protected(line: str, keep: Callable[[str], bool], rejected: Collection[str]) -> str | None:
    if keep(line):
        return "the outlet's file keeps it"
    if rule_name(line) in rejected:
        return "it was taken back"
    if _CELLS in line:
        return "a row of a table"
    if _SECURITY.search(line):
        return "it names a security"
    if _QUOTING.search(line):
        return "it quotes"
    if _REPORTING.search(line):
        return "it reports"
    return None


def _tied(
    line: str, at: _Line, stories: Sequence[Story], usual: _Usual, limits: Thresholds, outlet: Collection[str]
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
    line: str, at: _Line, stories: Sequence[Story], recurs: Collection[str], limits: Thresholds
) -> Evidence | None:
    pages = len(at.places)
    if sum(len(places) for places in at.places.values()) > 1.5 * pages or _PLACEHOLDER.fullmatch(line):
        return "repeated"
    if sum(_at_margin(stories[n].lines, places, recurs) for n, places in at.places.items()) >= _MARGIN * pages:
        return "margin"
    label = len(line) <= _LABEL and not re.search(r"[.!?。！？]$", line)
    heads = sum(_heads_paragraph(stories[n].lines, places[-1], recurs) for n, places in at.places.items())
    if label and heads > _HEADS * pages:
        return "reader" if _TOLD_TO.match(line) else None
    if _READER.search(line):
        return "reader"
    return "share" if at.groups >= limits.usual * len(stories) and len(stories) >= 50 else None


def _at_margin(lines: Sequence[str], places: Sequence[int], recurs: Collection[str]) -> bool:
    """Whether nothing but recurring lines stands before or after."""
    return all(line in recurs for line in lines[places[-1] + 1 :]) or all(line in recurs for line in lines[: places[0]])


def _heads_paragraph(lines: Sequence[str], place: int, recurs: Collection[str]) -> bool:
    after = lines[place + 1] if place + 1 < len(lines) else ""
    return after not in recurs and (len(after) >= _PARAGRAPH or bool(_END.search(after)))


def _rule(line: str, at: _Line, stories: Sequence[Story], evidence: Evidence) -> LearntRule:
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

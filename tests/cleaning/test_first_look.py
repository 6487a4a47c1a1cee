"""A first look at a line rules no pattern out that matches it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadtape.cleaning.boilerplate.first_look import Expression, FirstLook
from broadtape.cleaning.boilerplate.pattern_parts import alternatives, needles, openings
from broadtape.cleaning.boilerplate.rule_set import rules_for

OURS = [rule.expression for rule in rules_for(None).general.rules]
WAYS = [one.of([part]) for one in OURS for part in one.parts]
PIECES = st.sampled_from(
    [
        "a",
        "B",
        "k",
        "ß",
        "É",
        "9",
        " ",
        r"\.",
        r"\w",
        r"\W",
        r"\d",
        "[ab]",
        "[^a]",
        "[a-k]",
        r"[-–(\]]",
        ".",
        "ab",
        r"\b",
    ]
)
BOUNDED = st.sampled_from(["", "", "?", "{2}", "{0,2}", "{1,3}?", "{,2}"])
QUANTIFIERS = BOUNDED | st.sampled_from(["*", "+"])


def _joined(parts: list[tuple[str, str]]) -> str:
    return "".join(part if part == r"\b" else part + quantifier for part, quantifier in parts)


def _sequence(*parts: tuple[st.SearchStrategy[str], st.SearchStrategy[str]]) -> st.SearchStrategy[str]:
    return st.lists(st.one_of(*(st.tuples(*part) for part in parts)), min_size=1, max_size=4).map(_joined)


# What has no end stands in no group, and no group comes without end: of `(?:a*)*` a line may be tried for ever.
GROUPS = st.lists(_sequence((PIECES, BOUNDED)), min_size=1, max_size=3).map(lambda found: f"(?:{'|'.join(found)})")
PATTERNS = st.lists(_sequence((PIECES, QUANTIFIERS), (GROUPS, BOUNDED)), min_size=1, max_size=3).map("|".join)


@settings(deadline=None, max_examples=50)
@given(PATTERNS, st.booleans(), st.data())
def test_what_any_pattern_matches_is_looked_at(pattern: str, ignore_case: bool, data: st.DataObject) -> None:
    expression = Expression(tuple(alternatives(pattern)), flags="i" if ignore_case else "")
    line = data.draw(st.from_regex(expression.of([pattern]), fullmatch=True))
    assert FirstLook([expression]).over([line]) == [True]


@settings(deadline=None, max_examples=50)
@given(st.sampled_from(WAYS).flatmap(lambda way: st.from_regex(way, fullmatch=True)))
def test_what_our_rules_match_is_looked_at(line: str) -> None:
    assert rules_for(None).general.look.over([line]) == [True]


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=60), PATTERNS)
def test_a_look_says_no_more_than_the_patterns(line: str, pattern: str) -> None:
    assert FirstLook([Expression((pattern,))]).over([line]) == [bool(re.fullmatch(pattern, line))]


@pytest.mark.parametrize(
    ("pattern", "letters"),
    [
        ("ads?", {"a"}),
        (r"[-–(]*\s?(?:Ads?|publicité)", {"", "a", "p"}),
        (r"(?:jetzt |hier )?abonnieren", {"j", "h", "a"}),
        ("[Mm]ore:", {"m"}),
        (r"(?!the)\bread", {"r"}),
        (".{2,60}newsletter", None),
        (r"\w+ ago", None),
        ("a?", None),
    ],
)
def test_what_a_pattern_opens_with(pattern: str, letters: set[str] | None) -> None:
    assert openings(pattern) == letters


def test_words_that_a_pattern_cannot_do_without() -> None:
    assert needles(r"(?i:.{0,80}\bGoogle news?\b.{0,60})") == {"google new"}
    assert needles(".{2,60}[/|](?:Agency|wire)") == {"agency", "wire"}
    assert needles(r".{2,60}[/|]\w+") == {"/", "|"}
    assert needles("(?:one|t)") is None
    assert needles("(?:one|two)?") is None


def test_most_of_our_rules_are_understood() -> None:
    assert sum(openings(way) is None and needles(way) is None for way in WAYS) < 0.02 * len(WAYS)

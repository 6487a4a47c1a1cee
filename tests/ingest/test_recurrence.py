"""Which recurring lines are learnt, and which must never be."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from broadtape.cleaning.boilerplate.learnt import carries_facts
from broadtape.ingest.minhash import minhash
from broadtape.learning.recurrence import Candidate, StoryLines, Thresholds, recurring

FIRST = datetime(2026, 3, 2, 9, tzinfo=UTC)
NAMES = "Alder Birch Cobalt Dunmore Ember Fallow Garnet Harrow Inver Juniper Kestrel Larch Mallow Orrin".split()
TRADES = "freight pumps glass foods copper timber grain cranes cable paper salt rail linen slate tin".split()
PROMOTION = "Sign up to the Morning Tide, our letter on shipping and power."
DISCLAIMER = "Nothing here is advice to buy or sell anything at all."


def story(
    number: int, *more: str, title: str | None = None, at: int | None = None, day: int | None = None
) -> StoryLines:
    """An invented story like no other, with `more` lines, at its end or at a place."""
    rng = random.Random(number)
    name, trade = NAMES[number % len(NAMES)], TRADES[number * 7 % len(TRADES)]
    lines = [
        f"{name} {number} sold {rng.randrange(100, 999)} loads of {trade} in week {number}, it told its owners.",
        f"The price of {trade} came to {rng.randrange(10, 99)}.{number:02} a load, the exchange found.",
        f"A rival, {rng.choice(NAMES)} of berth {number}, has {rng.randrange(1_000, 9_000)} people, it says.",
    ]
    lines[len(lines) if at is None else at : len(lines) if at is None else at] = more
    when = FIRST + timedelta(days=number % 20 if day is None else day, minutes=number)
    return StoryLines(
        url=f"https://www.ledger.example/{number}",
        title=title or f"{name} counts its {trade} for the {number}th time",
        lines=tuple(lines),
        fetched_at=when,
        minhash=minhash("\n\n".join(lines)),
        day=f"{when:%Y-%m-%d}",
    )


def verdict(stories: list[StoryLines], line: str, **options: object) -> Candidate | None:
    return next((c for c in recurring(stories, **options) if c.line == line), None)  # type: ignore[arg-type]


def learnt(stories: list[StoryLines], line: str, **options: object) -> bool:
    found = verdict(stories, line, **options)
    return found is not None and found.rule is not None


def some(line: str, *, every: int = 4, at: int | None = None, count: int = 80) -> list[StoryLines]:
    return [story(n, *([line] if n % every == 0 else []), at=at) for n in range(count)]


def test_a_promotion_that_stands_on_unrelated_stories_is_learnt_with_what_it_rests_on() -> None:
    found = verdict(some(PROMOTION, at=1), PROMOTION)
    assert found is not None
    rule = found.rule
    assert rule is not None
    assert (rule.pattern, rule.count, rule.pages, rule.evidence) == (PROMOTION, 20, 80, "reader")
    assert (rule.days, len(rule.examples)) == (5, 5)
    assert rule.first_seen < rule.last_seen
    assert rule.examples[0] == "https://www.ledger.example/0"


def test_nothing_else_of_these_stories_is_learnt() -> None:
    assert [c.line for c in recurring(some(PROMOTION)) if c.rule] == [PROMOTION]


@pytest.mark.parametrize(
    ("line", "at", "evidence"),
    [(DISCLAIMER, None, "margin"), ("Harbour, power and freight", 0, "margin"), ("Loading…", 1, "repeated")],
)
def test_what_else_shows_that_a_line_belongs_to_the_page(line: str, at: int | None, evidence: str) -> None:
    found = verdict(some(line, at=at), line)
    assert found is not None
    assert found.rule is not None
    assert found.rule.evidence == evidence


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("The company did not immediately respond to a request for comment.", "it reports"),
        ("Das Unternehmen wollte sich nicht äußern.", "it reports"),
        ("La société n’a pas souhaité répondre.", "it reports"),
        ('"We never comment on rumours in the market."', "it quotes"),
        ("Company | Price | Change", "a row of a table"),
        ("Shares of Larch (NYSE: LRCH) are our pick.", "it names a security"),
    ],
)
def test_lines_of_stories_are_never_learnt_however_often_they_stand_at_the_end(line: str, reason: str) -> None:
    found = verdict(some(line, every=2), line)
    assert found is not None
    assert (found.rule, found.reason) == (None, reason)


def test_a_heading_with_paragraphs_below_is_part_of_its_stories() -> None:
    for line in ("What you need to know", "Why it matters:"):
        assert not learnt(some(line, every=2, at=1), line)


def test_a_label_that_tells_the_reader_to_do_something_heads_nothing() -> None:
    assert learnt(some("CLICK HERE TO GET THE LEDGER APP", every=2, at=1), "CLICK HERE TO GET THE LEDGER APP")


def test_a_sentence_within_stories_that_speaks_to_nobody_is_left_alone() -> None:
    line = "Grain from the north is dearer than grain from the south."
    found = verdict(some(line, every=8, at=1), line)
    assert found is not None
    assert found.reason == "nothing shows that it is no part of the stories"


def test_a_wire_paragraph_republished_under_other_headlines_is_not_learnt() -> None:
    shared = tuple(f"The ferry to Ansel sank at pier {n} in the night, and nobody knows why yet." for n in range(4))
    wire = [story(n, title=f"Ferry sinks, report {n}", day=n % 9, at=0) for n in range(100, 112)]
    wire = [StoryLines(s.url, s.title, (*shared, *s.lines[:1]), s.fetched_at, s.symbols, None, s.day) for s in wire]
    for line in shared:
        assert not learnt([*some(PROMOTION), *wire], line)


def test_background_that_stories_of_one_subject_share_is_not_learnt() -> None:
    line = "The strike at the quays began on a Monday in spring, and our readers know how it went on from there."
    subject = [
        story(n, line, title=f"Dockers weigh offer {n} of the {NAMES[n % 9]} quay", at=1) for n in range(200, 216)
    ]
    found = verdict([*some(PROMOTION), *subject], line)
    assert found is not None
    assert found.reason == "these stories are all about 'dockers'"


def test_one_story_under_many_addresses_counts_once() -> None:
    copies = [story(300, DISCLAIMER, title="Orrin buys Larch", day=n) for n in range(30)]
    assert verdict([*(story(n) for n in range(60)), *copies], DISCLAIMER) is None


def test_what_stands_on_one_day_only_is_not_learnt() -> None:
    stories = [story(n, PROMOTION, day=3) if n < 30 else story(n) for n in range(80)]
    found = verdict(stories, PROMOTION)
    assert found is not None
    assert found.reason == "all within 1 day"


def test_a_line_with_the_facts_of_its_stories_is_not_learnt() -> None:
    line = "Our view of Kestrel is on page 12, and your view is welcome."
    stories = [story(n, line, title=f"Kestrel and the {TRADES[n % 15]} of {NAMES[n % 7]}") for n in range(0, 80, 2)]
    found = verdict([*stories, *(story(n) for n in range(1, 400, 2))], line)
    assert found is not None
    assert found.reason == "it carries facts of the stories it stands in"


def test_the_outlets_file_and_people_have_the_last_word() -> None:
    stories = some(PROMOTION)
    kept = verdict(stories, PROMOTION, keep=lambda line: line == PROMOTION)
    assert kept is not None
    assert (kept.rule, kept.reason) == (None, "the outlet's file keeps it")
    back = verdict(stories, PROMOTION, rejected={kept.name})
    assert back is not None
    assert (back.rule, back.reason) == (None, "it was taken back")


def test_few_stories_teach_nothing() -> None:
    assert recurring([story(n, PROMOTION) for n in range(5)]) == []
    assert recurring([]) == []


def test_the_order_of_the_stories_makes_no_difference() -> None:
    stories = [*some(PROMOTION, at=2), *(story(n, DISCLAIMER) for n in range(100, 130))]
    shuffled = random.Random(3).sample(stories, len(stories))
    assert recurring(stories) == recurring(shuffled)


def test_thresholds_can_be_lowered_for_a_handful_of_pages() -> None:
    few = [story(n, DISCLAIMER) for n in range(4)]
    assert learnt(few, DISCLAIMER, thresholds=Thresholds(stories=3, days=2))


@pytest.mark.parametrize(
    ("line", "title", "others", "carries"),
    [
        ("Join 41,000 readers", "Ledger lifts outlook", "", False),
        ("Join 41,000 readers", "Union wins 41,000 jobs", "", True),
        ("Join 41,000 readers", "Union wins", "All 41,000 jobs are safe.", True),
        ("Ten ideas for 2026", "Union wins", "In 2026 all is well.", False),
        ("Ask Kestrel, our guide", "Kestrel lifts outlook", "", True),
        ("Ask Kestrel, our guide", "Larch lifts outlook", "Kestrel fell.", False),
        ("CLICK HERE TO GET THE APP", "Here Are The Shares That Rose", "", False),
        ("GET THE KESTREL LIFTS GUIDE", "Kestrel Lifts Outlook", "", True),
        ("More from the Ledger today", "Ledger lifts outlook", "", False),
    ],
)
def test_facts_of_a_story(line: str, title: str, others: str, carries: bool) -> None:
    assert carries_facts(line, title, others, ["The Ledger"]) is carries

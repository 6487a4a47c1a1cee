"""What is noticed about an outlet's pages and listings, and above all what is not: quiet outlets must not cry wolf."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadtape.article import Article, RemovedLine
from broadtape.capture import Listing
from broadtape.monitoring.listing_drift import find_dead, find_dried_up, find_in_listings
from broadtape.monitoring.measures import Measures, Page, Spread, measure
from broadtape.monitoring.page_drift import Deviation, find, unlikely

START = datetime(2026, 11, 2, 6, tzinfo=UTC)
PROMOTION = tuple(
    f"Promotion {n}: our members read every story without waiting and save it for later." for n in range(4)
)


def run_id(number: int) -> str:
    return f"{START + timedelta(hours=number):%Y%m%dT%H%M%SZ}-{number:06x}"


def pages(rng: random.Random, run: int, count: int, **changed: Any) -> list[Page]:
    """Stories as a steady outlet prints them: of very unequal length, an author mostly, a date always."""
    made = []
    for number in range(count):
        name = f"{run}-{number}"
        words = max(30, int(rng.lognormvariate(6.0, 0.6)))
        text = f"Story {name} begins here with words of its own. " + " ".join(f"w{name}x{n}" for n in range(words))
        fetched = START + timedelta(hours=run)
        published = fetched - timedelta(minutes=rng.uniform(2, 58))
        article = Article(
            url=f"https://quayside.example/{name}",
            article_id=name,
            title=f"Story {name}",
            text=text,
            word_count=words,
            authors=("Ada Writer",) if rng.random() < 0.9 else (),
            published_at=published,
            published_source="json-ld",
            removed=(RemovedLine("Advertisement", "ad"),) if rng.random() < 0.5 else (),
        )
        listing = Listing(article.url, published_at=published)
        made.append(Page(article.url, replace(article, **changed), listing, fetched, first=True))
    return made


def history(rng: random.Random, sizes: Sequence[int]) -> list[Measures]:
    return [measure(run_id(run), pages(rng, run, size))[0] for run, size in enumerate(sizes)]


def judged(before: Sequence[Measures], found: Sequence[Page]) -> list[Deviation]:
    measures, repeated = measure(run_id(len(before)), found)
    return find(measures, before, found, repeated)


@pytest.mark.slow
@pytest.mark.parametrize("rate", [1, 3, 12], ids=["a quiet outlet", "a steady one", "a busy one"])
def test_an_outlet_that_stays_as_it_was_raises_no_alarm(rate: int) -> None:
    for seed in range(40):
        rng = random.Random(seed)
        measures: list[Measures] = []
        for run in range(30):
            found = pages(rng, run, rng.randint(1, 2 * rate))
            assert judged(measures[-40:], found) == [], f"seed {seed}, run {run}"
            measures.append(measure(run_id(run), found)[0])


def test_first_runs_are_not_judged() -> None:
    broken = pages(random.Random(1), 0, 12, text="\n\n".join(PROMOTION), word_count=60, authors=())
    assert judged([], broken) == []
    assert judged(history(random.Random(2), [7]), broken) == []


def test_one_earlier_run_is_enough_for_a_page_that_carries_no_story_of_its_own() -> None:
    before = history(random.Random(3), [14])
    broken = pages(random.Random(4), 1, 5, text="\n\n".join(PROMOTION), word_count=60)
    (finding, *_) = judged(before, broken)
    assert finding.holds
    assert finding.said.startswith("5 of 5 pages have the same text as other stories' pages (before: 0 of 14)")
    assert finding.examples == tuple(page.url for page in broken[:3])


def test_known_stories_that_are_looked_at_again_are_judged_too() -> None:
    again = [replace(page, first=False) for page in pages(random.Random(4), 1, 5, text="\n\n".join(PROMOTION))]
    assert [finding.holds for finding in judged(history(random.Random(3), [14]), again)] == [True]


def test_a_story_that_came_by_two_addresses_repeats_nobody() -> None:
    (page,) = pages(random.Random(4), 1, 1)
    twice = [page, *(replace(page, url=f"{page.url}?{n}") for n in range(5))]
    assert measure(run_id(1), twice)[0].repeated == 0


def test_two_such_pages_are_no_proof() -> None:
    broken = pages(random.Random(4), 1, 2, text="\n\n".join(PROMOTION))
    assert judged(history(random.Random(3), [14]), broken) == []


def test_two_pages_that_both_lack_several_things_are() -> None:
    changed = {"published_at": None, "published_source": None, "text": "\n\n".join(PROMOTION)}
    found = judged(history(random.Random(3), [14]), pages(random.Random(4), 1, 2, **changed))
    assert [finding.holds for finding in found] == [True, False]
    assert judged(history(random.Random(3), [14]), pages(random.Random(4), 1, 1, **changed)) == []


def test_a_quiet_outlet_is_judged_by_its_last_runs_together() -> None:
    before = history(random.Random(5), [1] * 30)
    noticed = []
    for run in range(30, 36):
        found = pages(random.Random(run), run, 1, authors=(), published_at=None, published_source=None)
        measures, repeated = measure(run_id(run), found)
        noticed.append(bool(find(measures, before, found, repeated)))
        before.append(measures)
    assert noticed.index(True) <= 3


@pytest.mark.parametrize(
    ("changed", "said", "holds"),
    [
        ({"published_at": None, "published_source": None}, "state no time of publication", False),
        ({"authors": ()}, "name no author", False),
        ({"word_count": 20}, "the median length is 20 words (before: ", True),
        ({"word_count": 9000}, "the median length is 9,000 words (before: ", True),
        ({"removed": (RemovedLine("x" * 9000, "r"),)}, "of the text out (before: ", True),
    ],
)
def test_what_changed_is_said(changed: dict[str, Any], said: str, holds: bool) -> None:
    found = judged(history(random.Random(6), [12] * 8), pages(random.Random(7), 8, 12, **changed))
    assert [finding.holds for finding in found] == [holds]
    assert said in found[0].said
    assert len(found[0].examples) == 3


def test_pages_that_give_no_article_are_noticed() -> None:
    found = [replace(page, article=None) for page in pages(random.Random(8), 8, 6)]
    (finding,) = judged(history(random.Random(9), [12] * 4), found)
    assert finding.said == "6 of 6 pages give no article (before: 0 of 48)"
    assert not finding.holds


def shifted(run: int, hours: float) -> list[Page]:
    found = pages(random.Random(run), run, 8)
    for at, page in enumerate(found):
        assert page.article
        assert page.article.published_at
        moved = page.article.published_at + timedelta(hours=hours)
        found[at] = replace(page, article=replace(page.article, published_at=moved))
    return found


@pytest.mark.parametrize(("hours", "age"), [(24, "-23."), (-24, "24."), (-5, "5.")])
def test_dates_that_moved_show_in_the_lag(hours: float, age: str) -> None:
    (finding,) = judged(history(random.Random(10), [8] * 8), shifted(8, hours))
    assert finding.said.startswith(f"new stories are {age}")
    assert not finding.holds


def test_what_came_while_nobody_looked_is_old_for_that_reason() -> None:
    before = history(random.Random(10), [8] * 8)
    late = [replace(page, fetched_at=page.fetched_at + timedelta(days=2)) for page in pages(random.Random(11), 8, 8)]
    measures, repeated = measure(run_id(8 + 48), late)
    assert find(measures, before, late, repeated) == []


def test_the_first_runs_backlog_is_no_measure_of_the_lag() -> None:
    backlog = [
        replace(page, fetched_at=page.fetched_at + timedelta(days=5)) for page in pages(random.Random(12), 0, 40)
    ]
    before = [measure(run_id(0), backlog)[0], *history(random.Random(13), [8] * 8)[1:]]
    assert judged(before, pages(random.Random(14), 8, 8)) == []
    assert judged(before, shifted(8, -24)) != []


def test_measures_survive_the_ledger_and_nothing_else_does() -> None:
    (measures,) = history(random.Random(15), [5])
    assert Measures.from_json(measures.run, measures.to_json()) == measures
    for text in (None, "", "[]", '{"words": {"middle": 1}}', '{"pages": 3, "later": 1}'):
        kept = Measures.from_json("r", text)
        assert kept is None or kept.pages == 3


@given(st.lists(st.floats(-1e6, 1e6), min_size=1))
def test_a_spread_lies_among_its_values(values: list[float]) -> None:
    spread = Spread.of(values)
    assert spread
    assert min(values) - 1e-3 <= spread.middle <= max(values) + 1e-3
    assert 0 <= spread.mad <= max(values) - min(values) + 1e-3


@given(st.integers(0, 50), st.integers(1, 50), st.integers(0, 200), st.integers(1, 200))
def test_more_such_pages_are_never_less_unlikely(count: int, of: int, before: int, of_before: int) -> None:
    count, before = min(count, of), min(before, of_before)
    if unlikely(count, of, before, of_before) and count < of:
        assert unlikely(count + 1, of, before, of_before)


# --- listings

FEED = "https://quayside.example/feed"


def look(listed: int, *, status: str = "200", unchanged: bool = False, **more: Any) -> dict[str, Any]:
    listing = {"url": FEED, "status": status, "listed": listed, "new": 0, "unchanged": unchanged}
    return {"listings": [listing], "discovered": listed, **more}


def said(found: Sequence[Deviation]) -> Iterator[str]:
    return (finding.said for finding in found)


def test_a_feed_that_fell_empty_is_told_from_one_that_did_not_change() -> None:
    before = [look(24), look(0, unchanged=True), look(0, status="304", unchanged=True)]
    assert list(said(find_in_listings(look(0), before, []))) == [f"{FEED} lists nothing (before: 24)"]
    assert find_in_listings(look(0, unchanged=True), before, []) == []
    assert find_in_listings(look(0, status="503"), before, []) == []


@pytest.mark.parametrize("usual", [[0], [3], [9], [2, 0, 4, 1, 0, 3], [40, 2, 35, 12, 0, 28]])
def test_a_list_that_is_short_now_and_then_is_no_trouble(usual: list[int]) -> None:
    assert find_in_listings(look(0), [look(count) for count in usual], []) == []


def test_a_list_that_shrank_is_noticed_once_its_length_is_known() -> None:
    assert find_in_listings(look(3), [look(40)] * 4, []) == []
    assert list(said(find_in_listings(look(3), [look(40)] * 6, []))) == [f"{FEED} lists 3 (before: 40)"]


def test_a_dead_listing_beside_a_living_one_is_named_after_three_runs() -> None:
    other = "https://quayside.example/other"

    def looks(*statuses: str) -> list[dict[str, Any]]:
        return [{"listings": [{"url": FEED, "status": "304"}, {"url": other, "status": status}]} for status in statuses]

    def dead(*statuses: str, own: Sequence[str] = (FEED, other)) -> list[str]:
        *before, now = looks(*statuses)
        return list(said(find_dead(now, before, own)))

    assert dead("200", "410", "410") == []
    assert dead("200", "410", "unreadable: x", "410") == [f"{other} could not be read in the last 3 runs: 410"]
    assert dead("200", "410", "not due", "410") == []
    assert dead("404", "404", "404", "404") == [f"{other} could not be read in the last 4 runs: 404"]
    assert dead("410", "410", "410", "200") == []
    assert dead("robots", "robots", "robots") == []
    assert dead("410", "410", "410", own=[FEED]) == []
    assert find_dead({"listings": [{"url": other, "status": "410"}]}, looks("410", "410"), [other]) == []


def test_a_short_feed_that_stays_empty_is_named_after_three_runs() -> None:
    usual, same = [look(3), look(2), look(3), look(3), look(2)], look(0, status="304", unchanged=True)

    def dry(*looks: dict[str, Any], own: Sequence[str] = (FEED,)) -> list[str]:
        return list(said(find_dried_up(looks[-1], looks[:-1], own)))

    assert dry(*usual, look(0), same) == []
    assert dry(*usual, look(0), same, same) == [f"{FEED} has listed nothing in the last 3 runs (before: 2 to 3)"]
    assert dry(*usual, look(0), look(0, unchanged=True), look(0)) != []
    assert dry(*usual[:3], look(0), same, same) == []
    assert dry(*usual, look(0), look(3), look(0), same, same) == []
    assert dry(*usual, same, same, same) == []
    assert dry(*[look(0)] * 9) == []
    assert dry(*usual, look(0), same, same, own=[]) == []


def test_addresses_of_a_new_shape_are_noticed() -> None:
    before = [look(30, skipped={"pattern": 3})] * 3
    (finding,) = find_in_listings(look(30, skipped={"pattern": 28}), before, [])
    assert finding.said == "28 of 30 listed addresses do not fit the patterns in its file (before: 9 of 90)"
    assert find_in_listings(look(30, skipped={"pattern": 8}), before, []) == []


def test_pages_that_cannot_be_fetched_any_more_are_noticed() -> None:
    before = [look(30, fetched=10, failed=1)] * 3
    (finding,) = find_in_listings(look(30, fetched=0, failed=10), before, [])
    assert finding.said == "10 of 10 pages could not be fetched (before: 3 of 33)"


def test_known_stories_that_claim_another_time_are_noticed() -> None:
    moved = {"seconds": 86400.0, "agree": 9, "known": 10, "examples": ("a", "b", "c")}
    (finding,) = find_in_listings(look(24, moved=moved), [], [Measures(pages=12)])
    assert finding == Deviation("9 of 10 known stories are listed 24.0 hours later than they were", ("a", "b", "c"))


def test_a_listing_that_never_agreed_with_its_pages_has_not_moved() -> None:
    five_hours = Measures(pages=12, offset=Spread(-18000, 2, 12))
    moved = {"seconds": -18000.0, "agree": 10, "known": 10}
    assert find_in_listings(look(24, moved=moved), [], [five_hours]) == []
    assert find_in_listings(look(24, moved={**moved, "seconds": 0.0}), [], [five_hours]) != []


@pytest.mark.parametrize(("agree", "known"), [(4, 4), (6, 10)])
def test_a_few_stories_with_a_new_time_were_updated(agree: int, known: int) -> None:
    moved = {"seconds": 86400.0, "agree": agree, "known": known}
    assert find_in_listings(look(24, moved=moved), [], [Measures(pages=12)]) == []


def test_before_any_page_was_measured_nothing_is_said_of_times() -> None:
    assert find_in_listings(look(24, moved={"seconds": 86400.0, "agree": 10, "known": 10}), [], []) == []

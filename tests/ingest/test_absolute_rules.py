"""What is wrong about an outlet's first pages, when nothing says what is usual."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from broadtape.article import Article
from broadtape.capture import Listing
from broadtape.monitoring.absolute_rules import find_absolute, find_repeated
from broadtape.monitoring.measures import Measures, Page

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOME = "https://quay.example"


def page(number: int, listing: Listing | None = None, **facts: object) -> Page:
    text = f"The harbour booked {number} barges."
    made = {
        "title": f"Barges {number}",
        "text": text,
        "text_sha256": text,
        "word_count": 200,
        "authors": (f"A. {number}",),
    }
    article = Article(url=f"{HOME}/{number}", article_id=str(number), **{**made, **facts})  # type: ignore[arg-type]
    return Page(article.url, article, listing, NOW, first=True)


def said(pages: Sequence[Page], **bounds: int) -> list[str]:
    return [finding.said for finding in find_absolute(pages, **bounds)]


def test_pages_of_their_own_are_let_be() -> None:
    assert said([page(number) for number in range(30)]) == []
    assert said([page(0)]) == []
    assert said([]) == []


@pytest.mark.parametrize("stories", [2, 3, 31])
def test_one_text_for_all_stories_is_held_back(stories: int) -> None:
    pages = [page(number, text_sha256="same") for number in range(stories)]
    (found,) = find_absolute(pages)
    assert found.said == f"{stories} of {stories} stories have the same text"
    assert found.absolute
    assert all(found.held(each.url) for each in pages)


def test_of_many_stories_only_those_with_one_text_are_held() -> None:
    same, others = [page(n, text_sha256="same") for n in range(3)], [page(n) for n in range(10, 40)]
    (found,) = find_absolute([*same, *others])
    assert [found.held(each.url) for each in (*same[:1], *others[:1])] == [True, False]


def test_two_of_many_prove_nothing() -> None:
    assert said([page(1, text_sha256="same"), page(2, text_sha256="same"), page(3), page(4)]) == []


def test_one_story_that_came_twice_repeats_nobody() -> None:
    assert said([page(1, text_sha256="same"), page(1, text_sha256="same")]) == []


def test_one_headline_for_most_stories() -> None:
    assert said([page(n, title="The Quay") for n in range(4)]) == ["4 of 4 stories have the same headline"]
    assert said([page(n, title="Tides today") for n in range(3)] + [page(n) for n in range(10, 20)]) == []


def test_what_the_listing_says_too_is_so() -> None:
    listing = Listing(HOME, title="Tides today", authors=("Ada Quay",))
    assert said([page(n, listing, title="Tides today", authors=("Ada Quay",)) for n in range(9)]) == []
    other = Listing(HOME, title="Barges", authors=("Ben Moor",))
    assert len(said([page(n, other, title="The Quay", authors=("Ada Quay",)) for n in range(9)])) == 2


def test_one_author_for_all_of_several_stories() -> None:
    assert said([page(n, authors=("Ada Quay",)) for n in range(5)]) == ["5 of 5 stories name the same author"]
    assert said([page(n, authors=("Ada Quay",)) for n in range(4)]) == []
    assert said([page(n, authors=("Ada Quay",)) for n in range(5)] + [page(7)]) == []
    assert said([page(n, authors=()) for n in range(9)]) == []
    assert said([page(n, authors=("Ada Quay",)) for n in range(3)], several=2, signed=3)


def test_hardly_any_prose() -> None:
    assert "hardly any prose" in said([page(n, word_count=12) for n in range(3)])[0]
    assert said([page(n, word_count=12, paywalled=True) for n in range(3)]) == []
    assert said([page(n, word_count=12) for n in range(3)] + [page(n) for n in range(5, 9)]) == []


def test_stories_that_come_one_at_a_time_are_counted_together() -> None:
    one, repeats = Measures(pages=1), Measures(pages=1, repeated=1)
    assert find_repeated(["u"], repeats, [one]) == []
    (found,) = find_repeated(["u"], repeats, [one, repeats])
    assert found.held("u")
    assert find_repeated(["u"], repeats, [Measures(pages=5), repeats]) == []
    assert find_repeated([], one, [one, repeats, repeats]) == []

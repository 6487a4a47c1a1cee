"""Which story a page is, and the address it goes by."""

from __future__ import annotations

import pytest

from broadtape.article import Article
from broadtape.capture import Capture
from broadtape.ingest.identity import own_address, story_id
from broadtape.site import Site
from broadtape.urls import article_id, identity_key, url_id

SITE = Site.model_validate(
    {
        "name": "quayside",
        "title": "Quayside",
        "homepage": "https://www.quayside.example/",
        "hosts": ["www.quayside.example", "amp.quayside.example"],
        "article_number_pattern": r"-(\d{6})$",
    }
)
HOME = "https://www.quayside.example"


def article(url: str, canonical: str | None = None) -> Article:
    return Article(url=url, canonical_url=canonical)


def named(url: str, canonical: str | None = None, known: dict[int, Capture] | None = None) -> str:
    return story_id(url, article(url, canonical), SITE, "quayside", known or {})


def test_a_later_slug_is_the_same_story() -> None:
    assert named(f"{HOME}/harbour-dues-100200") == named(f"{HOME}/harbour-dues-rise-100200")


def test_without_a_number_the_canonical_address_tells() -> None:
    assert named(f"{HOME}/a?ref=home", f"{HOME}/b") == named(f"{HOME}/b") == article_id("quayside", f"{HOME}/b")


def test_another_outlets_canonical_does_not() -> None:
    assert named(f"{HOME}/a", "https://wire.example/b") == named(f"{HOME}/a")


def test_what_the_ledger_calls_it_stays() -> None:
    seen = Capture(site="quayside", run="r", outcome="archived", article_id="first")
    assert named(f"{HOME}/a", f"{HOME}/b", {url_id(f"{HOME}/a"): seen}) == "first"


@pytest.mark.parametrize(
    ("url", "canonical", "own"),
    [
        (f"{HOME}/a", f"{HOME}/a-newer-slug", f"{HOME}/a"),
        (f"{HOME}/a", "http://www.quayside.example/a", f"{HOME}/a"),
        (f"{HOME}/a?page=2", f"{HOME}/a", f"{HOME}/a"),
        ("https://amp.quayside.example/a", f"{HOME}/a", f"{HOME}/a"),
        (f"{HOME}/a?utm_source=x#top", None, f"{HOME}/a"),
        (f"{HOME}/a", "https://wire.example/b", f"{HOME}/a"),
    ],
)
def test_the_address_an_article_goes_by(url: str, canonical: str | None, own: str) -> None:
    assert own_address(article(url, canonical), SITE) == own


@pytest.mark.parametrize(
    "other",
    [
        "http://quayside.example/news/a/",
        "https://m.quayside.example/news/a",
        "https://www.quayside.example/news/a/amp/",
        "https://www.quayside.example/news/a?utm_source=feed&utm_medium=rss#comments",
        "HTTPS://WWW.QUAYSIDE.EXAMPLE:443/news/a",
    ],
)
def test_ways_of_writing_one_page_fold_together(other: str) -> None:
    assert identity_key(other) == identity_key(f"{HOME}/news/a")
    assert url_id(other) == url_id(f"{HOME}/news/a")

"""The shipped outlets' files, held to the stories: what is cleaned is what was written, no line more or less."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from newsroom_client import ask

from broadtape import Article
from broadtape.cleaning import extract
from broadtape.settings import load_settings
from examples.newsroom import Expected, Newsroom

FACTS: dict[str, tuple[Callable[[Article], Any], Callable[[Expected], Any]]] = {
    "title": (lambda a: a.title, lambda e: e.title),
    "text": (lambda a: tuple(a.paragraphs), lambda e: e.lines),
    "authors": (lambda a: a.authors, lambda e: e.authors),
    "published": (lambda a: a.published_at, lambda e: e.published),
    "language": (lambda a: a.language, lambda e: e.language),
    "section": (lambda a: a.section, lambda e: e.section),
    "tags": (lambda a: a.tags, lambda e: e.tags),
    "tickers": (lambda a: {f"{t.exchange}: {t.symbol}" for t in a.tickers}, lambda e: set(e.tickers)),
    "update note": (lambda a: a.update_note, lambda e: e.update_note),
    "disclosure": (lambda a: a.disclosure, lambda e: e.disclosure),
    "machine generated": (lambda a: a.machine_generated, lambda e: e.machine_generated),
    "origin": (lambda a: (a.canonical_url or a.url) == a.url, lambda e: e.canonical_url is None),
}


@pytest.mark.parametrize("outlet", ["marketferry", "harbour-ledger", "wirepoint", "kontorblatt"])
def test_stories_clean_to_what_was_written(outlet: str) -> None:
    with Newsroom(edition=2, faults=False) as room:
        site = load_settings(room.config).sites()[outlet]
        stories = [expected for expected in room.expected() if expected.outlet == outlet]
        assert stories
        for expected in stories:
            reply = ask(expected.url)
            article = extract(reply.body, expected.url, site=site)
            for fact, (got, wanted) in FACTS.items():
                assert got(article) == wanted(expected), f"{fact} of {expected.url}"


def test_pages_in_latin1_clean_by_the_declared_charset() -> None:
    with Newsroom() as room:
        site = load_settings(room.config).sites()["kontorblatt"]
        for number in ("-200103", "-200104"):
            expected = next(e for e in room.expected() if number in e.url)
            reply = ask(expected.url)
            article = extract(reply.body, expected.url, site=site, content_type=reply.headers["Content-Type"])
            assert tuple(article.paragraphs) == expected.lines

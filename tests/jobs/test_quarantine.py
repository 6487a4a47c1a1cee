"""Decisions on pages that were held back: what is published is what a crawl would have published."""

from __future__ import annotations

import pytest

import broadtape
from broadtape.archive import Archive
from broadtape.article import Article
from broadtape.errors import NotAnArchive, UsageError
from broadtape.jobs.held_page import held_page
from broadtape.jobs.quarantine import Choice, approve, reject, undo
from broadtape.monitoring.baseline import accepted_since
from broadtape.monitoring.status import outlet_health
from broadtape.settings import load_settings
from broadtape.times import utcnow
from tests.jobs.conftest import PLEA, SITE, House

TITLE = "Harbour dues to rise by a tenth"


def texts(archive: Archive) -> list[Article]:
    return list(broadtape.open(archive.uri).articles())


def test_the_same_page_released_and_crawled_is_the_same_text_by_the_same_extractor(house: House) -> None:
    crawling, releasing = house.archive("crawled"), house.archive("released")
    rules = house.learn(crawling)
    house.learn(releasing)
    house.crawled(crawling, TITLE)
    house.held_back(releasing, TITLE)

    decided = approve(Choice((SITE,)), as_usual=False, archive=releasing.uri, config=str(house.config))

    assert decided.published[SITE].published == 1
    (crawled,), (released,) = texts(crawling), texts(releasing)
    assert (released.text, released.title, released.extractor) == (crawled.text, crawled.title, crawled.extractor)
    assert (released.extractor or "").endswith(f"+{rules.hash}")
    assert PLEA not in released.paragraphs
    assert released.removed == crawled.removed


def test_a_look_is_taken_as_usual_only_when_that_is_said_and_can_be_taken_back(house: House) -> None:
    archive, config = house.archive(), str(house.config)
    first, second = house.held_back(archive, TITLE, "The ferry to the islands")
    approve(Choice(urls=(first,)), as_usual=False, archive=archive.uri, config=config)
    assert accepted_since(archive, SITE) == ("", set())

    approve(Choice((SITE,)), as_usual=True, reason="redesigned", archive=archive.uri, config=config)
    assert {article.url for article in texts(archive)} == {first, second}
    since, runs = accepted_since(archive, SITE)
    assert {since} == runs

    assert undo(SITE, archive=archive.uri, config=config) == sorted(runs)
    assert accepted_since(archive, SITE) == ("", set())
    assert len(texts(archive)) == 2
    with pytest.raises(UsageError, match="nothing to undo"):
        undo(SITE, archive=archive.uri, config=config)


def test_undone_the_decision_before_it_holds_again(house: House) -> None:
    archive, config = house.archive(), str(house.config)
    kept = []
    for title in (TITLE, "The ferry to the islands"):
        house.held_back(archive, title)
        approve(Choice((SITE,)), as_usual=True, archive=archive.uri, config=config)
        kept.append(accepted_since(archive, SITE))
    assert kept[0] != kept[1]
    undo(SITE, archive=archive.uri, config=config)
    assert accepted_since(archive, SITE) == kept[0]


def test_rejected_pages_stay_out(house: House) -> None:
    archive, config = house.archive(), str(house.config)
    house.held_back(archive, TITLE)
    assert reject(Choice((SITE,)), reason="a plea", archive=archive.uri, config=config).rejected == {SITE: 1}
    assert texts(archive) == []
    assert archive.ledger.quarantined([SITE]) == []
    assert reject(Choice((SITE,)), archive=archive.uri, config=config).rejected == {SITE: 0}


def test_what_waits_is_told_until_it_is_decided(house: House) -> None:
    archive, config = house.archive(), str(house.config)
    sites = list(load_settings(house.config).sites().values())
    house.held_back(archive, TITLE)
    (before,) = outlet_health(archive, sites, now=utcnow())
    assert before.held == 1
    assert (before.trouble or "").startswith("1 page is held back: 'broadtape quarantine list quayside' shows them")
    reject(Choice((SITE,)), archive=archive.uri, config=config)
    (after,) = outlet_health(archive, sites, now=utcnow())
    assert (after.held, after.trouble) == (0, None)


def test_an_outlet_that_a_run_is_writing_is_left_out_and_named(house: House) -> None:
    archive = house.archive()
    house.held_back(archive, TITLE)
    with archive.lease(SITE, run="other"):
        decided = approve(Choice((SITE,)), as_usual=True, archive=archive.uri, config=str(house.config))
    assert "is being written by run other" in decided.left_out[SITE]
    assert decided.published == {}
    assert accepted_since(archive, SITE) == ("", set())


def test_a_held_page_is_shown_as_it_would_be_published_beside_the_last_good_one(house: House) -> None:
    archive, config = house.archive(), str(house.config)
    house.learn(archive)
    house.crawled(archive, "The ferry to the islands")
    (url,) = house.held_back(archive, TITLE)

    shown = held_page(url, archive=archive.uri, config=config)

    assert shown.capture.reason == "drift: they all say the same"
    assert isinstance(shown.made, Article)
    assert (shown.made.title, PLEA in shown.made.paragraphs) == (TITLE, False)
    assert shown.last_good is not None
    assert shown.last_good.title == "The ferry to the islands"
    with pytest.raises(UsageError, match="is not held back"):
        held_page("https://quayside.example/news/another", archive=archive.uri, config=config)


def test_no_archive_is_made_by_a_decision(house: House) -> None:
    with pytest.raises(NotAnArchive):
        reject(Choice((SITE,)), archive=str(house.folder / "nowhere"), config=str(house.config))
    assert not (house.folder / "nowhere").exists()

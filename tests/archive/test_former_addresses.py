"""What release 0.1.0 archived is found under this one's rules of which page an address is, and keeps its ids."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from archive_samples import DATE, article
from hypothesis import given
from hypothesis import strategies as st

import broadtape
from broadtape.archive import Archive, Decision
from broadtape.archive.address_lookups import blocked_at, known_at
from broadtape.archive.lifecycle.takedown import forget
from broadtape.archive.lifecycle.takedown_targets import Request, resolve
from broadtape.capture import Capture
from broadtape.urls import AddressRules, url_id
from broadtape.urls.former_ids import former_url_id

HOME = "https://www.wire.example"
# Address, `url_id` and `article_id` (of the outlet `wire`), as release 0.1.0 itself made them.
RELEASED = json.loads((Path(__file__).parent / "fixtures" / "addresses-0.1.0.json").read_text())
IDS = {url: (number, article) for url, number, article in RELEASED}


def row(url: str, number: int, name: str | None, **values: object) -> Capture:
    known = {"outcome": "archived", "fetched_at": DATE, "source": "crawl", "access": "full"}
    return Capture(site="wire", run="r1", url=url, url_id=number, article_id=name, **{**known, **values})  # type: ignore[arg-type]


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """An archive with each address as release 0.1.0 wrote it, one story each where it gave several one number."""
    moments = (DATE + timedelta(milliseconds=n) for n in count())
    archive = Archive.open(str(tmp_path / "archive"), create=True, clock=lambda: next(moments))
    first = {number: (url, name) for url, number, name in reversed(RELEASED)}
    with archive.lease("wire", run="r1") as lease:
        archive.commit(
            articles=[replace(article(n), url=url, article_id=name) for n, (url, name) in enumerate(first.values())],
            captures=[row(url, number, name) for number, (url, name) in first.items()],
            leases=[lease],
        )
    return archive


@pytest.mark.parametrize(("url", "number", "name"), RELEASED, ids=[url for url, *_ in RELEASED])
def test_a_released_number_is_remembered(url: str, number: int, name: str) -> None:
    assert former_url_id(url) == number
    assert len(name) == 32


def test_what_was_archived_is_known_and_keeps_its_ids(archive: Archive) -> None:
    held = {capture.url: capture for capture in archive.ledger.recent(["wire"], DATE - timedelta(days=400))}
    assert len(held) > 20
    for url, capture in held.items():
        assert url is not None
        known = known_at(archive.ledger, "wire", [url])
        assert known[url_id(url)].article_id == capture.article_id == IDS[url][1]
        assert known[url_id(url)].url_id == IDS[url][0]


def test_a_story_that_was_taken_for_another_is_new(archive: Archive) -> None:
    taken, mistaken = f"{HOME}/view.asp?cid=70011", f"{HOME}/view.asp?cid=70012"
    assert IDS[taken] == IDS[mistaken]
    assert list(known_at(archive.ledger, "wire", [taken, mistaken])) == [url_id(taken)]
    assert known_at(archive.ledger, "wire", [f"{HOME}/view.asp"]) == {}


def test_readers_find_it_by_its_address(archive: Archive) -> None:
    corpus = broadtape.open(archive.uri)
    for url in (f"{HOME}/view.asp?cid=70011", f"{HOME}/n/{{12}}.html", f"{HOME}/view?id=1&section=business"):
        assert [found.article_id for found in corpus.articles(url=url)] == [IDS[url][1]]
        assert [capture.url for capture in corpus.ledger(url)] == [url]
    assert corpus.ledger(f"{HOME}/view.asp?cid=70012") == []


def test_forgotten_by_the_earlier_release_is_forgotten(archive: Archive) -> None:
    url = f"{HOME}/q?empty=&x=1"
    archive.decisions.record([Decision(decision="forget", url_id=IDS[url][0])])
    assert blocked_at(archive.decisions, [url, f"{HOME}/other"]) == {url_id(url)}
    assert broadtape.open(archive.uri).taken_down(url) is not None


def test_a_takedown_reaches_it_and_not_its_neighbour(archive: Archive) -> None:
    url = f"{HOME}/release?session=2026&reference=12"
    other = url.replace("12", "13")
    with archive.lease("wire", run="r2") as lease:
        archive.commit(articles=[], captures=[row(other, IDS[url][0], None, outcome="failed")], leases=[lease])
    targets = resolve(archive, Request(urls=(url,)))
    assert targets.article_ids == {IDS[url][1]}
    forget(archive, urls=[url], run="f1")
    assert blocked_at(archive.decisions, [url, other]) == {url_id(url)}
    assert [capture.url for capture in known_at(archive.ledger, "wire", [url, other]).values()] == [other]


def test_a_rule_that_an_outlets_file_takes_up_later_loses_nothing(archive: Archive) -> None:
    url = f"{HOME}/markets?smid=7"
    with archive.lease("wire", run="r2") as lease:
        archive.commit(articles=[], captures=[row(url, url_id(url), "seven")], leases=[lease])
    keeping = AddressRules.of(keep=["smid"], drop=[])
    assert known_at(archive.ledger, "wire", [url], keeping)[url_id(url, keeping)].article_id == "seven"
    assert known_at(archive.ledger, "wire", [f"{HOME}/markets?smid=8"], keeping) == {}


def test_readers_need_not_know_the_outlets_file(archive: Archive) -> None:
    rules = AddressRules.of(keep=["smid"], drop=["t"])
    url = f"{HOME}/rates?smid=7&t=81"
    with archive.lease("wire", run="r2") as lease:
        archive.commit(articles=[], captures=[row(url, url_id(url, rules), None)], leases=[lease])
    corpus = broadtape.open(archive.uri)
    assert [found.url for found in corpus.ledger(f"{HOME}/rates?t=99&smid=7")] == [url]
    assert corpus.ledger(f"{HOME}/rates?smid=8&t=81") == []


@given(st.text())
def test_any_text_has_a_number_or_none(text: str) -> None:
    former_url_id(text)
    former_url_id(f"{HOME}/{text}")

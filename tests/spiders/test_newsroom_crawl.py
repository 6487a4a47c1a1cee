"""The sample newsroom, crawled twice: every story kept, every trap passed over, and the second time only the news."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from crawl_lab import Crawled, commit, crawl, job_of

from broadtape.site.outlets import load_sites
from examples.newsroom import Newsroom


class Visits:
    """The newsroom, what it saw of each crawl, and what each crawl told."""

    def __init__(self, room: Newsroom, folder: Path) -> None:
        self.room = room
        sites = load_sites(room.config / "sites").values()
        self.first = crawl(job_of(folder, *sites, run="20261123T201900Z-000001", timeout=2.0))
        self.asked = list(room.requests)
        self.expected, self.skipped = room.expected(), room.skipped()
        commit(folder, self.first)
        room.log.clear()
        room.set_edition(2)
        self.second = crawl(job_of(folder, *sites, run="20261123T202900Z-000002", timeout=2.0, force=True))
        self.asked_again = list(room.requests)


@pytest.fixture(scope="module")
def visits(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visits]:
    with Newsroom() as room:
        yield Visits(room, tmp_path_factory.mktemp("visits"))


def _kept(crawled: Crawled) -> set[str]:
    """The addresses of the pages that were fetched and kept, to be cleaned."""
    return {
        note.url for site in crawled.ends for note in crawled.notes(site) if note.event == "fetch" and not note.outcome
    } - {None}


def test_every_story_is_kept(visits: Visits) -> None:
    kept = _kept(visits.first)
    assert visits.expected
    missing = [story.url for story in visits.expected if not kept & set(story.listed_urls)]
    assert missing == []


def test_every_trap_has_a_verdict_that_it_allows(visits: Visits) -> None:
    notes = {note.url: note for site in visits.first.ends for note in visits.first.notes(site)}
    for trap in visits.skipped:
        note = notes.get(trap.url)
        if not trap.outcomes:
            assert note is None, trap
        elif note is None:
            pytest.fail(f"no word of {trap}")
        elif note.outcome is None:
            # Kept for the cleaner to judge: challenges, empty pages, other types.
            assert {"not_article", "quarantined"} & set(trap.outcomes), trap
        else:
            assert note.outcome in trap.outcomes, (trap, note.reason)


def test_what_must_not_be_fetched_was_not_asked_for(visits: Visits) -> None:
    asked = {visits.room.base(request.outlet) + request.target for request in visits.asked}
    assert not asked & {trap.url for trap in visits.skipped if not trap.fetched}
    assert "backoffice" not in {request.outlet for request in visits.asked}


def test_one_request_at_a_time_and_no_faster_than_asked(visits: Visits) -> None:
    for request in visits.asked:
        # A server learns late that its client has left, or that the last of an answer has arrived.
        beside = [
            r
            for r in visits.asked
            if r.outlet == request.outlet and not r.broken_off and r.at < request.at < r.at + (r.seconds or 0) - 0.2
        ]
        assert not beside, f"{request.target} was asked for while {beside[0].target} was being answered"
    together = sum(request.in_flight > 1 for request in visits.asked)
    assert together <= sum(request.broken_off for request in visits.asked) + 2
    times = [
        request.at for request in visits.asked if request.outlet == "marketferry" and request.path != "/robots.txt"
    ]
    # Its robots.txt asks for 0.2 s; the first of them may have been seen a little late.
    assert times[-1] - times[0] >= 0.2 * (len(times) - 1) - 0.5


def test_a_hurdle_is_taken_no_sooner_than_the_server_said(visits: Visits) -> None:
    busy = [request for request in visits.asked if request.status in {429, 503}]
    assert busy
    for first in busy:
        again = [r for r in visits.asked if (r.outlet, r.target) == (first.outlet, first.target) and r.at > first.at]
        assert again[0].status == 200
        assert again[0].at - first.at >= 0.7


def test_a_page_that_drips_or_swells_is_cut_off(visits: Visits) -> None:
    for trap in visits.skipped:
        if trap.reason in {"timeout", "size"}:
            (request,) = [r for r in visits.asked if visits.room.base(r.outlet) + r.target == trap.url]
            assert request.broken_off or request.sent < 2**20
            assert request.seconds is None or request.seconds < 30


def test_the_second_crawl_asks_for_the_news_only(visits: Visits) -> None:
    changed = {story.url for story in visits.room.expected() if story.modified and story not in visits.expected}
    new = {story.url for story in visits.room.expected()} - {story.url for story in visits.expected}
    kept = _kept(visits.second)
    assert new <= kept
    assert kept <= new | changed | {
        url for story in visits.room.expected() for url in story.listed_urls if story.url in changed
    }
    assert len(kept) == 2


def test_unchanged_listings_answer_304_the_second_time(visits: Visits) -> None:
    listings = {read.url: read.status for end in visits.second.ends.values() for read in end.listings}
    assert sorted(listings.values()).count("304") >= 3
    assert not any(request.path == "/robots.txt" for request in visits.asked_again)


def test_nothing_went_wrong_that_nobody_foresaw(visits: Visits) -> None:
    for crawled in (visits.first, visits.second):
        assert crawled.status == 0
        assert crawled.end.error is None
        assert "Traceback" not in crawled.log
        assert not any(end.trouble for end in crawled.ends.values())

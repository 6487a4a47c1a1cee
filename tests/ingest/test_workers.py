"""Cleaning in worker processes: a page that hangs or crashes its worker costs only itself."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from dataclasses import dataclass

import pytest

from broadtape.archive.warc import Http
from broadtape.article import Article
from broadtape.errors import CleanersFailed
from broadtape.ingest.cleaning_pool import Cleaners
from broadtape.ingest.page_job import PageJob, Refusal
from broadtape.settings import Settings
from broadtape.site import Site
from broadtape.times import utcnow

URL = "https://quayside.example/news/harbour-dues"


def page(*lines: str) -> bytes:
    written = "".join(f"<p>{line}</p>" for line in lines)
    return f"<html><body><article><h1>Harbour dues</h1>{written}</article></body></html>".encode()


STORY = page(
    "The harbour board raised its dues by a tenth on Monday, the first change in four years.",
    "Carriers that berth there more than twice a week will pay the old rate until the end of March.",
    "The board expects the change to bring in about four million a year, which it will spend on dredging.",
)


@dataclass(frozen=True)
class Deadly(Http):
    """A response whose body ends the process that decodes it, as a fault in C code would."""

    def content(self, limit: int = 0) -> bytes:
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError(limit)


def job(body: bytes, kind: type[Http] = Http) -> PageJob:
    return PageJob("quayside", URL, kind(200, "OK", ((b"Content-Type", b"text/html"),), body), utcnow())


@pytest.fixture
def cleaners() -> Cleaners:
    site = Site.model_validate(
        {
            "name": "quayside",
            "title": "Quayside",
            "homepage": "https://quayside.example/",
            "hosts": ["quayside.example"],
            # A rule that takes for ever on a line made for it.
            "boilerplate": [{"pattern": "^(x+x+)+y$", "action": "drop_line"}],
        }
    )
    return Cleaners({"quayside": site}, Settings(workers=2, page_timeout=3.0), lambda _site: None)


def test_the_rest_is_cleaned_in_order(cleaners: Cleaners) -> None:
    hanging = page(*(["x" * 60] * 2), "The harbour board raised its dues by a tenth on Monday, the board said.")
    jobs = [job(STORY), job(hanging), job(STORY), job(b"", Deadly), job(b"%PDF-1.7"), job(STORY)]
    with cleaners:
        results = list(cleaners.clean(jobs))
    stories = [results[at] for at in (0, 2, 5)]
    assert all(isinstance(story, Article) and story.minhash for story in stories)
    assert len({story.text for story in stories if isinstance(story, Article)}) == 1
    assert results[1] == Refusal("quarantined", "cleaner took longer than 3 s")
    assert isinstance(results[3], Refusal)
    assert results[3].outcome == "quarantined"
    assert "crashed" in results[3].reason
    assert results[4] == Refusal("not_article", "not_html")


def _kill_on_sight(how_many: int, over: threading.Event) -> None:
    """Ends so many worker processes as soon as each is there, which is long before it has a page."""
    seen: set[int] = set()
    while len(seen) < how_many and not over.is_set():
        for child in multiprocessing.active_children():
            if child.pid and child.pid not in seen and len(seen) < how_many:
                seen.add(child.pid)
                os.kill(child.pid, signal.SIGKILL)
        time.sleep(0.01)


def _cleaned_while_killing(cleaners: Cleaners, how_many: int) -> list[Article | Refusal]:
    over = threading.Event()
    killer = threading.Thread(target=_kill_on_sight, args=(how_many, over))
    with cleaners:
        killer.start()
        try:
            return list(cleaners.clean([job(STORY), job(STORY)]))
        finally:
            over.set()
            killer.join()


def test_workers_that_are_killed_before_they_have_a_page_cost_none(cleaners: Cleaners) -> None:
    assert all(isinstance(result, Article) for result in _cleaned_while_killing(cleaners, 2))


def test_where_no_worker_can_live_the_machine_is_told_and_no_page_blamed(cleaners: Cleaners) -> None:
    with pytest.raises(CleanersFailed, match="end before they have begun: is there a limit on memory"):
        _cleaned_while_killing(cleaners, 10_000)


def test_no_worker_is_started_for_no_page(cleaners: Cleaners) -> None:
    with cleaners:
        assert list(cleaners.clean([])) == []

"""How the last runs over an outlet went, and what was held of outlets at a moment."""

from __future__ import annotations

from typing import Any

from corpus_samples import FolderTables, MemoryTables, at, row

from broadtape.corpus import Corpus
from broadtape.corpus.coverage.runs import last_runs


def look(minutes: float, **values: Any) -> dict[str, Any]:
    """A row about a look at the outlet."""
    told = {"site": "paper", "run": f"r{minutes}", "outcome": "polled", "recorded_at": at(minutes)}
    return {**told, **values}


def test_runs_come_newest_first_with_what_each_brought() -> None:
    detail = '{"listings": [{"url": "https://a/feed", "status": 200}], "discovered": 7, "fetched": 3, "failed": 1}'
    captures = [
        look(10, detail=detail),
        look(10, outcome="archived", url="https://a/1"),
        look(10, outcome="archived", url="https://a/2"),
        look(10, url="https://a/robots.txt"),
        look(20, reason="no feed could be read", detail="[] not JSON"),
        look(30, outcome="busy"),
        look(40, site="other"),
    ]
    corpus = Corpus(MemoryTables(captures=captures))
    busy, broken, good = last_runs(corpus, "paper")
    assert (good.at, good.archived, good.discovered, good.fetched, good.failed) == (at(10), 2, 7, 3, 1)
    assert good.listings == (("https://a/feed", "200"),)
    assert good.trouble is None
    assert (broken.trouble, broken.listings, broken.discovered) == ("no feed could be read", (), None)
    assert busy.trouble == "another run was writing this outlet"
    assert last_runs(corpus, "paper", count=1) == [busy]
    assert last_runs(corpus, "paper", until=at(25)) == [broken, good]
    assert last_runs(corpus, "nobody") == []


def test_outlets_as_of_a_moment_by_either_clock() -> None:
    articles = [row("a", fetched_at=at(30), archived_at=at(60)), row("b", fetched_at=at(50), archived_at=at(90))]
    corpus = Corpus(MemoryTables(articles, [look(70, fetched_at=at(55)), look(95, fetched_at=at(94))]))

    def held(**then: Any) -> list[tuple[int, Any]]:
        return [(outlet.articles, outlet.last_polled_at) for outlet in corpus.outlets(**then)]

    assert held() == [(2, at(94))]
    assert held(as_of=at(75)) == [(1, at(55))]
    assert held(as_of=at(60), clock="fetched") == [(2, at(55))]
    assert held(as_of=at(1)) == []


def test_trouble_is_what_the_last_run_left(tmp_path: Any) -> None:
    tables = FolderTables.at(tmp_path)
    corpus = Corpus(tables)
    assert corpus.trouble("paper") is None
    tables.save_state("paper", {"trouble": {"since": "2026-03-01T00:00:00Z", "run": "r", "reason": "it broke"}})
    assert corpus.trouble("paper") == "it broke"
    tables.save_state("paper", {"trouble": "of a later release"})
    assert corpus.trouble("paper") is None

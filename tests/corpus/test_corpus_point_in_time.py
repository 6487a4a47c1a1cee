"""As of T is what was read at T, minus what was forgotten since: over a real archive's commits and upkeep."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from corpus_samples import at
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broadtape import Article
from broadtape.archive import Archive
from broadtape.archive.lifecycle.compaction import maintain
from broadtape.archive.lifecycle.takedown import forget
from broadtape.corpus import Corpus
from broadtape.corpus.fulltext import update_index
from broadtape.urls import article_id
from tests.examples import examples


def story(name: str, fetched: float, text: str, extractor: str = "x/1") -> Article:
    url = f"https://www.example.com/{name}"
    return Article(
        url=url,
        article_id=article_id("paper", url),
        site="paper",
        text=text,
        published_at=at(0),
        fetched_at=at(fetched),
        extractor=extractor,
    )


HISTORY = [
    [story("a", 1, "A."), story("b", 1, "B.")],
    [story("a", 10, "A, corrected.")],
    [story("a", 10, "A, cleaned.", "x/2"), story("b", 1, "B, cleaned.", "x/2")],  # re-extraction
    [story("a", 10, "A, corrected."), story("c", 12, "C.")],  # a redo of what is there already
    [story("c", -90_000, "C, years before.")],  # backfill
    [story("a", 20, "A, again.", "x/2"), story("d", 20, "D.", "x/2")],
]


def read(corpus: Corpus, **filters: Any) -> list[tuple[Any, ...]]:
    return [(a.url, a.text, a.fetched_at, a.archived_at, a.revision) for a in corpus.articles(**filters)]


def test_every_commit_can_be_read_again(tmp_path: Path) -> None:
    now = at(0)
    archive = Archive.open(str(tmp_path / "archive"), create=True, clock=lambda: now)
    seen: list[tuple[datetime, list[Any], list[Any]]] = []
    for number, articles in enumerate(HISTORY, start=1):
        now = at(100 * number)
        with archive.lease("paper", run="r") as lease:
            stamp = archive.commit(articles=articles, captures=[], leases=[lease])
        corpus = Corpus(archive)
        seen.append((stamp, read(corpus), read(corpus, revisions=True)))
    for _, current, _ in seen:
        assert len({url for url, *_ in current}) == len(current)

    now = at(10_000)
    maintain(archive, run="m")
    kept = Corpus(archive)
    for stamp, current, revisions in seen:
        assert read(kept, as_of=stamp) == current
        assert read(kept, as_of=stamp, revisions=True) == revisions

    forget(archive, urls=["https://www.example.com/a"], run="f")
    left = Corpus(archive)
    for stamp, current, _ in seen:
        assert read(left, as_of=stamp) == [row for row in current if row[0] != "https://www.example.com/a"]
    assert kept.taken_down("https://www.example.com/a") is None
    assert left.taken_down("https://www.example.com/a") == now


steps = st.one_of(
    # A crawl, or a backfill of earlier bytes: which story, fetched when (days), with which wording.
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from([1, 2, 30, 31]), st.sampled_from("xy")), max_size=3),
    st.tuples(st.just("reextract"), st.sampled_from(["x/2", "x/3"])),
    st.tuples(st.just("forget"), st.sampled_from("abc")),
    st.just("maintain"),
)


@pytest.mark.slow
@settings(max_examples=examples(8), deadline=None, suppress_health_check=list(HealthCheck))
@given(history=st.lists(steps, min_size=1, max_size=7))
def test_any_history_can_be_read_again_at_every_commit(
    tmp_path_factory: pytest.TempPathFactory, history: list[Any]
) -> None:
    now = at(0)
    archive = Archive.open(str(tmp_path_factory.mktemp("life") / "archive"), create=True, clock=lambda: now)
    seen: list[tuple[datetime, list[Any], list[Any]]] = []
    pages: dict[tuple[str, float], str] = {}  # what the world could read: story, when → the first wording we had of it
    forgotten: set[str] = set()
    for number, step in enumerate(history, start=1):
        now = at(100_000 * number)
        match step:
            case "maintain":
                maintain(archive, run="m")
                update_index(archive, run="m")
            case ("forget", name):
                forget(archive, urls=[f"https://www.example.com/{name}"], run="f")
                forgotten.add(name)
            case ("reextract", extractor):
                commit(archive, [story(name, day * 1440, text, extractor) for (name, day), text in pages.items()])
            case fetched:
                fresh = [each for each in fetched if each[0] not in forgotten and each[:2] not in pages]
                pages |= {(name, day): text for name, day, text in reversed(fresh)}
                commit(archive, [story(name, day * 1440, pages[name, day]) for name, day in {e[:2] for e in fresh}])
        pages = {key: text for key, text in pages.items() if key[0] not in forgotten}
        corpus = Corpus(archive)
        seen.append((now, read(corpus), read(corpus, revisions=True)))

    corpus, gone = Corpus(archive), {f"https://www.example.com/{name}" for name in forgotten}
    window = {"since": at(0), "until": at(1), "by": "published"}
    for moment, current, revisions in seen:
        for filters, rows in (({}, current), ({"revisions": True}, revisions)):
            left = [row for row in rows if row[0] not in gone]
            assert read(corpus, as_of=moment, **filters) == left
            assert read(corpus, as_of=moment, **window, **filters) == left, "a window is read another way"
            found = corpus.search("*", limit=100, as_of=moment, **filters)
            assert sorted((hit.article.url, hit.article.text) for hit in found) == sorted(row[:2] for row in left)
    for day in (0, 1, 2, 30, 31):
        then = [key for key in pages if key[1] <= day]
        world = {name: pages[name, max(when for n, when in then if n == name)] for name, _ in then}
        told = corpus.articles(as_of=at(day * 1440), clock="fetched")
        assert {article.url[-1]: article.text for article in told} == world


def commit(archive: Archive, articles: list[Article]) -> None:
    if articles:
        with archive.lease("paper", run="r") as lease:
            archive.commit(articles=articles, captures=[], leases=[lease])

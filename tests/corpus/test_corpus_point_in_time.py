"""As of T is what was read at T, minus what was forgotten since: over a real archive's commits and upkeep."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from corpus_samples import at

from broadtape import Article
from broadtape.archive import Archive
from broadtape.corpus import Corpus
from broadtape.urls import article_id


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
    archive.maintain(run="m")
    kept = Corpus(archive)
    for stamp, current, revisions in seen:
        assert read(kept, as_of=stamp) == current
        assert read(kept, as_of=stamp, revisions=True) == revisions

    archive.forget(urls=["https://www.example.com/a"], run="f")
    left = Corpus(archive)
    for stamp, current, _ in seen:
        assert read(left, as_of=stamp) == [row for row in current if row[0] != "https://www.example.com/a"]
    assert kept.taken_down("https://www.example.com/a") is None
    assert left.taken_down("https://www.example.com/a") == now

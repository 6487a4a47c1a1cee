"""What was added since a reader last looked: each addition once, whatever happened to the files meanwhile."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from corpus_samples import FolderTables, at, row
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broadtape.archive.lifecycle.compaction import maintain
from broadtape.corpus import Corpus
from broadtape.errors import ArchiveError, UsageError
from tests.examples import examples

DAY = 24 * 60
fetches = st.tuples(st.sampled_from("abc"), st.sampled_from([0, 1, 40]), st.sampled_from(["x/1", "x/2"]))
steps = st.one_of(st.lists(fetches, min_size=1, max_size=3, unique=True), st.just("maintain"))


@settings(max_examples=examples(8), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(history=st.lists(steps, min_size=1, max_size=6))
def test_every_edition_is_told_once(tmp_path_factory: pytest.TempPathFactory, history: list[Any]) -> None:
    archive = FolderTables.at(tmp_path_factory.mktemp("history"))
    seen, told = Corpus(archive).version, []
    for number, step in enumerate(history):
        if step == "maintain":
            maintain(archive, run="m")
        else:
            # Stamps go backwards within the hour, as those of commits that race.
            stamp = at(100 * DAY - number)
            archive.append(
                "articles",
                [
                    row(a, fetched_at=at(day * DAY), extractor=x, archived_at=stamp, text=f"{number}")
                    for a, day, x in step
                ],
            )
        corpus = Corpus(archive)
        told += [(a.article_id, a.fetched_at, a.extractor) for a in corpus.changes(seen)]
        seen = corpus.version
    every = [(a.article_id, a.fetched_at, a.extractor) for a in Corpus(archive).articles(editions=True)]
    assert sorted(told, key=repr) == sorted(every, key=repr)
    assert list(Corpus(archive).changes(seen)) == []


def test_since_a_time_and_of_some_outlets(tmp_path: Path) -> None:
    archive = FolderTables.at(tmp_path)
    archive.append("articles", [row("a"), row("b", site="wire", archived_at=at(90))])
    archive.append("articles", [row("a", fetched_at=at(80), archived_at=at(100), title="Second")])
    corpus = Corpus(archive)
    assert [(a.article_id, a.revision, a.title) for a in corpus.changes(at(60))] == [
        ("b", 1, "Story b"), ("a", 2, "Second"),
    ]  # fmt: skip
    assert [a.article_id for a in corpus.changes(0, site="wire", columns=["article_id"])] == ["b"]
    assert len(list(corpus.changes("2020-01-01"))) == 3


def test_a_version_that_is_not_there(tmp_path: Path) -> None:
    archive = FolderTables.at(tmp_path)
    archive.append("articles", [row("a")])
    for wrong in (-1, 99):
        with pytest.raises(UsageError, match=f"There is no version {wrong} of the archive: expected 0 to 1"):
            Corpus(archive).changes(wrong)
    archive.append("articles", [row("b")])
    first = min(archive.paths("articles"), key=lambda path: path.stat().st_mtime)
    maintain(archive, run="m")
    first.unlink()
    with pytest.raises(ArchiveError, match="Version 1 of the archive is no longer kept: say since when"):
        Corpus(archive).changes(1)

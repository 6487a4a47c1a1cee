"""Stories that are nearly the same as one entry of a list: the earliest that is in it, and how many more."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from corpus_samples import FolderTables, at, row

from broadtape.cli import main
from broadtape.corpus import Corpus
from broadtape.corpus.fulltext import update_index
from broadtape.ingest.minhash import minhash

RELEASE = " ".join(f"word{n} of the release about orders" for n in range(60))
OTHER = " ".join(f"phrase{n} on the weather of the coast" for n in range(60))


def copy(name: str, minutes: int, text: str = RELEASE, **values: Any) -> dict[str, Any]:
    return row(
        name,
        text=text,
        minhash=minhash(text),
        published_at=at(0),
        fetched_at=at(minutes),
        archived_at=at(minutes + 1),
        language="en",
        **values,
    )


@pytest.fixture(params=["index", "no index"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> FolderTables:
    """One release at four outlets, first at the wire, and another story."""
    made = FolderTables.at(tmp_path)
    made.append("articles", [copy("first", 5, site="wire"), copy("second", 10), copy("alone", 7, OTHER)])
    made.append("articles", [copy("third", 20, f"{RELEASE} (agency)"), copy("fourth", 30, site="blatt")])
    if request.param == "index":
        update_index(made, run="m")
    return made


def ids(corpus: Corpus, **filters: Any) -> list[str | None]:
    return sorted(article.article_id or "" for article in corpus.articles(cluster=True, **filters))


def test_the_earliest_of_those_that_pass_stands_for_the_others(archive: FolderTables) -> None:
    corpus = Corpus(archive)
    assert ids(corpus) == ["alone", "first"]
    assert ids(corpus, site="paper") == ["alone", "second"]
    assert ids(corpus, as_of=at(8)) == ["alone", "first"]
    assert ids(corpus, limit=2) == ["alone", "first"]
    assert corpus.near_duplicates().rows() == [("first", ["second", "third", "fourth"])]
    assert corpus.near_duplicates(site="paper").rows() == [("second", ["third"])]
    assert corpus.near_duplicates(as_of=at(8)).is_empty()


def test_a_search_has_them_as_one_hit(archive: FolderTables) -> None:
    corpus = Corpus(archive)
    found = corpus.search("release", cluster=True)
    assert found.total == 1
    assert [(hit.article.article_id, hit.others) for hit in found] == [("first", ("second", "third", "fourth"))]
    (hit,) = corpus.search("agency OR release", cluster=True, site="paper")
    assert (hit.article.article_id, hit.others) == ("second", ("third",))
    assert {hit.others for hit in corpus.search("agency", cluster=True)} == {()}, "the others do not say so"
    assert corpus.search("release", cluster=True, as_of=at(8)).hits[0].others == ()


def test_where_very_much_is_found_the_first_entries_are_the_same(
    archive: FolderTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = Corpus(archive)
    exact = corpus.search("the", cluster=True)
    newest = corpus.search("the", cluster=True, sort="newest")
    assert (exact.total, exact.behind, len(exact)) == (2, 3, 2)
    monkeypatch.setattr("broadtape.corpus.fulltext.folding.DEEPEST", 2)
    monkeypatch.setattr("broadtape.corpus.fulltext.folding._MARGIN", 0)
    bounded = corpus.search("the", cluster=True)
    assert (bounded.total, bounded.behind) == (5, None), "each text is counted"
    assert bounded.hits == exact.hits
    assert corpus.search("the", cluster=True, limit=1, offset=1).hits == exact.hits[1:]
    assert corpus.search("the", cluster=True, sort="newest").hits == newest.hits


def test_the_shell_says_how_many_more(archive: FolderTables, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", "--archive", archive.uri, "--cluster", "--columns", "site"]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {(each["site"], each["near_duplicates"]) for each in told} == {("wire", 3), ("paper", 0)}
    assert main(["read", "--archive", archive.uri, "--cluster", "--format", "text"]) == 0
    assert "and 3 more" in capsys.readouterr().out
    assert main(["search", "release", "--archive", archive.uri, "--cluster"]) == 0
    assert "and 3 more" in capsys.readouterr().out
    columns = ["--columns", "article_id,near_duplicates,score"]
    assert main(["search", "release", "--archive", archive.uri, "--cluster", *columns]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert list(json.loads(line)) == ["article_id", "near_duplicates", "score"]
    assert main(["search", "release", "--archive", archive.uri, "--format", "text", *columns]) == 2

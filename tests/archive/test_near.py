"""Near-duplicates: found as texts come, answered at any time, and gone with what is forgotten."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from archive_samples import DATE

import broadtape
from broadtape.archive import Archive, near_duplicates, near_pairs
from broadtape.archive.lifecycle.compaction import maintain
from broadtape.archive.lifecycle.takedown import forget
from broadtape.archive.lifecycle.verification import verify
from broadtape.archive.near_comparison import compare, likeness
from broadtape.article import Article
from broadtape.corpus import Corpus
from broadtape.errors import UsageError
from broadtape.ingest.minhash import minhash
from broadtape.urls import article_id, url_id
from broadtape.work import done_here


def words(seed: int, count: int = 300) -> list[str]:
    rng = random.Random(seed)
    return [rng.choice("abcdefghijklmnop") + str(rng.randrange(400)) for _ in range(count)]


def edited(text: list[str], share: float, seed: int = 0) -> list[str]:
    """The same words with a share of them replaced."""
    rng = random.Random(seed)
    return [f"z{rng.random()}" if rng.random() < share else word for word in text]


def story(site: str, name: str, text: list[str], *, hours: float = 0, listed: float | None = None) -> Article:
    url = f"https://{site}.example/{name}"
    fetched = DATE + timedelta(hours=hours)
    return Article(
        url=url,
        article_id=article_id(site, url),
        site=site,
        text=" ".join(text),
        minhash=minhash(" ".join(text)),
        fetched_at=fetched,
        first_listed_at=DATE + timedelta(hours=listed) if listed is not None else None,
        extractor="broadtape-0.1.0/aaaa",
    )


class Clocked:
    """An archive whose clock the test sets."""

    def __init__(self, folder: Path) -> None:
        self.now = DATE
        self.archive = Archive.open(str(folder), create=True, clock=lambda: self.now)

    def publish(self, *articles: Article, at: float) -> None:
        self.now = DATE + timedelta(hours=at)
        for site in sorted({str(article.site) for article in articles}):
            with self.archive.lease(site, run=f"r{at}", seconds=10**8) as lease:
                mine = [article for article in articles if article.site == site]
                self.archive.commit(articles=mine, captures=[], leases=[lease])

    def clusters(self, **asked: object) -> dict[str, tuple[str, int]]:
        found = Corpus(self.archive).clusters(**asked)  # type: ignore[arg-type]
        return {name: (cluster, place) for name, cluster, place in found.iter_rows()}


@pytest.fixture
def clocked(tmp_path: Path) -> Clocked:
    return Clocked(tmp_path / "archive")


RELEASE = words(1)
WIRE = story("wire", "release", RELEASE, hours=1)
PAPER = story("paper", "copy", edited(RELEASE, 0.05), hours=3)
OTHER = story("paper", "other", words(2), hours=3)


def ids(*articles: Article) -> list[str]:
    return [str(article.article_id) for article in articles]


@pytest.mark.parametrize("maintained", [True, False], ids=["by upkeep", "on reading"])
def test_the_same_release_at_two_outlets_is_told_earliest_first(clocked: Clocked, maintained: bool) -> None:
    clocked.publish(WIRE, OTHER, PAPER, at=4)
    if maintained:
        assert maintain(clocked.archive, run="m").pairs == 1
    first, second = ids(WIRE, PAPER)
    assert clocked.clusters() == {first: (first, 1), second: (first, 2)}
    assert [each.url for each in Corpus(clocked.archive).similar(PAPER)] == [WIRE.url, PAPER.url]
    assert [each.url for each in Corpus(clocked.archive).similar(OTHER)] == [OTHER.url]


def test_what_was_never_archived_is_like_nothing(clocked: Clocked) -> None:
    with pytest.raises(UsageError):
        Corpus(clocked.archive).similar(Article(url=WIRE.url))


def test_who_listed_it_first_is_the_earliest(clocked: Clocked) -> None:
    late = replace(WIRE, first_listed_at=DATE + timedelta(hours=1))
    early = replace(PAPER, first_listed_at=DATE + timedelta(minutes=5))
    clocked.publish(late, early, at=4)
    assert clocked.clusters()[str(late.article_id)] == (str(early.article_id), 2)


def test_it_is_answered_as_it_was_at_any_time(clocked: Clocked) -> None:
    third = story("ledger", "copy", edited(RELEASE, 0.05, seed=9), hours=0.5)
    clocked.publish(WIRE, at=2)
    clocked.publish(PAPER, at=4)
    maintain(clocked.archive, run="m1")
    clocked.publish(third, at=50)  # fetched before the others, known here last
    maintain(clocked.archive, run="m2")

    def then(hours: float) -> datetime:
        return DATE + timedelta(hours=hours)

    wire, paper, ledger = ids(WIRE, PAPER, third)
    assert clocked.clusters(as_of=then(3)) == {}
    assert clocked.clusters(as_of=then(10)) == {wire: (wire, 1), paper: (wire, 2)}
    assert clocked.clusters() == {ledger: (ledger, 1), wire: (ledger, 2), paper: (ledger, 3)}
    assert clocked.clusters(as_of=then(2), clock="fetched") == {ledger: (ledger, 1), wire: (ledger, 2)}


def test_upkeep_compares_only_what_is_new(clocked: Clocked) -> None:
    clocked.publish(WIRE, PAPER, at=4)
    assert maintain(clocked.archive, run="m").pairs == 1
    clocked.publish(OTHER, at=48)
    assert maintain(clocked.archive, run="m").pairs == 0
    assert len(clocked.clusters()) == 2


def test_many_small_files_of_pairs_become_one(clocked: Clocked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(near_pairs, "_MANY", 3)
    for number in range(4):
        copy = story("paper", f"copy-{number}", edited(RELEASE, 0.02, seed=number), hours=2 + number)
        clocked.publish(*([WIRE] if number == 0 else []), copy, at=10 + 24 * number)
        maintain(clocked.archive, run=f"m{number}")
        assert len(clocked.clusters()) == 2 + number
    files = [info.key for info in clocked.archive.objects.list("index/near/") if info.key.endswith(".parquet")]
    assert len(files) < 4
    assert list(verify(clocked.archive)) == []


def test_small_parts_and_months_find_what_one_look_finds(clocked: Clocked, monkeypatch: pytest.MonkeyPatch) -> None:
    # Nine days on either side of a month's end, and further apart than a part holds texts.
    copies = [story("paper", f"copy-{n}", edited(RELEASE, 0.02, seed=n), hours=24 * 4 * n) for n in range(4)]
    clocked.publish(WIRE, *copies, at=24 * 30)
    at_once = clocked.clusters()
    assert len(at_once) == 5
    monkeypatch.setattr(near_duplicates, "_CHUNK", 1)
    assert clocked.clusters() == at_once
    monkeypatch.setattr(near_duplicates, "_FEW", 1)
    maintain(clocked.archive, run="m", doing=done_here)
    assert clocked.clusters() == at_once


def test_what_came_weeks_apart_is_not_compared(clocked: Clocked) -> None:
    clocked.publish(WIRE, story("paper", "again", RELEASE, hours=24 * 30), at=24 * 31)
    assert clocked.clusters() == {}


def test_a_forgotten_story_leaves_no_trace(clocked: Clocked, tmp_path: Path) -> None:
    clocked.publish(WIRE, PAPER, at=4)
    maintain(clocked.archive, run="m")
    forget(clocked.archive, urls=[PAPER.url], run="f")
    gone = str(PAPER.article_id).encode()
    kept = [path for path in (tmp_path / "archive" / "index").rglob("*") if path.is_file()]
    assert not any(gone in path.read_bytes() for path in kept)
    assert clocked.clusters() == {}
    maintain(clocked.archive, run="m")
    assert clocked.clusters() == {}
    assert url_id(PAPER.url) in clocked.archive.decisions.blocked([url_id(PAPER.url)])


def test_deleted_it_is_made_again(clocked: Clocked) -> None:
    clocked.publish(WIRE, PAPER, at=4)
    maintain(clocked.archive, run="m")
    before = clocked.clusters()
    clocked.archive.objects.delete([info.key for info in clocked.archive.objects.list("index/")])
    assert clocked.clusters() == before
    assert maintain(clocked.archive, run="m").pairs == 1
    assert clocked.clusters() == before


def frame(texts: list[list[str]]) -> pl.DataFrame:
    rows = [
        {"article_id": f"{n:04}", "fetched_at": DATE, "archived_at": DATE, "minhash": minhash(" ".join(text))}
        for n, text in enumerate(texts)
    ]
    return pl.DataFrame(rows, schema_overrides={"fetched_at": pl.Datetime("us", "UTC")})


@pytest.mark.parametrize(("share", "least"), [(0.02, 1.0), (0.05, 0.98), (0.1, 0.85)])
def test_edited_copies_are_found_and_strangers_are_not(share: float, least: float) -> None:
    originals = [words(seed) for seed in range(100)]
    texts = frame([*originals, *(edited(text, share, seed) for seed, text in enumerate(originals))])
    found = {(a, b) for a, b in compare(texts, texts).select("a_article_id", "b_article_id").iter_rows()}
    wanted = {(f"{n:04}", f"{n + 100:04}") for n in range(100)}
    assert found <= wanted
    assert len(found) >= least * 100


def test_a_thousand_equal_texts_make_a_star_and_not_half_a_million_pairs() -> None:
    texts = frame([RELEASE] * 1000)
    pairs = compare(texts, texts)
    assert pairs.height == 999
    assert pairs["a_article_id"].unique().to_list() == ["0000"]


def test_likeness_is_the_share_of_equal_values() -> None:
    same = minhash(" ".join(RELEASE))
    other = minhash(" ".join(words(3)))
    assert same is not None
    assert other is not None
    assert likeness(same, same) == 1.0
    assert likeness(same, other) < 0.1


def test_an_archive_without_pairs_is_read_by_readers_of_it(tmp_path: Path, clocked: Clocked) -> None:
    assert broadtape.open(str(tmp_path / "archive")).clusters().is_empty()

"""The index through an archive's life: whatever it covers, a search answers as a reading does, as of any time."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from corpus_samples import FolderTables, at, row
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from broadtape.archive import Archive
from broadtape.archive.lifecycle.compaction import maintain
from broadtape.archive.lifecycle.takedown import forget
from broadtape.archive.lifecycle.verification import verify
from broadtape.article import Article
from broadtape.corpus import Corpus
from broadtape.corpus.fulltext import opened, parts, update_index
from broadtape.corpus.fulltext.schema import FORMAT
from broadtape.corpus.fulltext.stored import Manifest
from broadtape.corpus.reading import kept_keys
from broadtape.corpus.reading.query import Query
from broadtape.corpus.reading.row_index import COLUMNS, RowIndex
from broadtape.errors import ArchiveError, EngineGone
from broadtape.urls import article_id
from broadtape.work import Work
from tests.examples import examples


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "broadtape" / "index"


DAY = 24 * 60
fetches = st.tuples(st.sampled_from("abc"), st.sampled_from([0, 1, 40]), st.sampled_from(["x/1", "x/2"]))
steps = st.one_of(st.lists(fetches, max_size=3, unique=True), st.sampled_from(["index", "maintain", "pin"]))


def row_index(archive: Archive, version: int) -> RowIndex:
    return RowIndex(archive.tables["articles"], archive.objects, version)


def append(archive: FolderTables, fetched: list[tuple[str, int, str]], number: int) -> None:
    archive.append(
        "articles",
        [
            row(name, fetched_at=at(days * DAY), extractor=extractor, archived_at=at((100 + number) * DAY),
                published_at=at(days), text=f"Word{number} of {name}.")
            for name, days, extractor in fetched
        ],
    )  # fmt: skip


def _row(article: Article) -> tuple[object, ...]:
    return article.article_id, article.fetched_at, article.extractor


def agrees(corpus: Corpus, count: int) -> None:
    """Whether a search for everything gives what a reading gives, now and as of each commit, by both clocks."""
    moments = [at((100 + number) * DAY) for number in range(count)]
    asked: list[dict[str, Any]] = [{}, *({"as_of": moment} for moment in moments)]
    asked += [{"as_of": at(days * DAY), "clock": "fetched"} for days in (0, 1, 40)]
    for filters in asked:
        for depth in ({}, {"revisions": True}, {"editions": True}):
            read = sorted(corpus.articles(**filters, **depth), key=_row)
            found = corpus.search("*", limit=100, snippets=False, **filters, **depth)
            assert sorted((hit.article for hit in found), key=_row) == read
            assert (found.total, found.notice) == (len(read), None)


@pytest.mark.slow
@settings(
    max_examples=examples(6),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(history=st.lists(steps, min_size=1, max_size=7))
def test_a_search_answers_as_a_reading_does(tmp_path_factory: pytest.TempPathFactory, history: list[Any]) -> None:
    archive = FolderTables.at(tmp_path_factory.mktemp("history"))
    pinned = [Corpus(archive)]
    for number, step in enumerate(history):
        if step == "index":
            update_index(archive, run="m")
        elif step == "maintain":
            maintain(archive, run="m")
        elif step == "pin":
            pinned.append(Corpus(archive))  # reads on while the archive moves on
        elif step:
            append(archive, step, number)
    for corpus in (pinned[-1], Corpus(archive)):
        agrees(corpus, len(history))
        knows_its_keys(archive, corpus)


def knows_its_keys(archive: FolderTables, corpus: Corpus) -> None:
    """Whether what is told of the rows' keys is what the table itself says."""
    rows = archive.tables["articles"].scan(version=corpus.version).select(COLUMNS).collect()
    keys, several = (
        row_index(archive, corpus.version),
        rows.filter(pl.len().over("article_id") > 1),
    )
    assert_frame_equal(keys.several(Query()), several, check_row_order=False)
    assert keys.sites() == set(rows["site"])
    for names in (["a"], ["a", "c", "never"], ["never"]):
        found = keys.of(names)
        if found is not None:
            assert_frame_equal(found, rows.filter(pl.col("article_id").is_in(names)), check_row_order=False)


def test_keys_tell_of_what_came_since_but_not_of_a_table_that_was_merged(tmp_path: Path) -> None:
    archive = FolderTables.at(tmp_path)
    for name in ("a", "b"):
        archive.append("articles", [row(name, archived_at=at(DAY))])
    before = archive.tables["articles"].version()
    update_index(archive, run="m")
    assert row_index(archive, before - 1).of(["a"]) is None, "what is kept knows more than that version holds"
    archive.append("articles", [row("a", fetched_at=at(DAY), archived_at=at(2 * DAY)), row("c", archived_at=at(DAY))])
    keys = row_index(archive, archive.tables["articles"].version())
    assert keys.several(Query())["article_id"].to_list() == ["a", "a"]
    found = keys.of(["a", "c"])
    assert found is not None
    assert sorted(found["article_id"]) == ["a", "a", "c"]
    assert row_index(archive, before).several(Query()).is_empty()
    maintain(archive, run="m")
    assert row_index(archive, archive.tables["articles"].version()).of(["a"]) is None
    assert [each.revision for each in Corpus(archive).articles(url="https://www.example.com/a")] == [2]
    update_index(archive, run="m")
    assert len(list(archive.objects.list("index/keys/"))) == 2, "those of the version before are gone"
    knows_its_keys(archive, Corpus(archive))


def test_upkeep_writes_the_keys_of_the_months_that_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_keys, "_AT_ONCE", 1)
    monkeypatch.setattr(kept_keys, "_PRESENT", 2)
    archive = FolderTables.at(tmp_path)
    for days in (0, 40, 80):
        archive.append("articles", [row(f"of-{days}", fetched_at=at(days * DAY), archived_at=at(90 * DAY))])
    archive.append("articles", [row("of-0", fetched_at=at(41 * DAY), archived_at=at(90 * DAY))])
    update_index(archive, run="m")
    first = {info.key for info in archive.objects.list("index/keys/")}
    assert len(first) == 4
    knows_its_keys(archive, Corpus(archive))
    # A revision of the first month's other story, and a third of the one that has two.
    archive.append("articles", [row(n, fetched_at=at(82 * DAY), archived_at=at(91 * DAY)) for n in ("of-40", "of-0")])
    update_index(archive, run="m")
    assert len(first & {info.key for info in archive.objects.list("index/keys/")}) == 3
    assert row_index(archive, archive.tables["articles"].version()).several(Query()).height == 5
    knows_its_keys(archive, Corpus(archive))


def test_a_year_is_one_part_while_it_is_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def kept() -> list[str]:
        names = (info.key.rpartition("/")[2] for info in archive.objects.list("index/keys/"))
        return sorted(name[:-73] for name in names if name != "revised.parquet")

    monkeypatch.setattr(kept_keys, "_PAST", 3)
    monkeypatch.setattr(kept_keys, "_PRESENT", 1)
    archive = FolderTables.at(tmp_path)
    for days in (0, 40, 400):
        archive.append("articles", [row(f"of-{days}", fetched_at=at(days * DAY), archived_at=at(500 * DAY))])
    update_index(archive, run="m")
    assert kept() == ["2026", "2027"]
    knows_its_keys(archive, Corpus(archive))
    archive.append("articles", [row("of-0", fetched_at=at(401 * DAY), archived_at=at(501 * DAY))])
    archive.append("articles", [row("of-0", fetched_at=at(41 * DAY), archived_at=at(501 * DAY))])
    update_index(archive, run="m")
    assert kept() == ["2026", "2027-04"], "the present year has many rows, the past one not yet"
    knows_its_keys(archive, Corpus(archive))
    archive.append("articles", [row("of-0", fetched_at=at(42 * DAY), archived_at=at(502 * DAY))])
    update_index(archive, run="m")
    assert kept() == ["2026-03", "2026-04", "2027-04"]
    knows_its_keys(archive, Corpus(archive))


def damaged(data: bytes, what: str) -> bytes:
    if what == "cut short":
        return data[: len(data) // 2]
    if what == "nonsense":
        return b"nonsense" * 99
    metadata = pl.read_parquet_metadata(io.BytesIO(data))
    rows = pl.read_parquet(io.BytesIO(data)).with_columns(pl.col("fetched_at") + pl.duration(microseconds=1))
    out = io.BytesIO()
    rows.write_parquet(out, metadata={name: value for name, value in metadata.items() if name == "covers"})
    return out.getvalue()


@pytest.mark.parametrize("what", ["gone", "cut short", "nonsense", "a bit of a time"])
@pytest.mark.parametrize("name", ["revised", "all"])
def test_without_its_keys_an_archive_reads_the_same(tmp_path: Path, name: str, what: str) -> None:
    archive = FolderTables.at(tmp_path)
    archive.append("articles", [row("a", archived_at=at(DAY)), row("b", archived_at=at(DAY))])
    archive.append("articles", [row("a", fetched_at=at(DAY), archived_at=at(2 * DAY), title="Again")])
    update_index(archive, run="m")
    whole = [list(Corpus(archive).articles(**asked)) for asked in ({}, {"url": "https://www.example.com/a"})]
    for info in list(archive.objects.list("index/keys/")):
        if (info.key == "index/keys/revised.parquet") is (name == "revised"):
            if what == "gone":
                archive.objects.delete([info.key])
            else:
                archive.objects.put(info.key, damaged(archive.objects.get(info.key), what))
    assert [len(found) for found in whole] == [2, 1]
    if what != "a bit of a time":  # as of a data file's, only upkeep can tell
        asked_again = [list(Corpus(archive).articles(**asked)) for asked in ({}, {"url": "https://www.example.com/a"})]
        assert asked_again == whole
    update_index(archive, run="m")
    knows_its_keys(archive, Corpus(archive))
    assert row_index(archive, archive.tables["articles"].version()).of(["a"]) is not None


def test_only_changed_articles_are_written(tmp_path: Path) -> None:
    archive = FolderTables.at(tmp_path)
    archive.append("articles", [row(f"{n}", archived_at=at(n * DAY)) for n in range(50)])
    first = update_index(archive, run="m")
    assert (first.rows, first.written, first.made_anew) == (50, 50, True)
    files = {info.key for info in archive.objects.list("index/")}
    archive.append("articles", [row("7", fetched_at=at(90), archived_at=at(60 * DAY), text="Changed since.")])
    again = update_index(archive, run="m")
    assert (again.rows, again.written, again.made_anew) == (51, 3, False), (
        "it, its first revision and the newest before"
    )
    assert len(files & {info.key for info in archive.objects.list("index/")}) >= 6, "what was there is kept"
    assert update_index(archive, run="m").written == 0
    (hit,) = Corpus(archive).search("changed").hits
    assert (hit.article.article_id, hit.article.revision) == ("7", 2)


def test_an_index_made_in_parts_is_gone_on_with_and_answers_as_one_that_was_made_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "_ROWS", 4)
    archive = FolderTables.at(tmp_path)
    rows = [row(f"{n}", fetched_at=at(n * 9 * DAY), archived_at=at(100 * DAY)) for n in range(9)]
    rows += [row("1", fetched_at=at(40 * DAY), archived_at=at(101 * DAY), text="Said anew, a month later.")]
    archive.append("articles", rows)
    done: list[str] = []

    def doing(works: Iterable[Work[Any]], most: int) -> Iterator[Any]:
        for work in works:
            if len(done) == most:
                raise EngineGone("The scheduler is gone.")
            done.append(work.about)  # type: ignore[attr-defined]
            yield work()

    with pytest.raises(EngineGone):
        update_index(archive, run="m", doing=partial(doing, most=2))
    assert Manifest.read(archive) is None, "half an index is none"
    progress: list[tuple[int, int]] = []
    told = lambda some, of: progress.append((some, of))  # noqa: E731
    report = update_index(archive, run="m", doing=partial(doing, most=9), progress=told)
    assert (report.rows, report.made_anew) == (10, True)
    assert len(done) == len(set(done)) == 3, "what was done is not done again"
    assert progress == [(10, 10)]
    agrees(Corpus(archive), 2)
    assert not list(archive.objects.list("index/text/parts/"))
    assert list(verify(archive)) == []
    archive.append("articles", [row("3", fetched_at=at(90 * DAY), archived_at=at(102 * DAY), text="And again.")])
    assert not update_index(archive, run="m").made_anew
    agrees(Corpus(archive), 3)


def test_an_index_that_does_not_add_up_is_made_anew(tmp_path: Path) -> None:
    archive = FolderTables.at(tmp_path)
    archive.append("articles", [row("a", archived_at=at(100 * DAY))])
    update_index(archive, run="m")
    archive.append("articles", [row("late", archived_at=at(0))])  # by a writer whose clock is wrong
    report = update_index(archive, run="m")
    assert (report.made_anew, report.rows) == (True, 2)


def test_what_is_too_much_to_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opened, "_TAIL", 2)
    archive = FolderTables.at(tmp_path)
    archive.append("articles", [row("a", archived_at=at(0)), row("b", site="wire", archived_at=at(0))])
    update_index(archive, run="m")
    covered = archive.tables["articles"].version()
    archive.append("articles", [row(f"new{n}", archived_at=at(DAY)) for n in range(3)])
    found = Corpus(archive).search("story")
    assert (len(found), found.covers, found.uncovered, found.stale) == (2, covered, 3, True)
    assert found.notice == (
        "The index is behind the archive: 3 texts were not searched. 'broadtape maintain' brings it up to date."
    )
    assert Corpus(archive).search("story", as_of=at(5)).notice is None, "it is whole as of then"
    assert Corpus(archive).search("story", site="wire").notice is None, "none of the new ones is asked for"
    update_index(archive, run="m")
    assert Corpus(archive).search("story").total == 5


def test_a_refreshed_corpus_sees_an_index_made_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opened, "_TAIL", 2)
    archive = FolderTables.at(tmp_path)
    archive.append("articles", [row(f"{n}", archived_at=at(n * DAY)) for n in range(5)])
    corpus = Corpus(archive)
    assert corpus.search("story").stale
    update_index(archive, run="m")
    assert corpus.search("story").stale, "a corpus gives the same answers until it is refreshed"
    corpus.refresh()
    assert (corpus.search("story").total, corpus.search("story").notice) == (5, None)
    archive.append("articles", [row(f"new{n}", archived_at=at((10 + n) * DAY)) for n in range(5)])
    assert corpus.search("story").total == 5
    update_index(archive, run="m")
    late = Corpus(archive).at(1)
    assert late.search("story").stale, "it is told that the index holds more than this version"


def test_without_an_index_too_much_is_told_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opened, "_TAIL", 2)
    archive = FolderTables.at(tmp_path)
    archive.append("articles", [row(f"{n}") for n in range(3)])
    found = Corpus(archive).search("story")
    assert (found.hits, found.covers, found.uncovered) == ((), None, 3)
    assert found.notice is not None
    assert "has no index" in found.notice


def test_what_is_forgotten_is_in_no_file_and_in_no_copy(tmp_path: Path, cache: Path) -> None:
    archive = Archive.open(str(tmp_path / "archive"), create=True)
    urls = [f"https://www.example.com/{name}" for name in ("a", "b")]
    from test_corpus_point_in_time import story

    with archive.lease("paper", run="r") as lease:
        archive.commit(
            articles=[story("a", 1, "Unmentionable."), story("b", 1, "Harmless.")], captures=[], leases=[lease]
        )
    update_index(archive, run="m")
    assert Corpus(archive).search("unmentionable").total == 1
    forget(archive, urls=[urls[0]], run="f")
    assert list(archive.objects.list("index/")) == []
    assert Corpus(archive).search("unmentionable").total == 0
    assert list(cache.rglob("*.store")) == []
    report = update_index(archive, run="m")
    assert (report.made_anew, report.rows) == (True, 1)
    for query, count in (("unmentionable", 0), ("harmless", 1)):
        assert Corpus(archive).search(query).total == count
    assert article_id("paper", urls[0]) not in {hit.article.article_id for hit in Corpus(archive).search("*")}


def test_a_broken_index_is_told_and_made_anew(tmp_path: Path, cache: Path) -> None:
    archive = FolderTables.at(tmp_path)
    archive.append("articles", [row("a")])
    update_index(archive, run="m")
    for info in list(archive.objects.list("index/")):
        if info.key.endswith(".term"):
            archive.objects.delete([info.key])
    with pytest.raises(ArchiveError, match="'broadtape maintain --reindex' makes it anew"):
        Corpus(archive).search("story")
    archive.append("articles", [row("b")])
    assert update_index(archive, run="m").made_anew
    assert Corpus(archive).search("story").total == 2


def test_an_index_of_another_release_is_none(tmp_path: Path) -> None:
    archive = FolderTables.at(tmp_path)
    archive.append("articles", [row("a")])
    update_index(archive, run="m")
    data = archive.objects.get("index/text/manifest.json")
    archive.objects.put("index/text/manifest.json", data.replace(f'"format": {FORMAT}'.encode(), b'"format": 999'))
    assert Corpus(archive).search("story").covers is None
    assert update_index(archive, run="m").made_anew


def test_recent_articles_come_first_among_equals(tmp_path: Path) -> None:
    archive = FolderTables.at(tmp_path)
    ages = {"old": 800, "quarter": 90, "month": 20, "week": 3, "day": 0}
    moment = at(0)
    archive.append(
        "articles",
        [
            row(name, text="Widgets rose.", published_at=moment - timedelta(days=days), archived_at=moment)
            for name, days in ages.items()
        ],
    )
    update_index(archive, run="m")
    hits = Corpus(archive).search("widgets", as_of=moment).hits
    assert [hit.article.article_id for hit in hits] == ["day", "week", "month", "quarter", "old"]


def test_a_recent_article_is_lifted_above_many_that_match_better(tmp_path: Path) -> None:
    archive = FolderTables.at(tmp_path)
    moment = at(0)
    days = [*range(400, 430), 0]
    archive.append(
        "articles",
        [
            row(
                f"aged-{age}",
                text="Widgets rose again. " + "Nothing else happened. " * (300 if age == 0 else 1 + age % 7),
                published_at=moment - timedelta(days=age),
                archived_at=moment,
            )
            for age in days
        ],
    )
    update_index(archive, run="m")
    corpus = Corpus(archive)
    every = corpus.search("widgets", as_of=moment, limit=50)
    assert len({hit.article.article_id for hit in every}) == every.total == len(days), "each once"
    assert every.hits[0].article.article_id == "aged-0"
    assert [hit.score for hit in every.hits] == sorted((hit.score for hit in every.hits), reverse=True)
    for limit in (1, 5):
        first = corpus.search("widgets", as_of=moment, limit=limit)
        assert (first.hits, first.total) == (every.hits[:limit], every.total)

"""Reading real Delta tables: what is read from disk, in which order, and what is said when something is wrong."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest
from corpus_samples import FolderTables, MemoryTables, at, row

import broadtape
from broadtape import Article
from broadtape.archive import TABLES
from broadtape.article import RemovedLine, Ticker
from broadtape.corpus import Corpus
from broadtape.errors import ArchiveError, InvalidTime, NotAnArchive, UsageError
from broadtape.urls import article_id, url_id

DAY, MONTH = 24 * 60, 31 * 24 * 60


def destroy_texts(path: Path, spare: Callable[[int], bool] = lambda _: False) -> int:
    """Overwrites the column `text` in a file's row groups but those to spare; how many were destroyed."""
    metadata = pq.ParquetFile(path).metadata
    data = bytearray(path.read_bytes())
    destroyed = 0
    for group in range(metadata.num_row_groups):
        if spare(group):
            continue
        columns = [metadata.row_group(group).column(n) for n in range(metadata.num_columns)]
        (text,) = (column for column in columns if column.path_in_schema == "text")
        start = text.dictionary_page_offset or text.data_page_offset
        data[start : start + text.total_compressed_size] = b"\xff" * text.total_compressed_size
        destroyed += 1
    path.write_bytes(data)
    return destroyed


@pytest.fixture
def delta(tmp_path: Path) -> FolderTables:
    return FolderTables.at(tmp_path)


def test_one_month_is_read_without_the_texts_of_the_others(delta: FolderTables) -> None:
    for month in range(4):
        moment = at(month * MONTH)
        delta.append("articles", [row(f"{month}{n}", published_at=moment, fetched_at=moment) for n in range(3)])
    # A later edition of the month asked for, and an article first read long before: both need the other files' keys.
    delta.append("articles", [row("20", published_at=at(2 * MONTH), fetched_at=at(0))])
    wanted = f"fetched_month={at(2 * MONTH):%Y-%m}"
    others = [file for file in delta.paths("articles") if wanted not in str(file)]
    assert sum(destroy_texts(file) for file in others) == 4

    corpus = Corpus(delta)
    window = {"since": at(2 * MONTH), "until": at(2 * MONTH + DAY)}
    read = list(corpus.articles(**window, by="fetched"))
    assert [(a.article_id, a.revision) for a in read] == [("20", 2), ("21", 1), ("22", 1)]
    assert all(article.text for article in read)
    assert corpus.frame(**window, by="fetched").select("text").collect().height == 3
    with pytest.raises(ArchiveError, match="cannot be read"):
        list(corpus.articles())


def test_one_outlet_is_read_without_the_texts_of_the_others(delta: FolderTables) -> None:
    sites = ["alpha", "beta", "gamma"]
    group = TABLES["articles"].row_group
    delta.append("articles", [row(f"{site}{n}", site=site) for site in sites for n in range(group)])
    (file,) = delta.paths("articles")
    assert destroy_texts(file, spare=lambda group: group == 1) == 2

    corpus = Corpus(delta)
    assert len([a for a in corpus.articles(site="beta") if a.text]) == group
    assert corpus.frame(site="beta", since=at(0), until=at(1)).select("text").collect().height == group


def test_whether_there_is_an_outlet_is_told_without_the_files_of_others(delta: FolderTables) -> None:
    delta.append("articles", [row("a", site="a")])
    (other,) = delta.paths("articles")
    delta.append("articles", [row("b", site="b")])
    other.unlink()
    corpus = Corpus(delta)
    corpus.check_sites(["b"])
    with pytest.raises(ArchiveError):
        corpus.check_sites(["a", "b"])


def test_columns_that_are_not_asked_for_are_not_read(delta: FolderTables) -> None:
    delta.append("articles", [row("a"), row("b")])
    destroy_texts(delta.paths("articles")[0])
    read = list(Corpus(delta).articles(columns=["title", "revision"]))
    assert read == [
        Article(url=f"https://www.example.com/{name}", title=f"Story {name}", revision=1) for name in ("a", "b")
    ]


def test_an_article_comes_back_as_it_was_kept(delta: FolderTables) -> None:
    kept = row(
        authors=["A. Writer", "B. Writer"],
        tags=["rates"],
        tickers=[{"symbol": "ABC", "exchange": None, "evidence": "cashtag"}],
        removed=[{"line": "Read more", "rule": "read-more"}],
        machine_generated=True,
        word_count=7,
    )
    delta.append("articles", [kept])
    (article,) = Corpus(delta).articles()
    assert (article.authors, article.tags) == (("A. Writer", "B. Writer"), ("rates",))
    assert article.tickers == (Ticker("ABC", None, "cashtag"),)
    assert article.removed == (RemovedLine("Read more", "read-more"),)
    assert (article.machine_generated, article.word_count) == (True, 7)
    assert {name: article.as_dict()[name] for name in kept if name != "fetched_month"} == {
        name: value for name, value in kept.items() if name != "fetched_month"
    }


def test_many_batches_keep_one_order(delta: FolderTables) -> None:
    rows = [row(f"{n:04}", published_at=at(n * 7919 % 1009) if n % 50 else None) for n in range(1500)]
    delta.append("articles", rows[:700])
    delta.append("articles", rows[700:])
    read = [(a.published_at, a.article_id) for a in Corpus(delta).articles()]
    wanted = [(each["published_at"], each["article_id"]) for each in rows]
    seen = rows[0]["fetched_at"]
    assert read == sorted(wanted, key=lambda pair: (pair[0] or seen, pair[1]))


def test_a_corpus_reads_one_version_until_it_is_refreshed(delta: FolderTables) -> None:
    delta.append("articles", [row("a")])
    corpus = Corpus(delta)
    stream = corpus.articles()
    delta.append("articles", [row("b")])
    assert [article.article_id for article in stream] == ["a"]
    assert [article.article_id for article in corpus.articles()] == ["a"]
    corpus.refresh()
    assert [article.article_id for article in corpus.articles()] == ["a", "b"]


def test_a_takedown_meanwhile_is_told_as_such(delta: FolderTables) -> None:
    delta.append("articles", [row("a"), row("b")])
    corpus = Corpus(delta)
    table = delta.delta("articles")
    table.delete("article_id = 'a'")
    table.vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=False)
    with pytest.raises(ArchiveError, match=r"changed while it was read \(.*parquet is gone\): read again"):
        list(corpus.articles())
    corpus.refresh()
    assert [article.article_id for article in corpus.articles()] == ["b"]


def test_a_missing_file_is_told_as_damage(delta: FolderTables) -> None:
    delta.append("articles", [row("a")])
    delta.paths("articles")[0].unlink()
    with pytest.raises(ArchiveError, match=r"is damaged: .*parquet is missing. 'broadtape verify'"):
        list(Corpus(delta).articles())


def test_a_missing_table_is_told_as_damage(delta: FolderTables) -> None:
    shutil.rmtree(Path(delta.uri) / "captures")
    with pytest.raises(ArchiveError, match="the table captures is missing; 'broadtape verify'"):
        broadtape.open(delta.uri)


def test_a_place_without_an_archive_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(NotAnArchive, match="There is no archive at"):
        broadtape.open(str(tmp_path / "nothing"))


def test_a_story_is_found_by_any_way_of_writing_its_address() -> None:
    url = "https://www.example.com/markets/widget-raises-outlook?id=7"
    numbered, listed = "https://www.example.com/story/12345/new-slug", "https://example.com/story/12345/old-slug"
    tables = MemoryTables(
        [
            row(article_id("paper", url), url=url),
            row(article_id("paper", numbered, "12345"), url=numbered, fetched_at=at(40)),
        ],
        captures=[
            {"site": "paper", "outcome": "archived", "url": listed, "url_id": url_id(listed),
             "article_id": article_id("paper", numbered, "12345")},
        ],
    )  # fmt: skip
    corpus = Corpus(tables)
    for address in (url, "http://m.example.com/markets/widget-raises-outlook?utm_source=x&id=7#top"):
        assert [a.url for a in corpus.revisions(address)] == [url]
    for address in (listed, numbered, numbered.replace("https://www.", "http://") + "/"):
        assert [a.url for a in corpus.revisions(address)] == [numbered]
    assert corpus.revisions("https://www.example.com/story/99999/new-slug") == []


def test_revisions_come_oldest_first(delta: FolderTables) -> None:
    url = "https://www.example.com/a"
    story = article_id("paper", url)
    delta.append("articles", [row(story, url=url, fetched_at=at(n), title=f"Title {n}") for n in (90, 30, 60)])
    assert [(a.revision, a.title) for a in Corpus(delta).revisions(url)] == [
        (1, "Title 30"),
        (2, "Title 60"),
        (3, "Title 90"),
    ]


def test_outlets_and_coverage_tell_quiet_days_from_unseen_ones() -> None:
    polled = [
        {"site": site, "outcome": "polled", "recorded_at": at(n * DAY)} for site in ("paper", "quiet") for n in (0, 1)
    ]
    rows = [
        row("a", rights="allowed", access="full"),
        row("a", fetched_at=at(90), rights="reserved", access="full"),
        row("b", published_at=at(3 * DAY)),
        row("c", published_at=None, fetched_at=at(DAY), first_listed_at=at(5)),
    ]
    corpus = Corpus(MemoryTables(rows, captures=polled))
    paper, quiet = corpus.outlets()
    assert (paper.site, paper.articles, paper.revisions, paper.rights) == ("paper", 3, 4, None)
    assert (paper.first_published_at, paper.last_published_at) == (at(0), at(3 * DAY))
    assert (paper.last_fetched_at, paper.last_polled_at) == (at(DAY), at(DAY))
    assert (quiet.site, quiet.articles, quiet.last_fetched_at, quiet.last_polled_at) == ("quiet", 0, None, at(DAY))
    assert corpus.coverage().rows() == [
        ("paper", date(2026, 3, 1), 2, 1, 1),
        ("paper", date(2026, 3, 2), 0, 1, 0),
        ("paper", date(2026, 3, 4), 1, 0, 0),
        ("quiet", date(2026, 3, 1), 0, 1, 0),
        ("quiet", date(2026, 3, 2), 0, 1, 0),
    ]


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        ({"columns": ["titel"]}, "no column 'titel'. Did you mean 'title'"),
        ({"sinze": "3d"}, "no filter 'sinze'. Did you mean 'since'"),
        ({"by": "printed"}, "by='printed' is not known: expected 'published' or 'fetched'"),
        ({"clock": "wall"}, "clock='wall' is not known"),
        ({"limit": -1}, "limit=-1 is negative"),
        ({"since": "2026-03-02", "until": "2026-03-01"}, "lies after until"),
        ({"since": "yesterday"}, "'yesterday' is no time"),
        ({"since": 3}, "3 is no time"),
        ({"url": "nonsense"}, "'nonsense' is no web address"),
        ({"site": "papier"}, "no outlet 'papier'. Did you mean 'paper'"),
    ],
)
def test_a_wrong_call_is_answered_at_once(filters: dict[str, object], said: str) -> None:
    corpus = Corpus(MemoryTables([row("a")]))
    for read in (corpus.articles, corpus.frame):
        with pytest.raises(UsageError, match=said.replace("?", r"\?")):
            read(**filters)


def test_times_are_taken_in_every_form() -> None:
    corpus = Corpus(MemoryTables([row(published_at=at(0))]))
    for since in ("2026-03-01", "2026-03-01T13:00+01:00", date(2026, 3, 1), at(0), at(0).replace(tzinfo=None)):
        assert len(list(corpus.articles(since=since))) == 1
    assert list(corpus.articles(until=at(0))) == []
    with pytest.raises(InvalidTime):
        corpus.articles(since="3 fortnights")


def test_an_article_that_was_never_archived_has_no_page() -> None:
    with pytest.raises(UsageError, match="was not read from an archive"):
        Corpus(MemoryTables()).raw(Article(url="https://www.example.com/a"))


def test_the_frame_is_lazy(delta: FolderTables, tmp_path: Path) -> None:
    delta.append("articles", [row("a"), row("b", fetched_at=at(40))])
    frame = Corpus(delta).frame(columns=["article_id", "revision", "fetched_month"])
    assert isinstance(frame, pl.LazyFrame)
    frame.sink_parquet(tmp_path / "out.parquet")
    assert pl.read_parquet(tmp_path / "out.parquet").sort("article_id").rows() == [
        ("a", 1, "2026-03"),
        ("b", 1, "2026-03"),
    ]

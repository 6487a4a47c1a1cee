"""SQL over the archive: the same answers as from reading, nothing else within reach, and errors that say where."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from corpus_samples import FolderTables, at, row

from broadtape.archive import Archive
from broadtape.article import Article
from broadtape.corpus import Corpus
from broadtape.errors import ArchiveError, UsageError

pytestmark = pytest.mark.attack

URL = "https://www.example.com/a"
ROWS = [
    row("a", url=URL, title="First", tickers=[{"symbol": "ABC", "exchange": None, "evidence": "text"}]),
    row("a", url=URL, title="First, cleaner", extractor="x/2", archived_at=at(70)),
    row("a", url=URL, title="Second", fetched_at=at(80), archived_at=at(90)),
    row("a", url=URL, title="Second", fetched_at=at(80), archived_at=at(95)),  # written again
    row("b", title="It's [other]", site="wire", archived_at=at(60)),
]  # fmt: skip
CAPTURES = [{"site": "paper", "run": "r", "outcome": "archived", "url": URL, "recorded_at": at(60)}]


@pytest.fixture(params=["archive", "it's an [archive]"])
def corpus(request: pytest.FixtureRequest, tmp_path: Path) -> Corpus:
    """The same in a folder whose name DuckDB could take for a pattern."""
    archive = FolderTables.open(str(tmp_path / request.param), create=True)
    archive.append("articles", ROWS[:2])
    archive.append("articles", ROWS[2:])
    archive.append("captures", CAPTURES)
    return Corpus(archive)


@pytest.mark.parametrize(
    "filters",
    [
        {},
        {"as_of": at(60)},
        {"as_of": at(75)},
        {"as_of": at(79), "clock": "fetched"},
        {"as_of": "2020-01-01"},
    ],
)
def test_the_views_hold_what_is_read(corpus: Corpus, filters: dict[str, Any]) -> None:
    for view, depth in (("articles", {}), ("revisions", {"revisions": True})):
        answer = corpus.sql(f"SELECT * FROM {view}", **filters)
        shown = (*Article.columns()[:-1], "dated_at", "dated_by", "revision")
        read = corpus.frame(columns=shown, **filters, **depth).collect()
        assert answer.columns == read.columns
        key = ["article_id", "revision"]
        assert answer.sort(key).to_dicts() == read.sort(key).to_dicts()


def test_types_are_those_of_the_archive(corpus: Corpus) -> None:
    answer = corpus.sql("SELECT published_at, tickers, word_count, title FROM articles WHERE site = 'wire'")
    assert answer.schema["published_at"] == pl.Datetime("us", "UTC")
    assert answer["title"].to_list() == ["It's [other]"]
    assert corpus.sql("SELECT unnest(tickers).symbol AS symbol FROM revisions", as_of=at(60))["symbol"].to_list() == [
        "ABC"
    ]
    assert corpus.sql("SELECT outcome, url FROM captures").rows() == [("archived", URL)]
    assert corpus.sql("SELECT interval 1 day AS span").rows() == [("1 day",)]


def test_an_answer_without_rows_has_its_columns(corpus: Corpus) -> None:
    assert corpus.sql("SELECT title, revision FROM articles WHERE false").schema == {
        "title": pl.String,
        "revision": pl.Int64,
    }


def test_a_large_answer_comes_in_batches(corpus: Corpus) -> None:
    batches = list(corpus.sql_batches("SELECT * FROM range(50000)"))
    assert len(batches) > 1
    assert sum(batch.height for batch in batches) == 50_000


def test_an_archive_without_rows_answers(tmp_path: Path) -> None:
    corpus = Corpus(FolderTables.at(tmp_path))
    assert corpus.sql("SELECT count(*) AS n FROM articles, captures").rows() == [(0,)]


def test_what_was_forgotten_is_not_there(tmp_path: Path) -> None:
    archive = Archive.open(str(tmp_path / "archive"), create=True)
    tables = FolderTables.at(tmp_path)
    tables.append("articles", ROWS)
    tables.append("decisions", [{"decision": "forget", "article_id": "a", "decided_at": at(99)}])
    assert Corpus(archive).sql("SELECT article_id FROM revisions").rows() == [("b",)]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT * FORM articles", 'syntax error at or near "articles" (line 1, column 15)'),
        ("SELECT site,\n  titel\nFROM articles", "(line 2, column 3). Did you mean title"),
        ("SELECT * FROM artikel", "There are articles, captures, revisions."),
        ("SELECT 'ä' || nosuch(1)", "(line 1, column 15)"),
        ("SELECT 'x'::INT", "Could not convert string 'x' to INT32"),
        ("SELECT 1; SELECT 2", "2 statements: expected one"),
        ("", "0 statements"),
        ("COPY articles TO 'out.csv'", "kind COPY"),
        ("ATTACH 'other.db'", "kind ATTACH"),
        ("SET memory_limit = '1TB'", "kind SET"),
        ("CREATE TABLE t AS SELECT 1", "kind CREATE"),
        ("INSTALL httpfs", "expected a SELECT"),
        ("PRAGMA version", "expected a SELECT"),
        ("SELECT * FROM read_text('/etc/hostname')", "reads from read_text(), which is not offered"),
        ("SELECT * FROM read_csv('https://www.example.com/x.csv')", "read_csv()"),
        ("SELECT * FROM '/etc/hostname'", "There is no table '/etc/hostname' here."),
        ("SELECT * FROM corpus", "There is no table 'corpus' here."),
        ("SELECT * FROM glob('/*')", "glob()"),
        ("SELECT * FROM articels", "Did you mean articles?"),
    ],
)  # fmt: skip
def test_what_is_no_question_is_told_in_a_sentence(corpus: Corpus, query: str, said: str) -> None:
    with pytest.raises(UsageError) as told:
        corpus.sql(query)
    assert said in str(told.value)
    assert "\n" not in str(told.value)
    assert "{" not in str(told.value)


def test_a_missing_file_is_told_as_damage(tmp_path: Path) -> None:
    archive = FolderTables.at(tmp_path)
    archive.append("articles", ROWS)
    archive.paths("articles")[0].unlink()
    with pytest.raises(ArchiveError, match=r"is damaged: .*parquet is missing"):
        Corpus(archive).sql("SELECT title FROM articles")


def test_too_much_for_memory_is_told(corpus: Corpus) -> None:
    with pytest.raises(
        ArchiveError, match=r"more memory than it may take \(.*\): narrow it, or allow more with --memory"
    ):
        corpus.sql("SELECT list(range) FROM range(20000000)", memory="60MB")
    with pytest.raises(UsageError, match="'lots' is no size of memory"):
        corpus.sql("SELECT 1", memory="lots")


_TRIES = [
    "COPY (SELECT 1 AS x) TO '{file}' (FORMAT csv, USE_TMP_FILE false)",
    "EXPLAIN ANALYZE COPY (SELECT 1 AS x) TO '{file}' (FORMAT csv, USE_TMP_FILE false)",
    "explain  analyze\ncopy (SELECT 1 AS x) TO '{file}' (FORMAT csv, USE_TMP_FILE false)",
    "EXPLAIN (ANALYZE) COPY (SELECT 1 AS x) TO '{file}' (FORMAT csv, USE_TMP_FILE false)",
    "/* a */ EXPLAIN /* b */ ANALYZE COPY (SELECT 1) TO '{file}' (FORMAT csv, USE_TMP_FILE false)",
    "EXPLAIN ANALYZE EXPLAIN ANALYZE COPY (SELECT 1) TO '{file}' (FORMAT csv, USE_TMP_FILE false)",
    "WITH x AS (COPY (SELECT 1 AS x) TO '{file}' (FORMAT csv, USE_TMP_FILE false)) SELECT * FROM x",
    "SELECT 1 WHERE 1 IN (WITH x AS (COPY (SELECT 1) TO '{file}' (FORMAT csv, USE_TMP_FILE false)) SELECT 1)",
    "EXPLAIN ANALYZE WITH x AS (COPY (SELECT 1) TO '{file}' (FORMAT csv, USE_TMP_FILE false)) SELECT * FROM x",
    "WITH x AS (INSERT INTO hidden.choice_of_articles DEFAULT VALUES RETURNING *) SELECT * FROM x",
    "PREPARE p AS COPY (SELECT 1) TO '{file}' (FORMAT csv, USE_TMP_FILE false)",
    "EXPORT DATABASE '{file}'",
    "EXPLAIN ANALYZE EXPORT DATABASE '{file}'",
    "ATTACH '{file}' AS other",
    "EXPLAIN ANALYZE ATTACH '{file}' AS other",
    "LOAD '{file}'",
    "EXPLAIN ANALYZE SET memory_limit = '1TB'",
    "CREATE MACRO m() AS TABLE SELECT 1",
    "CALL force_checkpoint()",
    "SELECT * FROM query('SELECT 1')",
    "SELECT * FROM query_table('hidden.articles')",
    "SELECT * FROM hidden.articles",
    "SELECT * FROM memory.hidden.articles",
    "SELECT * FROM '{file}'",
    "SELECT * FROM read_parquet('{file}')",
    "SELECT * FROM parquet_metadata('{file}')",
    "SELECT sql FROM duckdb_views()",
    "SELECT write_log('x')",
]


@pytest.mark.parametrize("query", _TRIES)
def test_no_query_writes_or_reaches_behind_the_views(tmp_path: Path, query: str) -> None:
    archive = FolderTables.at(tmp_path)
    archive.append("articles", ROWS)
    file = archive.paths("articles")[0]
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(UsageError):
        Corpus(archive).sql(query.format(file=file))
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    "query",
    [
        "EXPLAIN SELECT title FROM articles",
        "EXPLAIN ANALYZE WITH t AS (SELECT site FROM articles) SELECT * FROM t",
        "DESCRIBE articles",
        "SUMMARIZE SELECT word_count FROM articles",
        "FROM articles SELECT site",
        "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t WHERE n < 3) SELECT * FROM t",
        "SELECT a.site FROM articles a JOIN captures c USING (site) UNION SELECT 'x'",
        "SELECT t.symbol FROM articles, unnest(tickers) AS u(t)",
        "SELECT site FROM (VALUES ('paper')) AS v(site)",
        "TABLE captures",
        "SELECT site FROM main.articles TABLESAMPLE 50%",
    ],
)
def test_whatever_only_reads_is_answered(corpus: Corpus, query: str) -> None:
    assert corpus.sql(query).width

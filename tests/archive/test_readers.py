"""The tables as others read them: nothing here but the archive's writing is ours."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow.dataset as ds
import pytest
from archive_samples import DATE, article, capture
from deltalake import DeltaTable

from broadtape.archive import TABLES, Archive
from broadtape.archive.lifecycle.compaction import maintain
from broadtape.article import Article
from broadtape.capture import Capture


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("news") / "archive"
    archive = Archive.open(str(path), create=True)
    with archive.lease("wire", run="r1") as lease:
        for number in range(3):
            archive.commit(
                articles=[article(number, text=None, tickers=()) if number == 2 else article(number)],
                captures=[capture(number)],
                leases=[lease],
            )
    maintain(archive, run="m1")
    with archive.lease("wire", run="r2") as lease:
        archive.commit(articles=[article(3)], captures=[capture(3)], leases=[lease])
    return path


def test_the_columns_are_the_contract() -> None:
    stored = set(TABLES["articles"].schema.names())
    assert stored == {*Article.columns(), "minhash", "fetched_month"} - {"revision"}
    assert tuple(TABLES["captures"].schema.names()) == Capture.columns()
    for spec in TABLES.values():
        assert set(spec.statistics) <= set(spec.schema.names())
        for name in spec.statistics:
            assert name in {"site", "url_id", "article_id"} or name.endswith("_at")


def test_deltalake_and_pandas(folder: Path) -> None:
    frame = DeltaTable(str(folder / "articles")).to_pandas().sort_values("warc_offset")
    assert frame["title"].tolist() == [f"Widget outlook {n}" for n in range(4)]
    assert frame["text"].isna().tolist() == [False, False, True, False]
    assert frame["fetched_at"].iloc[0] == pd.Timestamp(DATE)
    assert frame["tickers"].iloc[0][0]["symbol"] == "WDGT"
    ledger = DeltaTable(str(folder / "captures")).to_pandas()
    assert sorted(ledger["url_id"]) == sorted(capture(n).url_id for n in range(4))
    assert str(ledger["recorded_at"].dtype) == "datetime64[us, UTC]"


def test_polars(folder: Path) -> None:
    frame = pl.read_delta(str(folder / "articles")).sort("warc_offset")
    assert frame["published_at"].to_list() == [article(1).published_at] * 4
    assert frame["fetched_month"].to_list() == ["2026-11"] * 4
    assert frame["authors"].to_list()[0] == ["Ada Quill", "Ben Ink"]
    assert frame.schema["published_at"] == pl.Datetime("us", "UTC")
    day = pl.scan_delta(str(folder / "articles")).filter(pl.col("fetched_at") > datetime(2027, 1, 1, tzinfo=UTC))
    assert day.collect().height == 0


def test_duckdb(folder: Path) -> None:
    files = DeltaTable(str(folder / "articles")).file_uris()
    rows = duckdb.sql(
        f"select title, tickers[1].symbol, fetched_at, minhash from read_parquet({files!r}) order by title"
    ).fetchall()
    assert [row[0] for row in rows] == [f"Widget outlook {n}" for n in range(4)]
    assert [row[1] for row in rows] == ["WDGT", "WDGT", None, "WDGT"]
    assert rows[0][2] == DATE
    assert rows[0][3] == article(0).minhash
    ledger = DeltaTable(str(folder / "captures")).file_uris()
    assert duckdb.sql(f"select count(distinct url_id) from read_parquet({ledger!r})").fetchall() == [(4,)]


def test_arrow(folder: Path) -> None:
    table = ds.dataset(DeltaTable(str(folder / "articles")).file_uris()).to_table()
    assert table.num_rows == 4
    assert DeltaTable(str(folder / "articles")).to_pyarrow_table().num_rows == 4


def test_the_log_keeps_nothing_but_ids_and_times(folder: Path) -> None:
    told: set[str] = set()
    for path in sorted((folder / "articles" / "_delta_log").glob("*.json")):
        for line in path.read_text().splitlines():
            if "add" in (action := json.loads(line)):
                statistics = json.loads(action["add"]["stats"])
                told |= statistics["minValues"].keys() | statistics["maxValues"].keys() | statistics["nullCount"].keys()
    assert told == {"site", "published_at", "fetched_at", "archived_at"}
    said = b"".join(path.read_bytes() for path in (folder / "articles" / "_delta_log").iterdir())
    assert b"Widget" not in said
    assert b"news.example" not in said


def test_statistics_hold_what_they_bound(tmp_path: Path) -> None:
    archive = Archive.open(str(tmp_path), create=True)
    late = datetime(2026, 11, 23, 14, 5, 6, 999999, tzinfo=UTC)
    with archive.lease("wire", run="r1") as lease:
        archive.commit(articles=[article(1, fetched_at=late)], captures=[], leases=[lease])
    (row,) = pl.DataFrame(DeltaTable(str(tmp_path / "articles")).get_add_actions(flatten=True)).to_dicts()
    assert row["min.fetched_at"] <= late <= row["max.fetched_at"]
    assert pl.scan_delta(str(tmp_path / "articles")).filter(pl.col("fetched_at") >= late).collect().height == 1

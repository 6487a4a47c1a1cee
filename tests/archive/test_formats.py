"""An archive written by an earlier release opens, reads, appends and maintains under this one."""

from __future__ import annotations

import dataclasses
import shutil
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from archive_samples import BODY, DATE, URL, article, capture

from broadtape.archive import Archive, article_of
from broadtape.archive.copying.copy import copy
from broadtape.archive.delta.schema import TABLES
from broadtape.archive.lifecycle.compaction import maintain
from broadtape.archive.lifecycle.takedown import forget
from broadtape.archive.lifecycle.upgrade import due, upgrade
from broadtape.archive.lifecycle.verification import verify
from broadtape.archive.stores.open_store import open_store
from broadtape.urls import url_id

FORMATS = sorted(path for path in (Path(__file__).parent / "fixtures").iterdir() if path.name.startswith("format-"))


@pytest.fixture(params=FORMATS, ids=lambda path: path.name)
def uri(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return str(shutil.copytree(request.param, tmp_path / "archive"))


def test_it_reads_as_it_was_written(uri: str) -> None:
    archive = Archive.open(uri)
    rows = archive.tables["articles"].scan().sort("archived_at", "warc_offset").collect().to_dicts()
    told = [(row["title"], row["extractor"], row["fetched_month"]) for row in rows]
    assert told == [
        ("Widget outlook 0", "broadtape-0.1.0/0000", "2026-11"),
        ("Widget outlook 1", "broadtape-0.1.0/0000", "2026-11"),
        ("Widget outlook, corrected", "broadtape-0.1.0/0000", "2026-12"),
        ("Widget outlook 1", "broadtape-0.2.0/1111", "2026-11"),
    ]
    first = article_of(rows[0])
    assert first == dataclasses.replace(
        article(0), archived_at=DATE + timedelta(minutes=5), **{n: rows[0][n] for n in ("warc_offset", "warc_length")}
    )
    assert archive.ledger.known("wire", [url_id(f"{URL}0")])[url_id(f"{URL}0")].outcome == "archived"
    assert archive.decisions.blocked([4711, 4712]) == {4711}
    assert archive.load_state("wire") == {"etag": "1"}
    record = archive.read_record(rows[0]["warc_file"], rows[0]["warc_offset"], rows[0]["warc_length"])
    assert record.http is not None
    assert record.http.body == BODY
    assert list(verify(archive)) == []


def test_it_is_written_maintained_copied_and_whole(uri: str, tmp_path: Path) -> None:
    archive = Archive.open(uri, create=True)
    place = (
        archive.tables["articles"].scan().filter(pl.col("title") == "Widget outlook 1").head(1).collect().to_dicts()[0]
    )
    where = {name: place[name] for name in ("warc_file", "warc_offset", "warc_length")}
    with archive.lease("wire", run="r9") as lease:
        archive.commit(articles=[article(5, **where)], captures=[capture(5, **where)], leases=[lease])
    maintain(archive, run="m9")
    assert archive.tables["articles"].scan().collect().height == 5
    assert list(verify(archive)) == []
    copied = copy(Archive.open(uri), open_store(str(tmp_path / "copy")))
    assert list(verify(Archive.open(copied.target))) == []
    forget(archive, urls=[f"{URL}0"], run="f9")
    assert sorted(set(archive.tables["articles"].scan().collect()["title"])) == ["Widget outlook 1", "Widget outlook 5"]
    assert list(verify(archive)) == []


def test_it_is_upgraded_and_then_there_is_nothing_to_change(uri: str) -> None:
    archive = Archive.open(uri)
    before = archive.tables["articles"].scan().sort("archived_at", "warc_offset").collect()
    told = due(archive)
    assert {change.kind for change in told} <= {"columns", "properties", "notes"}
    assert upgrade(archive, run="u1") == told
    assert due(archive) == []
    assert archive.tables["articles"].scan().sort("archived_at", "warc_offset").collect().equals(before)
    assert list(verify(archive)) == []


def test_the_first_releases_notes_and_missing_columns_are_due(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    uri = str(shutil.copytree(FORMATS[0], tmp_path / "archive"))
    spec = TABLES["articles"]
    wider = dataclasses.replace(spec, schema=pl.Schema({**spec.schema, "mood": pl.String}), statistics=("site",))
    monkeypatch.setattr("broadtape.archive.archive.TABLES", {**TABLES, "articles": wider})
    archive = Archive.open(uri)
    told = {(change.kind, change.where): change for change in due(archive)}
    assert "mood" in told["columns", "articles"].what
    assert "delta.dataSkippingStatsColumns = site" in told["properties", "articles"].what
    assert told["notes", "raw/"].what.startswith("3 notes in 1 segments")
    assert "restore a copy" in told["notes", "raw/"].back
    upgrade(archive, run="u1")
    assert due(archive) == []


def test_what_the_second_release_added_is_kept(tmp_path: Path) -> None:
    uri = str(shutil.copytree(FORMATS[0].parent / "format-1-release-0.2.0", tmp_path / "archive"))
    archive = Archive.open(uri)
    rules = archive.rules.in_force("wire")
    assert rules
    assert [rule.pattern for rule in rules.rules] == ["Read more about widgets"]
    assert archive.decisions.rejected_rules("wire") == {"learnt:00000000"}
    assert archive.ledger.known("wire", [url_id(f"{URL}8")])[url_id(f"{URL}8")].outcome == "quarantined"


def test_a_later_releases_new_column_is_null_in_old_rows(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = TABLES["articles"]
    wider = dataclasses.replace(spec, schema=pl.Schema({**spec.schema, "mood": pl.String}))
    monkeypatch.setattr("broadtape.archive.archive.TABLES", {**TABLES, "articles": wider})
    assert Archive.open(uri).tables["articles"].scan().collect()["mood"].null_count() == 4
    archive = Archive.open(uri, create=True)
    rows = archive.tables["articles"].scan().collect().with_columns(mood=pl.lit("calm")).head(1)
    from broadtape.archive.delta.commits import append

    append(archive.tables["articles"], rows)
    maintain(archive, run="m9")
    assert archive.tables["articles"].scan().collect()["mood"].to_list().count("calm") == 1
    assert "mood" in [field.name for field in archive.tables["articles"].existing().schema().fields]
    monkeypatch.undo()
    assert Archive.open(uri).tables["articles"].scan().collect().height == 5

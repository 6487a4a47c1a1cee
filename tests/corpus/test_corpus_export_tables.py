"""What quants and NLP people build by hand: events, places of tickers in a text, increments, a Croissant."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Literal

import polars as pl
import pytest
from corpus_samples import FolderTables, at, row
from hypothesis import given
from hypothesis import strategies as st

from broadtape.archive.lifecycle.takedown import forget
from broadtape.cli import main
from broadtape.corpus import Corpus
from broadtape.corpus.export import ExportSettings, export
from broadtape.corpus.export.ticker_spans import ticker_spans
from broadtape.errors import UsageError
from broadtape.ingest.minhash import minhash

RELEASE = " ".join(f"word{n} of the release about orders" for n in range(60))
WDG = {"symbol": "WDG", "exchange": "NYSE", "evidence": "text"}
ABC = {"symbol": "ABC", "exchange": None, "evidence": "cashtag"}


def story(name: str, minutes: int, text: str, **values: Any) -> dict[str, Any]:
    return row(
        name,
        text=text,
        text_sha256=hashlib.sha256(text.encode()).hexdigest(),
        minhash=minhash(text),
        published_at=at(0),
        fetched_at=at(minutes),
        archived_at=at(minutes + 1),
        rights="allowed",
        language="en",
        **values,
    )


@pytest.fixture
def archive(tmp_path: Path) -> FolderTables:
    """A release at two outlets, whose second names one more security when it is corrected."""
    made = FolderTables.at(tmp_path)
    made.append("articles", [story("first", 5, RELEASE, site="wire", tickers=[WDG], first_listed_at=at(2))])
    made.append("articles", [story("copy", 20, RELEASE, tickers=[WDG])])
    made.append("articles", [story("copy", 60, f"{RELEASE} Corrected.", tickers=[WDG, ABC])])
    return made


def read(folder: Path) -> pl.DataFrame:
    return pl.read_parquet(folder / "data" / "train" / "*.parquet")


def test_events_say_when_a_security_was_named_by_every_clock(archive: FolderTables, tmp_path: Path) -> None:
    report = export(Corpus(archive), tmp_path, ExportSettings(table="events", filters={"revisions": True}))
    events = read(report.folder)
    assert report.rows == {"train": 4}
    columns = ("ticker", "exchange", "first_seen", "fetched", "archived", "outlet", "cluster", "revision")
    assert events.select(columns).rows() == [
        ("WDG", "NYSE", at(2), at(5), at(6), "wire", "first", 1),
        ("WDG", "NYSE", at(20), at(20), at(21), "paper", "first", 1),
        ("ABC", None, at(20), at(60), at(61), "paper", "first", 2),
        ("WDG", "NYSE", at(20), at(60), at(61), "paper", "first", 2),
    ]
    assert "Use `fetched` for what could be traded on" in (report.folder / "README.md").read_text("utf-8")
    with pytest.raises(UsageError, match="written as Parquet"):
        ExportSettings(table="events", form="jsonl")


@pytest.mark.parametrize("dedupe", ["exact", "cluster"])
def test_stories_whose_texts_are_not_kept_are_not_alike(tmp_path: Path, dedupe: Literal["exact", "cluster"]) -> None:
    made = FolderTables.at(tmp_path)
    bare = {"text": None, "text_sha256": None, "minhash": None, "tickers": [WDG]}
    made.append("articles", [{**story(f"s{n}", n, ""), **bare} for n in range(3)])
    assert export(Corpus(made), tmp_path, ExportSettings(table="events", dedupe=dedupe)).rows == {"train": 3}


def test_an_increment_holds_what_came_since_and_names_what_went(archive: FolderTables, tmp_path: Path) -> None:
    whole = export(Corpus(archive), tmp_path, ExportSettings())
    archive.append("articles", [story("new", 90, "Another story."), story("first", 95, "Rewritten.", site="wire")])
    forget(archive, urls=["https://www.example.com/copy"], run="f")
    report = export(Corpus(archive), tmp_path, ExportSettings(changed_since=at(80)))
    assert sorted(read(report.folder)["article_id"]) == ["first", "new"]
    facts = json.loads((report.folder / "export.json").read_text())
    assert facts["forgotten"] == ["copy"]
    assert whole.version < report.version
    archive.append("articles", [story("last", 99, "The last story.")])
    later = export(Corpus(archive), tmp_path, ExportSettings(changed_since=report.version))
    assert read(later.folder)["article_id"].to_list() == ["last"]


def test_places_of_tickers_are_where_the_text_names_them(archive: FolderTables, tmp_path: Path) -> None:
    text = "Widget (NYSE: WDG) and $ABC rose. WDG said on Monday: ABC is fine. Größe (WDG)."
    archive.append("articles", [story("spans", 90, text, tickers=[WDG, ABC])])
    asked = ["export", str(tmp_path / "out"), "--archive", archive.uri, "--ticker-spans"]
    assert main([*asked, "--columns", "article_id,text"]) == 0
    (folder,) = (tmp_path / "out").iterdir()
    rows = {each["article_id"]: each for each in read(folder).to_dicts()}
    spans = rows["spans"]["ticker_spans"]
    assert [(span["symbol"], span["exchange"]) for span in spans] == [
        ("WDG", "NYSE"),
        ("ABC", None),
        ("ABC", None),
        ("WDG", "NYSE"),
    ]
    assert all(rows["spans"]["text"][span["start"] : span["end"]] == span["symbol"] for span in spans)
    assert rows["first"]["ticker_spans"] == []
    assert set(rows["first"]) == {"article_id", "text", "ticker_spans"}


@given(st.text(alphabet="AB$:(). -\u00a0ß\U0001f600", max_size=60))
def test_whatever_stands_there_a_span_is_its_symbol(text: str) -> None:
    tickers = [{"symbol": symbol, "exchange": None} for symbol in ("A", "AB", "B.A")]
    for span in ticker_spans(text, tickers):
        assert text[span["start"] : span["end"]] == span["symbol"]


@pytest.mark.parametrize("settings", [{}, {"form": "jsonl"}, {"table": "events"}, {"split_at": (at(30),)}])
def test_croissant_describes_every_file_and_every_column(
    archive: FolderTables, tmp_path: Path, settings: dict[str, Any]
) -> None:
    report = export(Corpus(archive), tmp_path, ExportSettings(**settings))
    told = json.loads((report.folder / "croissant.json").read_text())
    assert (told["@type"], told["conformsTo"]) == ("sc:Dataset", "http://mlcommons.org/croissant/1.0")
    objects = {each["@id"]: each for each in told["distribution"] if each["@type"] == "cr:FileObject"}
    sets = {each["@id"]: each for each in told["distribution"] if each["@type"] == "cr:FileSet"}
    files = [path for path in (report.folder / "data").rglob("*") if path.is_file()]
    assert {path.relative_to(report.folder).as_posix() for path in files} == set(objects)
    for name, each in objects.items():
        assert each["sha256"] == hashlib.sha256((report.folder / name).read_bytes()).hexdigest()
    described = {path for each in sets.values() for path in report.folder.glob(each["includes"])}
    assert described == set(files)
    for records in told["recordSet"]:
        names = [part["name"] for part in records["field"]]
        leaves = [leaf for part in records["field"] for leaf in part.get("subField", [part])]
        assert {leaf["source"]["fileSet"]["@id"] for leaf in leaves} == {f"{records['name']}-files"}
        if settings.get("form") != "jsonl":
            assert names == read(report.folder).columns
    ids = [each["@id"] for each in (*told["distribution"], *told["recordSet"])]
    ids += [part["@id"] for records in told["recordSet"] for part in records["field"]]
    assert len(ids) == len(set(ids))

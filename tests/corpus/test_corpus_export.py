"""Exports: what is in them, in which split, and that one which is cut short is gone on with."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from corpus_samples import FolderTables, at, row

from broadtape.archive.lifecycle.compaction import maintain
from broadtape.corpus import Corpus
from broadtape.corpus.export import ExportReport, ExportSettings, export, job
from broadtape.errors import ArchiveError, UsageError
from broadtape.ingest.minhash import minhash

DAY = 24 * 60
RNG = random.Random(7)
WORDS = [f"word{n}" for n in range(500)]


def prose(seed: int, words: int = 200) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=words))


def near(text: str) -> str:
    """A rewrite of a few words."""
    words = text.split()
    words[5:7] = ["altered", "words"]
    return " ".join(words)


def story(name: str, text: str | None, day: int, **values: Any) -> dict[str, Any]:
    return row(
        name,
        text=text,
        text_sha256=hashlib.sha256(text.encode()).hexdigest() if text else None,
        minhash=minhash(text),
        fetched_at=at(day * DAY),
        published_at=at(day * DAY),
        archived_at=at(day * DAY + 1),
        **{"rights": "allowed", "language": "en", **values},
    )


STORIES = [
    story("a", prose(1), 0),
    story("a", prose(2), 50),  # its second revision, of another day
    story("b", prose(3), 10),
    story("copy", prose(3), 60, site="wire"),
    story("near", near(prose(3)), 61, site="wire", language="de"),
    story("late", prose(4), 70),
    story("reserved", prose(5), 5, rights="reserved"),
    story("unknown", prose(6), 6, rights=None),
    story("bare", None, 7),
]


@pytest.fixture
def archive(tmp_path: Path) -> FolderTables:
    archive = FolderTables.at(tmp_path)
    archive.append("articles", STORIES)
    return archive


def rows(report: ExportReport, split: str = "*") -> list[str]:
    files = sorted((report.folder / "data").glob(f"{split}/*.parquet"))
    return sorted(name for file in files for name in pl.read_parquet(file)["article_id"])


@pytest.mark.parametrize(
    ("settings", "names", "left_out"),
    [
        ({}, ["a", "b", "copy", "late", "near"], {"rights unknown": 1, "rights reserved": 1, "without a text": 1}),
        ({"dedupe": "exact"}, ["a", "b", "late", "near"], {"duplicates": 1}),
        ({"dedupe": "cluster"}, ["a", "b", "late"], {"duplicates": 2}),
        ({"rights": ("unknown", "reserved")}, ["reserved", "unknown"], {"rights allowed": 6}),
        ({"filters": {"site": "wire"}}, ["copy", "near"], {}),
        ({"filters": {"revisions": True, "until": at(55 * DAY)}}, ["a", "a", "b"], {}),
        ({"filters": {"as_of": at(20 * DAY)}}, ["a", "b"], {}),
        ({"filters": {"ticker": "NONE"}}, [], {}),
    ],
)
def test_what_is_in_it(
    archive: FolderTables, tmp_path: Path, settings: dict[str, Any], names: list[str], left_out: dict[str, int]
) -> None:
    report = export(Corpus(archive), tmp_path / "out", ExportSettings(**settings))
    assert rows(report) == names
    assert sum(report.rows.values()) == len(names)
    assert left_out.items() <= report.left_out.items()
    assert report.folder.name == f"v1-{ExportSettings(**settings).digest()}"


def test_a_split_never_parts_what_belongs_together(archive: FolderTables, tmp_path: Path) -> None:
    split = ExportSettings(split_at=(at(30 * DAY), at(65 * DAY)), dedupe="cluster", filters={"revisions": True})
    report = export(Corpus(archive), tmp_path, split)
    assert rows(report, "train") == ["a", "b"], "the second revision of a is one of its cluster"
    assert (rows(report, "validation"), rows(report, "test")) == ([], ["late"])
    exact = export(Corpus(archive), tmp_path, ExportSettings(split_at=(at(30 * DAY),), filters={"revisions": True}))
    assert rows(exact, "train") == ["a", "a", "b", "copy", "near"], "what came later goes with what it copies"
    assert rows(exact, "test") == ["late"]


def test_the_rows_are_those_of_a_reading(archive: FolderTables, tmp_path: Path) -> None:
    corpus = Corpus(archive)
    report = export(corpus, tmp_path, ExportSettings(filters={"site": "wire"}))
    written = pl.read_parquet(report.folder / "data" / "train" / "*.parquet")
    read = corpus.frame(site="wire").collect()
    assert written.sort("article_id").to_dicts() == read.sort("article_id").to_dicts()


def test_json_lines_for_training(archive: FolderTables, tmp_path: Path) -> None:
    report = export(Corpus(archive), tmp_path, ExportSettings(form="jsonl", shard_rows=1))
    files = sorted((report.folder / "data").rglob("*.jsonl.gz"))
    assert [file.name for file in files][:2] == ["2026-03-00000.jsonl.gz", "2026-04-00000.jsonl.gz"]
    lines = [json.loads(line) for file in files for line in gzip.decompress(file.read_bytes()).splitlines()]
    assert {line["article_id"]: line["revision"] for line in lines} == {"a": 2, "b": 1, "copy": 1, "near": 1, "late": 1}
    assert lines[0]["fetched_at"] == "2026-03-11T12:00:00Z"
    assert "removed" not in lines[0]


def test_the_card_says_what_is_there_and_what_is_not(archive: FolderTables, tmp_path: Path) -> None:
    report = export(Corpus(archive), tmp_path, ExportSettings(split_at=(at(30 * DAY),), dedupe="exact"))
    _, head, text = (report.folder / "README.md").read_text("utf-8").split("---\n", 2)
    told = yaml.safe_load(head)
    assert told["language"] == ["de", "en"]
    assert told["configs"] == [
        {"config_name": "default", "data_files": [
            {"split": "train", "path": "data/train/*.parquet"}, {"split": "test", "path": "data/test/*.parquet"},
        ]}
    ]  # fmt: skip
    for said in (
        "| train | 2 |",
        "| test | 2 |",
        "| rights reserved | 1 |",
        "| rights unknown | 1 |",
        "| duplicates | 1 |",
    ):
        assert said in text
    facts = json.loads((report.folder / "export.json").read_text())
    for name, digest in facts["files"].items():
        assert hashlib.sha256((report.folder / name).read_bytes()).hexdigest() == digest


def test_hugging_face_opens_it(archive: FolderTables, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    for form in ("parquet", "jsonl"):
        report = export(Corpus(archive), tmp_path / form, ExportSettings(form=form, split_at=(at(30 * DAY),)))
        opened = datasets.load_dataset(str(report.folder), cache_dir=str(tmp_path / "cache"))
        assert {split: len(opened[split]) for split in opened} == report.rows


def test_one_that_is_cut_short_is_gone_on_with(
    archive: FolderTables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = ExportSettings(shard_rows=1)
    write, written = job.write, []

    def cut(path: Path, *rest: Any) -> None:
        if len(written) == 2:
            raise KeyboardInterrupt
        written.append(path)
        write(path, *rest)

    monkeypatch.setattr(job, "write", cut)
    with pytest.raises(KeyboardInterrupt):
        export(Corpus(archive), tmp_path / "out", settings)
    monkeypatch.undo()
    (partial,) = (tmp_path / "out").iterdir()
    assert partial.name.endswith(".partial")

    archive.append("articles", [story("new", prose(9), 71)])  # meanwhile the archive moves on
    report = export(Corpus(archive), tmp_path / "out", settings)
    assert (report.version, report.written, report.files) == (1, 3, 5)
    assert rows(report) == ["a", "b", "copy", "late", "near"]
    assert [path.name for path in (tmp_path / "out").iterdir()] == [report.folder.name]
    whole = export(Corpus(archive).at(1), tmp_path / "whole", settings)
    assert json.loads((whole.folder / "export.json").read_text()) == json.loads(
        (report.folder / "export.json").read_text()
    )

    again = export(Corpus(archive), tmp_path / "out", settings)
    assert (again.version, again.files, again.finished_before) == (2, 6, False)
    assert export(Corpus(archive), tmp_path / "out", settings).finished_before


def test_one_whose_version_is_gone_is_told(archive: FolderTables, tmp_path: Path) -> None:
    settings = ExportSettings()
    (tmp_path / "out" / f"v1-{settings.digest()}.partial").mkdir(parents=True)
    old = archive.paths("articles")
    archive.append("articles", [story("new", prose(9), 71)])
    maintain(archive, run="m")
    for path in set(old) - set(archive.paths("articles")):
        path.unlink()
    with pytest.raises(ArchiveError, match="begun from version 1 of the archive, which is no longer kept"):
        export(Corpus(archive), tmp_path / "out", settings)


@pytest.mark.parametrize("times", [(at(2), at(1)), (at(1), at(2), at(3))])
def test_times_that_split_nothing(times: tuple[Any, ...]) -> None:
    with pytest.raises(UsageError):
        ExportSettings(split_at=times)

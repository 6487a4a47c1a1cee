"""Cleaned again, rebuilt, forgotten, maintained: what the archive answers before and after."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

import broadtape
from broadtape.archive import Archive
from broadtape.archive.lifecycle.takedown import forget
from broadtape.archive.lifecycle.verification import verify
from examples.newsroom import Newsroom
from tests.flows.conftest import Heard, RunFlow


@pytest.fixture(scope="module")
def room() -> Iterator[Newsroom]:
    with Newsroom(ports="any", faults=False, delay=0.0) as room:
        yield room


@pytest.fixture(scope="module")
def pattern(room: Newsroom, prefect_server: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of one outlet's stories, one of them with two revisions."""
    from flows.archive_news import archive_news

    archive = tmp_path_factory.mktemp("pattern") / "archive"
    for edition in (1, 2):
        room.set_edition(edition)
        archive_news(sites=["marketferry"], archive=str(archive), config=str(room.config), force=True)
    return archive


@pytest.fixture
def archive(pattern: Path, spool: Path, tmp_path: Path) -> Path:
    """A copy of it for one test: an archive may be moved."""
    return Path(shutil.copytree(pattern, tmp_path / "archive"))


def texts(archive: Path, **filters: Any) -> list[broadtape.Article]:
    found = broadtape.open(str(archive)).articles(revisions=True, **filters)
    return sorted(found, key=lambda article: (article.url, article.revision or 0))


def run_flow(name: str, **parameters: Any) -> Any:
    from flows.here import run_here

    return run_here(name, parameters, Heard())


class TestReextract:
    @pytest.fixture
    def config(self, room: Newsroom, tmp_path: Path) -> Path:
        """The newsroom's configuration with one more rule: a paragraph that two stories share in part goes."""
        folder = Path(shutil.copytree(room.config, tmp_path / "config"))
        file = folder / "sites" / "marketferry.yaml"
        values = yaml.safe_load(file.read_text())
        rule = {"pattern": "(?i)^.*\\bshares\\b.*$", "action": "drop_line", "name": "invented"}
        file.write_text(yaml.safe_dump({**values, "boilerplate": [rule, *values.get("boilerplate", [])]}))
        return folder

    def test_writes_editions_that_are_no_revisions(self, archive: Path, config: Path) -> None:
        before = texts(archive)
        ledger = Archive.open(str(archive)).tables["captures"].version()

        changes = run_flow("reextract", archive=str(archive), config=str(config))

        after = texts(archive)
        assert changes["changed"] > 0
        assert [(a.url, a.revision, a.fetched_at) for a in after] == [(a.url, a.revision, a.fetched_at) for a in before]
        changed = [(b, a) for b, a in zip(before, after, strict=True) if a.text != b.text]
        assert len(changed) == changes["changed"]
        for old, new in changed:
            assert new.extractor != old.extractor
            assert any(removed.rule == "invented" for removed in new.removed)
        assert Archive.open(str(archive)).tables["captures"].version() == ledger
        last = max(a.archived_at for a in before if a.archived_at)
        assert texts(archive, as_of=last) == before

    def test_a_sample_only_tells(self, archive: Path, config: Path) -> None:
        before = texts(archive)
        changes = run_flow("reextract", archive=str(archive), config=str(config), sample=100)
        assert changes["rules"]["invented"] >= changes["changed"] > 0
        assert changes["examples"]["invented"]
        assert texts(archive) == before

    def test_run_again_it_finds_nothing_to_change(self, archive: Path, config: Path) -> None:
        run_flow("reextract", archive=str(archive), config=str(config))
        again = run_flow("reextract", archive=str(archive), config=str(config))
        assert again["changed"] == 0


def test_rebuilt_from_the_warc_files_it_reads_as_before(room: Newsroom, archive: Path) -> None:
    before = texts(archive)
    for table in ("articles", "captures"):
        shutil.rmtree(archive / table)

    run_flow("rebuild", archive=str(archive), config=str(room.config))

    after = texts(archive)
    assert [replace(article, archived_at=None) for article in after] == [
        replace(article, archived_at=None) for article in before
    ]
    assert list(verify(Archive.open(str(archive)))) == []


def test_what_is_forgotten_is_not_crawled_again(room: Newsroom, archive: Path, crawl: RunFlow) -> None:
    story = next(article for article in texts(archive) if article.revision == 2)
    forget(Archive.open(str(archive)), urls=[story.url], run="r")

    report = crawl(room, archive, sites=["marketferry"], urls=[story.url])

    assert story.url not in {article.url for article in texts(archive)}
    assert report.outlet("marketferry").archived == 0
    assert list(verify(Archive.open(str(archive)))) == []


def test_maintenance_changes_nothing_a_reader_sees(archive: Path, room: Newsroom) -> None:
    before = texts(archive)
    report = run_flow("maintain", archive=str(archive), config=str(room.config))
    assert texts(archive) == before
    assert report["merged"]["articles"] == 2


def test_reextraction_that_is_cut_short_goes_on_where_it_was(
    room: Newsroom, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from broadtape.jobs import edition_batches

    folder = Path(shutil.copytree(room.config, tmp_path / "config"))
    file = folder / "sites" / "marketferry.yaml"
    values = yaml.safe_load(file.read_text())
    file.write_text(yaml.safe_dump({**values, "keep": ["^A line that no story has$"]}))
    before = texts(archive)
    monkeypatch.setattr(edition_batches, "_BATCH", 4)
    write = edition_batches.write_editions
    done: list[int] = []

    def cut_short(*args: Any) -> int:
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(write(*args))
        return done[-1]

    monkeypatch.setattr(edition_batches, "write_editions", cut_short)
    with pytest.raises(KeyboardInterrupt):
        run_flow("reextract", archive=str(archive), config=str(folder))
    monkeypatch.setattr(edition_batches, "write_editions", write)
    changes = run_flow("reextract", archive=str(archive), config=str(folder))

    assert changes["looked_at"] == len(before) - 8
    assert changes["changed"] == 0
    assert run_flow("reextract", archive=str(archive), config=str(folder))["looked_at"] == 0
    assert texts(archive) == before


def test_reextraction_writes_an_edition_where_only_a_fact_differs(
    room: Newsroom, archive: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(room.config, tmp_path / "config"))
    file = folder / "sites" / "marketferry.yaml"
    values = yaml.safe_load(file.read_text())
    values["selectors"] |= {"tickers": [".layout-title"]}
    file.write_text(
        yaml.safe_dump(
            values
            | {
                "boilerplate": [
                    *values["boilerplate"],
                    {
                        "pattern": "^Ferryline Systems .*",
                        "action": "flag",
                        "flag": "disclosure",
                        "name": "invented",
                    },
                ]
            }
        )
    )
    before = {(a.url, a.revision): a for a in texts(archive)}
    changes = run_flow("reextract", archive=str(archive), config=str(folder))
    assert set(changes["rules"]) >= {"invented", "disclosure"}
    for article in texts(archive):
        if article.disclosure:
            assert article.fetched_at == before[article.url, article.revision].fetched_at

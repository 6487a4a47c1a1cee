"""Work on a whole archive in parts: several processes find what one does, and one that dies costs its part."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from broadtape.archive import Archive, near_duplicates
from broadtape.archive.lifecycle.verification import segments
from broadtape.article import Article
from broadtape.corpus import Corpus
from broadtape.corpus.export import ExportSettings, export
from broadtape.corpus.export import job as export_job
from broadtape.corpus.fulltext import parts
from broadtape.ingest.minhash import minhash
from broadtape.jobs.bulk_work import bulk_work
from broadtape.jobs.maintain import maintain
from broadtape.jobs.verify import verify
from broadtape.settings import load_settings
from tests.jobs.conftest import BASE, SITE, House

_WORDS = "the board let berth nine to another carrier after months of talk about tides, cranes and the price of rope"


def texts() -> Iterator[Article]:
    """Ten stories of two months, of which each two that follow each other say the same."""
    for number in range(10):
        text = " ".join(f"{word}{number // 2}" for word in _WORDS.split())
        yield Article(
            url=f"{BASE}/{number}", title=f"Berth nine {number}", text=text, site=SITE, article_id=f"{number}",
            fetched_at=datetime(2026, 3, 9, tzinfo=UTC) + timedelta(days=5 * number), extractor="broadtape-0/aaaa",
            minhash=minhash(text), text_sha256=hashlib.sha256(text.encode()).hexdigest(),
        )  # fmt: skip


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of a few rows, or one segment."""
    for where, name, value in (
        (parts, "_ROWS", 4),
        (near_duplicates, "_FEW", 1),
        (near_duplicates, "_CHUNK", 4),
        (segments, "_PART_SEGMENTS", 1),
        (export_job, "_FEW", 1),
    ):
        monkeypatch.setattr(where, name, value)


def fill(house: House) -> Archive:
    archive = house.archive()
    with archive.lease(SITE, run="r") as lease:
        archive.commit(articles=list(texts()), captures=[], leases=[lease])
    return archive


@pytest.mark.slow
def test_several_processes_find_what_one_does(
    house: House, small: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = fill(house)
    for title in ("Berth nine is let", "Berth ten is let", "Berth eleven is let"):
        house.crawled(archive, title)
    (torn, *_) = sorted(str(key) for key in archive.segments())
    archive.objects.put(torn, archive.objects.get(torn)[:-30])
    upkeep = maintain(archive=archive.uri, config=str(house.config))
    assert (upkeep.tables.pairs, upkeep.index.rows, upkeep.index.made_anew) == (5 + 3, 13, True)
    corpus = Corpus(archive)
    assert corpus.search("carrier9").total == 0
    assert [corpus.search(f"carrier{n}").total for n in range(5)] == [2] * 5
    wrong = list(verify(archive=archive.uri, config=str(house.config)))
    assert {(each.kind, each.where) for each in wrong} == {("segment_torn", torn)}

    asked = ExportSettings(rights=("unknown",), dedupe="cluster", shard_rows=2)
    with bulk_work(load_settings(house.config), print) as doing:
        report = export(corpus, tmp_path / "by-several", asked, doing=doing)
    monkeypatch.setattr(export_job, "_FEW", 50)
    alone = export(corpus, tmp_path / "by-one", asked)
    assert (report.files, report.rows) == (alone.files, alone.rows) == (4, {"train": 6})
    assert tree(report.folder) == tree(alone.folder)


def tree(folder: Path) -> dict[str, bytes]:
    """Each file's bytes."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

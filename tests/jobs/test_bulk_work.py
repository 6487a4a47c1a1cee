"""Work on a whole archive in parts: several processes find what one does, and one that dies costs its part."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from broadtape.archive import Archive, near_duplicates
from broadtape.archive.lifecycle.verification import segments
from broadtape.article import Article
from broadtape.corpus import Corpus
from broadtape.corpus.export import ExportSettings, export
from broadtape.corpus.export import job as export_job
from broadtape.corpus.fulltext import parts
from broadtape.errors import BroadtapeError, EngineGone, PartFailed
from broadtape.ingest.engines.over import done_over
from broadtape.ingest.minhash import minhash
from broadtape.jobs import bulk_work as bulk_work_job
from broadtape.jobs.bulk_work import bulk_work
from broadtape.jobs.maintain import maintain
from broadtape.jobs.verify import verify
from broadtape.settings import load_settings
from broadtape.work import WholePart, Work
from tests.jobs.conftest import BASE, SITE, House

R = TypeVar("R")
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
        given: list[int] = []
        with pytest.raises(PartFailed, match=r"^Number 3 could not be done: cleaner crashed \(exit status 9\)\.$"):
            given.extend(doing(Deadly(number=number) for number in (0, 3, 4)))
    assert given == [0, 8]
    monkeypatch.setattr(export_job, "_FEW", 50)
    alone = export(corpus, tmp_path / "by-one", asked)
    assert (report.files, report.rows) == (alone.files, alone.rows) == (4, {"train": 6})
    assert tree(report.folder) == tree(alone.folder)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubled(WholePart[int]):
    """A part whose worker ends over an odd number."""

    number: int

    @property
    def about(self) -> str:
        return f"Number {self.number}"

    def do(self) -> int:
        return 2 * self.number if self.number % 2 == 0 else self.lost("its worker ended")


class Deadly(Doubled):
    """One that does end it."""

    def do(self) -> int:
        return 2 * self.number if self.number % 2 == 0 else os._exit(9)


class Here:
    """An engine that does work as it is submitted."""

    slots = 1

    def submit(self, work: Work[R]) -> Future[R]:
        done: Future[R] = Future()
        try:
            done.set_result(work())
        except BroadtapeError as error:
            done.set_exception(error)
        return done

    def close(self) -> None:
        pass


def test_parts_that_fail_are_named_once_all_others_are_done() -> None:
    given: list[int] = []
    told = r"^Number 3 could not be done: its worker ended\. Number 7 could not be done: its worker ended\.$"
    with pytest.raises(PartFailed, match=told):
        given.extend(done_over(Here(), (Doubled(number=number) for number in (0, 2, 3, 4, 7, 8))))
    assert given == [0, 4, 8, 16]


def test_without_what_starts_processes_this_one_does_the_work(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the package is installed to read alone."""
    monkeypatch.setattr(bulk_work_job, "find_spec", lambda _name: None)
    with bulk_work(load_settings(house.config), print) as doing:
        assert list(doing(Doubled(number=number) for number in (0, 2, 4))) == [0, 4, 8]


def test_where_the_engine_is_gone_nothing_else_is_begun() -> None:
    begun: list[int] = []

    def parts() -> Iterator[Doubled]:
        for number in range(0, 40, 2):
            begun.append(number)
            yield Doubled(number=number)

    class Gone(Here):
        def submit(self, work: Work[R]) -> Future[R]:
            done: Future[R] = Future()
            done.set_exception(EngineGone("The scheduler is gone."))
            return done

    with pytest.raises(EngineGone):
        list(done_over(Gone(), parts()))
    assert len(begun) < 10


def tree(folder: Path) -> dict[str, bytes]:
    """Each file's bytes."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

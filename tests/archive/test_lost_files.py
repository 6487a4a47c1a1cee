"""A data file that is not there: whoever asks gets one sentence, of the kind that a task is tried again for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from archive_samples import DATE, URL, article, capture

from broadtape.archive import Archive, Decision
from broadtape.archive.lifecycle.takedown import forget
from broadtape.archive.near_duplicates import pairs_at
from broadtape.archive.segment_key import SegmentKey
from broadtape.errors import FileGone, StoreError
from broadtape.ingest.history import Histories
from broadtape.ingest.reextract import outdated
from broadtape.learning.learn import outlets_in
from broadtape.monitoring.baseline import earlier_measures, earlier_polls, recent_paragraphs
from broadtape.monitoring.status import outlet_health
from broadtape.site import Site

KEY = SegmentKey.parse("raw/site=wire/date=2026-11-23/r1-0001.warc.gz")
SITE = Site(name="wire", title="Wire", homepage="https://wire.example/", hosts=("wire.example",))


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Two stories of the wire, fetched a moment ago."""
    made = Archive.open(str(tmp_path / "archive"), create=True, clock=lambda: DATE + timedelta(minutes=5))
    with made.lease("wire", run="r1", seconds=10**7) as lease:
        rows = [article(number) for number in range(2)]
        made.commit(articles=rows, captures=[capture(number) for number in range(2)], leases=[lease])
    made.decisions.record([Decision(decision="forget", url_id=1), Decision(decision="release", site="wire")])
    return made


def lose(archive: Archive) -> None:
    for table in archive.tables:
        for path in Path(archive.uri, table).rglob("*.parquet"):
            path.unlink()


ASKED: dict[str, Callable[[Archive], object]] = {
    "known": lambda a: a.ledger.known("wire", [capture(0).url_id or 0]),
    "recent": lambda a: a.ledger.recent(["wire"], DATE - timedelta(days=1)),
    "quarantined": lambda a: a.ledger.quarantined(["wire"]),
    "committed": lambda a: a.ledger.committed([KEY]),
    "newest": lambda a: a.texts.newest([article(0).article_id or ""]),
    "of a segment": lambda a: a.texts.of_segment(KEY),
    "blocked": lambda a: a.decisions.blocked([1]),
    "rejected": lambda a: a.decisions.rejected_rules("wire"),
    "pairs": lambda a: pairs_at(a.tables["articles"], a.objects, a.tables["articles"].version()),
    "history": lambda a: Histories.load(a, "wire", [article(0).article_id or ""]),
    "status": lambda a: outlet_health(a, [SITE], now=datetime.now(UTC)),
    "usual pages": lambda a: earlier_measures(a, "wire"),
    "usual polls": lambda a: earlier_polls(a, "wire"),
    "usual paragraphs": lambda a: recent_paragraphs(a, "wire", DATE),
    "outdated": lambda a: outdated(a, [SITE], lambda _site: "other"),
    "learnable": lambda a: outlets_in(a, [SITE]),
    "takedown": lambda a: forget(a, urls=[f"{URL}0"], run="f", dry_run=True),
}


@pytest.mark.parametrize("asked", ASKED)
def test_whoever_asks_gets_one_sentence_that_a_task_tries_again(archive: Archive, asked: str) -> None:
    ASKED[asked](archive)  # nothing is wrong yet
    lose(archive)
    with pytest.raises(StoreError, match=r"\.parquet is (missing|gone).*'broadtape verify'") as raised:
        ASKED[asked](archive)
    assert "\n" not in str(raised.value)


def test_what_a_takedown_removes_meanwhile_is_read_without(archive: Archive) -> None:
    begun: list[int] = []

    def ask(rows: pl.LazyFrame) -> pl.LazyFrame:
        if not begun:
            forget(Archive.open(archive.uri), urls=[f"{URL}0"], run="f")
        begun.append(1)
        return rows.select("url").filter(pl.col("url").is_not_null())

    assert archive.tables["articles"].read(ask)["url"].to_list() == [f"{URL}1"]
    assert len(begun) == 2


def test_a_version_that_is_asked_for_is_not_exchanged_for_another(archive: Archive) -> None:
    version = archive.tables["articles"].version()
    forget(Archive.open(archive.uri), urls=[f"{URL}0"], run="f")
    with pytest.raises(FileGone, match="Read again"):
        archive.tables["articles"].read(lambda rows: rows, version=version)

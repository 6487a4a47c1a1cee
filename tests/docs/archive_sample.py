"""An archive that the examples of the documentation can read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from broadtape.archive import Archive
from broadtape.archive.segment_key import SegmentKey
from broadtape.archive.warc import SegmentWriter, read_segment
from broadtape.article import Article, Ticker
from broadtape.capture import Note
from broadtape.urls import article_id

FETCHED = datetime(2026, 11, 18, 14, tzinfo=UTC)
URL = "http://127.0.0.1:8600/news/26/11/45619023/invented"


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `archive` in it: one story of marketferry with a revision and an edition, one row twice."""
    return build(tmp_path_factory.mktemp("docs"))


def build(folder: Path) -> Path:
    """The sample in a folder of one's own."""
    now = [FETCHED]
    archive = Archive.open(str(folder / "archive"), create=True, clock=lambda: now[-1])
    key, offset, length = _page(archive, folder)
    first = Article(
        url=URL,
        title="Invented orders double",
        text="Orders doubled.\n\nSee also: another story.",
        published_at=FETCHED - timedelta(hours=1),
        tickers=(Ticker("FRRY", "NASDAQ", "text"),),
        word_count=6,
        article_id=article_id("marketferry", URL),
        site="marketferry",
        fetched_at=FETCHED,
        extractor="broadtape-0.1.0/aaaa",
        warc_file=key,
        warc_offset=offset,
        warc_length=length,
    )
    better = replace(first, text="Orders doubled.", extractor="broadtape-0.1.0/bbbb", word_count=2)
    revised = replace(better, text="Orders trebled.", fetched_at=FETCHED + timedelta(days=1))
    other = replace(first, url=f"{URL}-2", article_id=article_id("marketferry", f"{URL}-2"), title="Another")
    with archive.lease("marketferry", run="r1", seconds=10**7) as lease:
        for hours, rows in ((1, [first, other]), (2, [first]), (3, [better]), (25, [revised]), (26, [better])):
            now.append(FETCHED + timedelta(hours=hours))
            archive.commit(articles=rows, captures=[], leases=[lease])
    return folder


def _page(archive: Archive, folder: Path) -> tuple[str, int, int]:
    writer = SegmentWriter(folder / "spool", site="marketferry", run="r1", info={}, clock=lambda: FETCHED)
    note = Note("fetch", "marketferry", "r1", url=URL)
    writer.response(url=URL, status=200, reason="OK", headers=[], body=b"<p>Orders", date=FETCHED, note=note)
    writer.close()
    (path,) = (folder / "spool").rglob("*.warc.gz")
    key = path.relative_to(folder / "spool").as_posix()
    archive.put_segment(path, SegmentKey.parse(key))
    (record,) = [record for record in read_segment(path) if record.type == "response"]
    return key, record.offset, record.length

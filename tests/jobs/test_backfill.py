"""Recordings of one outlet, some of them torn: each is read as far as it goes, and what was passed over is told."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from pathlib import Path

import pytest

import broadtape
from broadtape.archive import Archive
from broadtape.errors import RunFailed, StoreError
from broadtape.jobs.archive_news import archive_news
from broadtape.jobs.backfill import backfill
from broadtape.jobs.crawling.order import Order
from broadtape.jobs.steps import StepsHere
from tests.jobs.conftest import BASE, House, page

TOLD = ("Dredgers", "Pilots", "Tolls")
"""What each recording is about."""


def member(url: str, body: bytes, *, day: int, kind: str = "text/html") -> bytes:
    """A response, as a gzip member of a recording."""
    block = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n".encode() + body
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:x:{url}>\r\nWARC-Date: 2025-05-0{day}T10:00:00Z\r\n"
        f"WARC-Target-URI: {url}\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + block + b"\r\n\r\n", mtime=0)


def pages(about: str) -> dict[str, bytes]:
    """Three of them, by address."""
    return {f"{BASE}/{about.lower()}-{n}": page(f"{about} on the quay, part {n + 1}") for n in range(3)}


def recording(folder: Path, about: str, *, torn: int = 0) -> str:
    """A file of three pages, without its last `torn` bytes."""
    members = b"".join(member(url, body, day=1 + n) for n, (url, body) in enumerate(pages(about).items()))
    path = folder / f"{about}.warc.gz"
    path.write_bytes(members[: len(members) - torn])
    return str(path)


def archived(archive: Archive) -> list[str]:
    return sorted(article.url.rpartition("/")[2] for article in broadtape.open(archive.uri).articles())


@pytest.fixture
def files(tmp_path: Path) -> Sequence[str]:
    return [recording(tmp_path, about, torn=60 if about == "Pilots" else 0) for about in TOLD]


def test_files_of_one_outlet_are_all_read_though_one_is_torn(house: House, files: Sequence[str]) -> None:
    archive = house.archive()
    with pytest.raises(RunFailed, match=r"Pilots\.warc\.gz: offset .* torn"):
        backfill(files, archive=archive.uri, config=str(house.config))
    assert archived(archive) == sorted(
        [*(f"{about.lower()}-{n}" for about in ("Dredgers", "Tolls") for n in range(3)), "pilots-0", "pilots-1"]
    )


def test_a_file_that_is_tried_again_since_the_store_failed_is_archived_once(
    house: House, files: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, commit, calls = house.archive(), Archive.commit, 0

    def away_once(self: Archive, **rows: object) -> object:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise StoreError("The store is away.")
        return commit(self, **rows)  # type: ignore[arg-type]

    monkeypatch.setattr(Archive, "commit", away_once)
    backfill([files[0], files[2]], archive=archive.uri, config=str(house.config), steps=StepsHere(retry_after=(0.0,)))
    assert archived(archive) == sorted(f"{about.lower()}-{n}" for about in ("Dredgers", "Tolls") for n in range(3))


def test_a_torn_recording_answers_as_far_as_it_goes_and_the_run_says_so(house: House, tmp_path: Path) -> None:
    items = "".join(f"<item><link>{url}</link></item>" for url in pages("Dredgers"))
    feed = f"<rss><channel>{items}</channel></rss>".encode()
    told = [member(url, body, day=1) for url, body in pages("Dredgers").items()]
    robots = member("https://quayside.example/robots.txt", b"", day=1, kind="text/plain")
    path = tmp_path / "torn.warc.gz"
    path.write_bytes(b"".join([robots, member("https://quayside.example/feed", feed, day=1), *told])[:-60])

    report = archive_news(Order(replay=str(path), archive=house.archive().uri, config=str(house.config)))
    assert archived(house.archive()) == ["dredgers-0", "dredgers-1"]
    assert "torn" in report.damaged["torn.warc.gz"][0]
    with pytest.raises(RunFailed, match="torn"):
        report.raise_for_trouble()

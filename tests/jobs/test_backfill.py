"""Recordings of one outlet, some of them torn: each is read as far as it goes, and what was passed over is told."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from pathlib import Path

import pytest

import broadtape
from broadtape.archive import Archive
from broadtape.archive.decisions import Decision
from broadtape.archive.lifecycle.verification import verify
from broadtape.errors import OutletsBusy, RunFailed, StoreError
from broadtape.ingest.drafts import CleanedSegment
from broadtape.jobs import leased_commits
from broadtape.jobs.archive_news import archive_news
from broadtape.jobs.backfill import backfill
from broadtape.jobs.crawling.order import Order
from broadtape.jobs.leased_commits import forgotten_in
from broadtape.jobs.progress import ProgressListener
from broadtape.jobs.steps import StepsHere
from broadtape.jobs.writing_run import WritingRun
from broadtape.urls import url_id
from tests.jobs.conftest import BASE, SITE, House, page

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
        if calls == 1:
            raise StoreError("The store is away.")
        return commit(self, **rows)  # type: ignore[arg-type]

    monkeypatch.setattr(Archive, "commit", away_once)
    backfill([files[0], files[2]], archive=archive.uri, config=str(house.config), steps=StepsHere(retry_after=(0.0,)))
    assert archived(archive) == sorted(f"{about.lower()}-{n}" for about in ("Dredgers", "Tolls") for n in range(3))


def test_an_outlet_that_is_being_written_is_come_back_to(
    house: House, files: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BROADTAPE_WORK__PATIENCE", "60")
    archive = house.archive()
    lease = archive.lease(SITE, run="other")

    class Watch(ProgressListener):
        def step(self, text: str) -> None:
            if text.startswith("waiting for quayside"):
                lease.release()

    report = backfill([files[0]], archive=archive.uri, config=str(house.config), watch=Watch())
    assert report.left_out == {}
    assert archived(archive) == [f"dredgers-{n}" for n in range(3)]


def test_what_belongs_to_an_outlet_that_is_written_all_the_time_waits_for_the_next_run(
    house: House, files: Sequence[str]
) -> None:
    archive = house.archive()
    with archive.lease(SITE, run="other"), pytest.raises(OutletsBusy, match=SITE):
        backfill([files[0]], archive=archive.uri, config=str(house.config))
    assert archived(archive) == []
    assert backfill([files[2]], archive=archive.uri, config=str(house.config)).recovered == 1
    assert archived(archive) == sorted(f"{about.lower()}-{n}" for about in ("Dredgers", "Tolls") for n in range(3))


def test_what_is_forgotten_while_it_waits_is_not_archived(
    house: House, files: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = house.archive()
    url = f"{BASE}/dredgers-1"

    def forgotten_now(run: WritingRun, cleaned: CleanedSegment) -> bool:
        archive.decisions.record([Decision(decision="forget", url_id=url_id(url))])
        run.archive.tables["decisions"].expire()  # as taking a lease does
        return forgotten_in(run, cleaned)

    monkeypatch.setattr(leased_commits, "forgotten_in", forgotten_now)
    backfill([files[0]], archive=archive.uri, config=str(house.config))
    assert archived(archive) == ["dredgers-0", "dredgers-2"]


def test_a_record_is_copied_as_it_came(house: House, files: Sequence[str]) -> None:
    archive = house.archive()
    backfill([files[0]], archive=archive.uri, config=str(house.config))
    (key,) = archive.segments(SITE)
    with archive.local_segment(key) as path:
        kept = path.read_bytes()
    for url, body in pages("Dredgers").items():
        assert member(url, body, day=1 + int(url[-1])) in kept
    assert list(verify(archive, digests=True)) == []


@pytest.mark.parametrize("form", ["plain", "one member"])
def test_records_without_a_gzip_member_of_their_own_are_taken_too(house: House, tmp_path: Path, form: str) -> None:
    archive = house.archive()
    plain = b"".join(gzip.decompress(member(url, body, day=1)) for url, body in pages("Dredgers").items())
    path = tmp_path / "made.warc"
    path.write_bytes(plain if form == "plain" else gzip.compress(plain))
    backfill([str(path)], archive=archive.uri, config=str(house.config))
    assert archived(archive) == [f"dredgers-{n}" for n in range(3)]
    assert list(verify(archive, digests=True)) == []


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

"""A run over several recordings of one outlet: each is read, whatever became of the one before it."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from pathlib import Path

import pytest

import broadtape
from broadtape.archive import Archive
from broadtape.errors import RunFailed, StoreError
from broadtape.jobs.backfill import backfill
from broadtape.jobs.steps import StepsHere
from tests.jobs.conftest import BASE, House, page

TOLD = ("Dredgers", "Pilots", "Tolls")
"""What each recording is about."""


def recording(folder: Path, about: str, *, torn: int = 0) -> str:
    """A file of three pages, one gzip member a record, without the last `torn` bytes."""
    members = b""
    for n in range(3):
        block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page(f"{about} on the quay, part {n + 1}")
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:x:{about}:{n}>\r\n"
            f"WARC-Date: 2025-05-0{n + 1}T10:00:00Z\r\nWARC-Target-URI: {BASE}/{about.lower()}-{n}\r\n"
            f"Content-Length: {len(block)}\r\n\r\n"
        )
        members += gzip.compress(head.encode() + block + b"\r\n\r\n", mtime=0)
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

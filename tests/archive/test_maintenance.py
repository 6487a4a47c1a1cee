from __future__ import annotations

import os
import time
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from archive_samples import DATE, article, capture
from deltalake import DeltaTable

from broadtape.archive import Archive
from broadtape.archive.lifecycle.compaction import maintain
from broadtape.archive.lifecycle.vacuum import READERS, clean_log, remove_unnamed
from broadtape.archive.lifecycle.verification import verify
from broadtape.errors import LeaseHeld
from broadtape.monitoring.status import archive_health
from broadtape.urls import url_id


def fill(archive: Archive, commits: int = 8) -> None:
    with archive.lease("wire", run="r1") as wire, archive.lease("post", run="r1") as post:
        for number in range(commits):
            site, lease = ("wire", wire) if number % 3 else ("post", post)
            month = timedelta(days=40 * (number % 2))
            archive.commit(
                articles=[article(number, site=site, fetched_at=DATE + month + timedelta(minutes=n)) for n in (2, 1)],
                captures=[capture(number, site=site), capture(number + 100, site=site)],
                leases=[lease],
            )


def content(archive: Archive) -> list[pl.DataFrame]:
    articles = archive.tables["articles"].scan().sort("site", "article_id", "fetched_at", "archived_at")
    return [articles.collect(), archive.tables["captures"].scan().sort("site", "url_id", "recorded_at").collect()]


def age(archive: Archive, seconds: float) -> None:
    """Makes every file of a folder look older."""
    for path in Path(archive.uri).rglob("*"):
        if path.is_file():
            os.utime(path, (time.time() - seconds,) * 2)


@pytest.fixture
def local(tmp_path: Path) -> Archive:
    return Archive.open(str(tmp_path / "archive"), create=True)


def test_maintenance_merges_files_and_changes_no_row(archive: Archive) -> None:
    fill(archive)
    before = content(archive)
    held = archive.tables["articles"].scan()
    report = maintain(archive, run="m1")
    after = content(archive)
    assert all(one.equals(two) for one, two in zip(before, after, strict=True))
    assert report.merged["articles"] == report.merged["captures"] == 8
    assert len(archive.tables["articles"].existing().file_uris()) == 2
    assert len(archive.tables["captures"].existing().file_uris()) == 1
    assert report.after["articles"].files == report.before["articles"].files + 2
    assert held.collect().height == before[0].height
    assert archive.ledger.known("wire", [url_id(capture(1).url or "")])


def test_what_is_merged_lies_in_reading_order(local: Archive) -> None:
    fill(local)
    maintain(local, run="m1")
    captures = local.tables["captures"].scan().collect()
    assert captures.equals(captures.sort("site", "url_id", "recorded_at", maintain_order=True))
    for path in Path(local.uri, "articles").rglob("*.parquet"):
        rows = pl.read_parquet(path)
        if "_delta_log" not in str(path) and rows.height > 2:
            assert rows.equals(rows.sort("site", "fetched_at", maintain_order=True))


def test_a_second_maintenance_finds_nothing_to_merge(local: Archive) -> None:
    fill(local)
    maintain(local, run="m1")
    version = local.tables["articles"].version()
    report = maintain(local, run="m2")
    assert set(report.merged.values()) == {0}
    assert local.tables["articles"].version() == version


def test_large_files_are_left_alone(local: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    from broadtape.archive.lifecycle import compaction as maintenance

    monkeypatch.setattr(maintenance, "SMALL", 10)
    monkeypatch.setattr(maintenance, "LARGE", 11)
    fill(local)
    assert set(maintain(local, run="m1").merged.values()) == {0}
    monkeypatch.setattr(maintenance, "LARGE", 10**9)
    merged = maintain(local, run="m2").merged
    assert (merged["captures"], merged["articles"]) == (8, 0)


def test_superseded_files_and_old_log_go_once_no_reader_can_need_them(local: Archive) -> None:
    fill(local, 30)
    before = content(local)
    maintain(local, run="m1")
    live = {name: set(local.tables[name].existing().file_uris()) for name in ("articles", "captures")}
    table = local.tables["captures"]
    assert remove_unnamed(table) == []
    age(local, READERS.total_seconds() + 3600)
    removed = remove_unnamed(table, readers=None)
    assert len(removed) == 30
    clean_log(table)
    assert {str(path) for path in Path(table.uri).glob("*.parquet")} == live["captures"]
    log = sorted(path.name for path in Path(table.uri, "_delta_log").iterdir())
    assert not any(name.endswith(f"{5:020d}.json") for name in log)
    assert len([name for name in log if name.endswith(".json")]) < 15
    assert content(Archive.open(local.uri))[1].equals(before[1])
    with local.lease("wire", run="r2") as lease:
        local.commit(articles=[], captures=[capture(1)], leases=[lease])
    assert local.tables["captures"].scan().collect().height == before[1].height + 1


def test_orphans_go_after_a_day_and_commits_under_way_stay(local: Archive) -> None:
    from broadtape.archive.delta.schema import article_frame

    fill(local, 2)
    table = local.tables["articles"]
    table.write_files(article_frame([article(1)], DATE))
    assert remove_unnamed(table) == []
    age(local, 90_000)
    assert len(remove_unnamed(table)) == 1
    assert local.tables["articles"].scan().collect().height == 4


def test_litter_is_swept(local: Archive) -> None:
    for _ in range(3):
        local.lease("wire", run="r1").release()
    (Path(local.uri) / "raw").mkdir()
    litter = Path(local.uri) / "raw" / ".tmp-123"
    litter.write_bytes(b"half")
    maintain(local, run="m1")
    assert litter.exists()
    assert [info.key for info in local.objects.list("leases/wire/")] == ["leases/wire/000000000003.json"]
    age(local, 90_000)
    maintain(local, run="m2")
    assert not litter.exists()


def test_two_maintenances_do_not_meet(local: Archive) -> None:
    with local.lease("_maintenance", run="m0"), pytest.raises(LeaseHeld, match="m0"):
        maintain(local, run="m1")


def test_the_log_is_bounded_by_checkpoints_and_outlets_not_by_commits(local: Archive) -> None:
    fill(local, 45)
    log = Path(local.uri, "captures", "_delta_log")
    checkpoints = sorted(log.glob("*.checkpoint.parquet"))
    assert len(checkpoints) == 2
    apps = pl.read_parquet(checkpoints[-1])["txn"].struct.field("appId").drop_nulls()
    assert sorted(apps) == ["post", "wire"]
    assert DeltaTable(str(log.parent)).transaction_version("wire") == 2**20 + 29


def test_what_an_archive_weighs_is_kept_by_upkeep(tmp_path: Path) -> None:
    archive = Archive.open(str(tmp_path / "archive"), create=True)
    spool = tmp_path / "spool"
    assert archive_health(archive, spool).weighed_at is None
    maintain(archive, run="m")
    kept = archive_health(archive, spool)
    assert kept.weighed_at is not None
    archive.objects.put("state/wire.json", b"{}")
    assert (archive_health(archive, spool).files, "as upkeep listed" in str(kept)) == (kept.files, True)
    anew = archive_health(archive, spool, weigh_anew=True)
    assert anew.files == sum(1 for _ in archive.objects.list())
    assert anew.weighed_at is None
    assert list(verify(archive)) == []

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from archive_samples import one_segment

from broadtape.archive.segment_key import SegmentKey
from broadtape.archive.spool import Spool, Waiting
from broadtape.errors import SpoolError

KEY = "raw/site=wire/date=2026-11-23/r1-0001.warc.gz"


def put(folder: Path, key: str = KEY, content: bytes = b"x") -> Path:
    path = folder / key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_a_segments_path_below_its_run_is_its_key(tmp_path: Path) -> None:
    run = Spool(tmp_path, "./archive").begin("r1")
    path = put(run.folder)
    put(run.folder, KEY.replace("0001", "0002") + ".open")
    assert run.closed() == [path]
    assert run.key_of(path) == SegmentKey.parse(KEY)
    run.drop(path)
    run.drop(path)
    assert run.closed() == []


def test_a_finished_run_leaves_nothing_and_an_unfinished_one_everything(tmp_path: Path) -> None:
    spool = Spool(tmp_path, "./archive")
    done, cut = spool.begin("r1"), spool.begin("r2")
    path = put(cut.folder)
    done.finish()
    cut.finish()
    assert not done.folder.exists()
    assert path.exists()
    (dead,) = spool.dead()
    assert (dead.run, dead.closed()) == ("r2", [path])
    assert spool.dead() == []
    dead.drop(path)
    dead.finish()
    assert spool.dead() == []


def test_a_living_run_is_not_dead_and_its_id_is_taken(tmp_path: Path) -> None:
    spool = Spool(tmp_path, "./archive")
    run = spool.begin("r1")
    assert spool.dead() == []
    with pytest.raises(SpoolError, match="r1 is already going on"):
        spool.begin("r1")
    run.finish()
    spool.begin("r1").finish()


def test_waiting_tells_the_living_from_the_dead_and_takes_neither(tmp_path: Path) -> None:
    spool = Spool(tmp_path, "./archive")
    assert spool.waiting() == []
    alive, dead = spool.begin("r1"), spool.begin("r2")
    put(alive.folder)
    put(dead.folder, content=b"abc")
    dead.release()
    assert spool.waiting() == [Waiting("r1", True, 1, 1), Waiting("r2", False, 1, 3)]
    assert [run.run for run in spool.dead()] == ["r2"]


def test_each_archive_has_a_spool_of_its_own_however_its_address_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    same = {Spool(tmp_path, uri).folder for uri in ("archive", "./archive", f"file://{tmp_path}/archive")}
    assert len(same) == 1
    assert Spool(tmp_path, "s3://bucket/a").folder == Spool(tmp_path, "s3://bucket/a/").folder
    assert Spool(tmp_path, "s3://bucket/a").folder != Spool(tmp_path, "s3://bucket/b").folder


def test_the_lock_lives_as_long_as_a_child_that_was_handed_it(tmp_path: Path) -> None:
    spool = Spool(tmp_path, "./archive")
    run = spool.begin("r1")
    put(run.folder)
    child = subprocess.Popen(
        [sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE, pass_fds=[run.lock_fd]
    )
    run.release()
    assert spool.dead() == []
    child.communicate()
    assert [run.run for run in spool.dead()] == ["r1"]


def test_a_spool_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SpoolError, match=r"cannot be written: .*Not a directory"):
        Spool(tmp_path / "file", "./archive").begin("r1")


def test_recovery_closes_what_was_open(tmp_path: Path) -> None:
    run = Spool(tmp_path, "./archive").begin("r1")
    path = one_segment(run.folder)
    opened = path.rename(path.with_name(path.name + ".open"))
    os.truncate(opened, opened.stat().st_size - 10)
    put(run.folder, KEY.replace("r1-0001", "r1-0009") + ".open")
    assert run.recover() == [path]

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from broadtape.archive.stores.object_store import ObjectStore
from broadtape.archive.stores.open_store import open_store
from broadtape.errors import DigestMismatch, NotAnArchive, ObjectMissing, StoreError


@pytest.fixture
def store(uri: str) -> ObjectStore:
    return open_store(uri)


def keys(store: ObjectStore, prefix: str = "") -> list[str]:
    return [info.key for info in store.list(prefix)]


def test_what_is_put_is_got_whole_or_in_part(store: ObjectStore) -> None:
    store.put("a/b.bin", b"0123456789")
    assert store.get("a/b.bin") == b"0123456789"
    assert store.get("a/b.bin", 3, 4) == b"3456"
    assert store.get("a/b.bin", 7) == b"789"
    store.put("a/b.bin", b"")
    assert store.get("a/b.bin") == b""


def test_what_is_not_there_is_missing(store: ObjectStore) -> None:
    store.put("a/b", b"x")
    with pytest.raises(ObjectMissing, match="a/c"):
        store.get("a/c")
    with pytest.raises(ObjectMissing), store.local("a/c"):
        pass
    assert store.info("a/c") is None
    store.delete(["a/c"])
    assert keys(store, "nothing/here/") == []


def test_info_tells_size_and_time(store: ObjectStore) -> None:
    store.put("a/b", b"12345")
    info = store.info("a/b")
    assert info is not None
    assert (info.key, info.size) == ("a/b", 5)
    assert abs(info.modified - datetime.now(UTC)) < timedelta(minutes=5)
    assert [(found.key, found.size) for found in store.list()] == [("a/b", 5)]


def test_listing_is_by_prefix_and_in_order(store: ObjectStore) -> None:
    for key in ("b/2", "b/1", "a", "bc/3", "b/sub/4"):
        store.put(key, b"x")
    assert keys(store) == ["a", "b/1", "b/2", "b/sub/4", "bc/3"]
    assert keys(store, "b/") == ["b/1", "b/2", "b/sub/4"]
    assert keys(store, "b") == ["b/1", "b/2", "b/sub/4", "bc/3"]
    store.delete(["b/1", "b/sub/4", "gone"])
    assert keys(store, "b/") == ["b/2"]


def test_put_new_keeps_the_first_and_knows_its_own(store: ObjectStore) -> None:
    assert store.put_new("x", b"first")
    assert not store.put_new("x", b"second")
    assert store.put_new("x", b"first")
    assert store.get("x") == b"first"


def test_the_probe_leaves_nothing_behind(store: ObjectStore) -> None:
    assert store.enforces_conditions()
    assert keys(store) == []


@pytest.mark.parametrize("size", [0, 100_000, 40 * 2**20])
def test_a_file_is_put_once_and_never_over_another(store: ObjectStore, tmp_path: Path, size: int) -> None:
    path = tmp_path / "segment"
    path.write_bytes(os.urandom(size))
    store.put_file("raw/x", path)
    store.put_file("raw/x", path)
    with store.local("raw/x") as copy:
        assert hashlib.sha256(copy.read_bytes()).digest() == hashlib.sha256(path.read_bytes()).digest()
    path.write_bytes(b"other bytes")
    with pytest.raises(DigestMismatch, match=r"raw/x: .* holds other bytes"):
        store.put_file("raw/x", path)


@pytest.mark.parametrize("key", ["../x", "a/../../x", "/etc/x"])
def test_a_key_never_leads_out_of_a_folder(tmp_path: Path, key: str) -> None:
    store = open_store(str(tmp_path / "a"))
    with pytest.raises(StoreError, match="leads out"):
        store.put(key, b"x")


def test_files_in_the_making_are_not_listed(tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    (tmp_path / ".tmp-1234").write_bytes(b"half")
    assert keys(store) == []


@pytest.mark.parametrize("uri", ["s3:///prefix", "ftp://host/x", "gs://bucket", "s3://bucket/my news"])
def test_what_is_no_address_is_said_to_be_none(uri: str) -> None:
    with pytest.raises(NotAnArchive, match=r"expected|may hold"):
        open_store(uri)


def test_a_file_address_is_a_folder(tmp_path: Path) -> None:
    open_store(f"file://{tmp_path}/with%20space").put("x", b"1")
    assert (tmp_path / "with space" / "x").read_bytes() == b"1"


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"in the way")
    with pytest.raises(StoreError, match=r"file/x: \w+ .*\. Check its owner, permissions and mount"):
        open_store(str(tmp_path / "file")).put("x", b"1")


def test_a_full_disk_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match=r"No space left on device\. Free some space"):
        open_store(str(tmp_path)).put("x", b"1")
    assert list(tmp_path.iterdir()) == []

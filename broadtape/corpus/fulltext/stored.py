"""The index as it is kept: files below `index/text/` that never change under their name, and an object that says which
of them are the index. Readers use a copy in this machine's cache, so that read-only access suffices."""

from __future__ import annotations

import atexit
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol, Self
from uuid import uuid4

from platformdirs import user_cache_path

from broadtape.archive import fixity
from broadtape.archive.info import ArchiveInfo
from broadtape.archive.scratch import new_scratch
from broadtape.archive.stores.object_store import ObjectStore
from broadtape.corpus.fulltext.schema import FORMAT
from broadtape.errors import DigestMismatch, ObjectMissing

__all__ = [
    "FOLDER", "META", "Files", "Held", "Manifest", "discard_copies", "files_of", "local_copy", "publish", "store_files",
]  # fmt: skip

FOLDER = "index/text/"
_MANIFEST = f"{FOLDER}manifest.json"
META = "meta.json"
_PARTIAL = ".tmp-"
"""What the name of a copy starts with until it is whole."""
_DAY = 86_400


class Held(Protocol):
    """What the index needs of an archive."""

    objects: ObjectStore
    info: ArchiveInfo


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the index is made of and what it covers."""

    format: int
    generation: str
    version: int
    """Of the table `articles`, all of which is in the index."""
    rows: int
    newest: int
    """The last `archived_at` in it, in microseconds since 1970; 0 for an empty one."""
    files: dict[str, str]
    """Name → SHA-256 of each file but `meta.json`."""
    meta: str
    """The content of `meta.json`, which names the segments."""

    @classmethod
    def read(cls, archive: Held) -> Self | None:
        """What is kept now; None where there is no index, or one of another format."""
        try:
            values = json.loads(archive.objects.get(_MANIFEST))
            return cls(**values) if values["format"] == FORMAT else None
        except (ObjectMissing, ValueError, TypeError, KeyError):
            return None


@dataclass(frozen=True, slots=True)
class Files:
    """Files of an index that lie in the archive."""

    names: dict[str, str]
    """Name → SHA-256 of each but `meta.json`."""
    meta: str
    """The content of `meta.json`, which names the segments."""


def store_files(archive: Held, folder: Path, known: Mapping[str, str]) -> Files:
    """Stores the files of the index in `folder`, but for those that are `known` to lie there, with their digests."""
    files = {name: known.get(name) or _digest(folder / name) for name in files_of(folder)}
    for name in files.keys() - known.keys():
        archive.objects.put_file(FOLDER + name, folder / name)
        fixity.note(archive.objects, FOLDER + name, (folder / name).read_bytes())
    return Files(files, (folder / META).read_text("utf-8"))


def publish(archive: Held, files: Files, *, version: int, rows: int, newest: int) -> Manifest:
    """Has these files be the index, in place of the one that is kept; removes what belongs to none."""
    manifest = Manifest(FORMAT, uuid4().hex, version, rows, newest, files.names, files.meta)
    fixity.replace(archive.objects, _MANIFEST, json.dumps(asdict(manifest)).encode())
    kept = {_MANIFEST, *(FOLDER + name for name in files.names)}
    gone = [info.key for info in archive.objects.list(FOLDER) if info.key not in kept]
    fixity.retract(archive.objects, gone)
    archive.objects.delete(gone)
    return manifest


def files_of(folder: Path) -> Iterator[str]:
    """The files of the index in `folder` that its `meta.json` names."""
    segments = json.loads((folder / META).read_text("utf-8"))["segments"]
    deletes = {_plain(each): (each.get("deletes") or {}).get("opstamp") for each in segments}
    for path in sorted(folder.iterdir()):
        segment, _, kind = path.name.partition(".")
        if segment in deletes and (not kind.endswith("del") or kind == f"{deletes[segment]}.del"):
            yield path.name


def local_copy(archive: Held, manifest: Manifest) -> Path:
    """A folder in this machine's cache that holds the index; raises ObjectMissing where it was replaced meanwhile.

    Copies of earlier indices of the same archive are removed: what was forgotten must not stay in them.
    """
    home = _writable(_home(archive))
    copy = home / manifest.generation
    if not copy.is_dir():
        partial = Path(tempfile.mkdtemp(dir=home, prefix=_PARTIAL))
        try:
            for name, digest in manifest.files.items():
                _bring(archive, home, partial / name, digest)
            (partial / META).write_text(manifest.meta, "utf-8")
            with suppress(OSError):  # another process was faster
                partial.rename(copy)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    _discard(home, keep=manifest.generation)
    return copy


def discard_copies(archive: Held) -> None:
    """Removes this machine's copies: the archive has no index."""
    _discard(_home(archive), keep=None)


def _writable(home: Path) -> Path:
    """This folder, or one for this process alone where no cache can be written."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        if os.access(home, os.W_OK):
            return home
    except OSError:
        pass
    home = new_scratch("index")
    atexit.register(shutil.rmtree, home.parent, ignore_errors=True)
    return home


def _bring(archive: Held, home: Path, path: Path, digest: str) -> None:
    for earlier in home.glob(f"*/{path.name}"):
        with suppress(OSError):
            os.link(earlier, path, follow_symlinks=False)
            return
    archive.objects.fetch(FOLDER + path.name, path)
    if not path.is_symlink() and _digest(path) != digest:
        raise DigestMismatch(
            f"{FOLDER}{path.name}: its bytes are not those that were stored; 'broadtape maintain --reindex' makes the "
            "index anew."
        )


def _home(archive: Held) -> Path:
    """Archives may be copied: their address tells them apart where their id does not."""
    address = hashlib.sha256(archive.objects.uri.encode()).hexdigest()[:8]
    return user_cache_path("broadtape") / "index" / f"{archive.info.id}-{address}"


def _discard(home: Path, keep: str | None) -> None:
    with suppress(FileNotFoundError):
        for path in home.iterdir():
            young = time.time() - path.lstat().st_mtime < _DAY
            if path.name != keep and not (path.name.startswith(_PARTIAL) and young):
                shutil.rmtree(path, ignore_errors=True)


def _plain(segment: dict[str, str]) -> str:
    return segment["segment_id"].replace("-", "")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

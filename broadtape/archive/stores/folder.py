"""Objects as files below a folder."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from broadtape.archive.stores.object_store import ObjectInfo
from broadtape.errors import DigestMismatch, ObjectMissing, StoreError

__all__ = ["TEMPORARY", "FolderStore"]

TEMPORARY = ".tmp-"
"""What a file's name starts with until it is whole; listings leave such files out."""

_DAY = 86_400


class FolderStore:
    """An `ObjectStore` in a folder. Files appear under their name only when they are whole and on the disk."""

    def __init__(self, root: Path) -> None:
        self.root = root.expanduser().absolute()
        self.uri = str(self.root)

    def reach(self) -> None:
        """See ObjectStore. Whatever is wrong with a folder shows at once."""

    def get(self, key: str, offset: int = 0, length: int | None = None) -> bytes:
        """See ObjectStore."""
        with self._errors(key), self._path(key).open("rb") as file:
            file.seek(offset)
            return file.read() if length is None else file.read(length)

    def put(self, key: str, data: bytes) -> None:
        """See ObjectStore."""
        with self._errors(key), self._temporary(key) as temporary:
            _write(temporary, data)
            if _digest(temporary) != hashlib.sha256(data).hexdigest():
                raise DigestMismatch(f"{key}: what was written to {self.uri} reads back differently; check the disk.")
            temporary.replace(self._path(key))

    def put_hastily(self, key: str, data: bytes) -> None:
        """See ObjectStore."""
        self.put(key, data)

    def put_new(self, key: str, data: bytes) -> bool:
        """See ObjectStore. A hard link is made or refused at once, whoever else tries."""
        with self._errors(key), self._temporary(key) as temporary:
            _write(temporary, data)
            try:
                self._path(key).hardlink_to(temporary)
            except FileExistsError:
                return self._path(key).read_bytes() == data
            return True

    def enforces_conditions(self) -> bool:
        """See ObjectStore. A file system refuses a second link of one name."""
        return True

    def put_file(self, key: str, path: Path) -> None:
        """See ObjectStore."""
        with self._errors(key), self._temporary(key) as temporary:
            with path.open("rb") as source, temporary.open("xb") as copy:
                shutil.copyfileobj(source, copy, 2**20)
                _sync(copy)
            digest = _digest(path)
            if _digest(temporary) != digest:
                raise DigestMismatch(f"{key}: what was written to {self.uri} reads back differently; check the disk.")
            try:
                self._path(key).hardlink_to(temporary)
            except FileExistsError:
                if _digest(self._path(key)) != digest:
                    raise DigestMismatch(f"{key}: {self.uri} holds other bytes under this name already.") from None

    def info(self, key: str) -> ObjectInfo | None:
        """See ObjectStore."""
        try:
            with self._errors(key):
                return _info(key, self._path(key).stat())
        except ObjectMissing:
            return None

    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        """See ObjectStore."""
        folder = self._path(prefix.rpartition("/")[0]) if "/" in prefix else self.root
        if not folder.exists():
            return
        start = len(self.uri) + 1
        with self._errors(prefix):
            for parent, folders, names in os.walk(folder, onerror=_raise):
                folders.sort()
                for name in sorted(names):
                    path = os.path.join(parent, name)  # noqa: PTH118 - Path costs ten times as much here
                    key = path[start:]
                    if key.startswith(prefix) and not name.startswith(TEMPORARY):
                        with suppress(FileNotFoundError):
                            yield _info(key, os.stat(path))  # noqa: PTH116

    def delete(self, keys: Iterable[str]) -> None:
        """See ObjectStore. Folders stay: another writer may be about to put something there."""
        for key in keys:
            with self._errors(key):
                self._path(key).unlink(missing_ok=True)

    @contextmanager
    def local(self, key: str) -> Iterator[Path]:
        """See ObjectStore."""
        if self.info(key) is None:
            raise ObjectMissing(f"{key}: there is no such object in {self.uri}.")
        yield self._path(key)

    def fetch(self, key: str, path: Path) -> None:
        """See ObjectStore."""
        with self.local(key) as file, self._errors(key):
            path.symlink_to(file)

    def purge(self, keys: Iterable[str]) -> str | None:  # noqa: ARG002 - the protocol's name
        """See ObjectStore. A folder keeps no versions."""
        return None

    def sweep(self) -> int:
        """See ObjectStore."""
        with self._errors(""):
            old = [path for path in self.root.rglob(f"{TEMPORARY}*") if time.time() - path.stat().st_mtime > _DAY]
            for path in old:
                path.unlink(missing_ok=True)
        return len(old)

    def table_options(self) -> dict[str, str]:
        """See ObjectStore. A folder needs none."""
        return {}

    def _path(self, key: str) -> Path:
        if key.startswith("/") or ".." in key.split("/"):
            raise StoreError(f"{key!r} is no key: it leads out of the archive.")
        return self.root / key

    @contextmanager
    def _temporary(self, key: str) -> Iterator[Path]:
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f"{TEMPORARY}{uuid4().hex}")
        try:
            yield temporary
        finally:
            temporary.unlink(missing_ok=True)

    @contextmanager
    def _errors(self, key: str) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:
            raise ObjectMissing(f"{key}: there is no such object in {self.uri}.") from None
        except OSError as error:
            full = error.errno in {errno.ENOSPC, errno.EDQUOT}
            advice = "Free some space there." if full else "Check its owner, permissions and mount."
            raise StoreError(f"{self.uri}/{key}: {error.strerror or error}. {advice}") from None


def _info(key: str, found: os.stat_result) -> ObjectInfo:
    return ObjectInfo(key, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))


def _raise(error: OSError) -> None:
    raise error


def _write(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        _sync(file)


def _sync(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

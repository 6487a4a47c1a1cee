"""The local spool: what was fetched, until the archive has it.

`<root>/<archive's hash>/<run>/raw/site=…/date=…/<run>-<nnnn>.warc.gz`, so that a file's path below its run's folder is
its key in the archive. A run's folder is locked while the run lives; a folder whose lock can be taken belongs to a dead
run.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from broadtape.archive.segment_key import ANY, SegmentKey
from broadtape.archive.warc.recovery import OPEN_SUFFIX, recover
from broadtape.errors import SpoolError

__all__ = ["RunSpool", "Spool", "Waiting"]

_LOCK = ".lock"
_ASIDE = "aside.json"


@dataclass(frozen=True, slots=True)
class Waiting:
    """What lies in the spool for one run: `alive` while a process holds it, else it waits to be recovered."""

    run: str
    alive: bool
    files: int
    bytes: int
    aside: tuple[str, ...] = ()
    """Segments that could not be archived, each with the reason; every recovery tries them again."""


class RunSpool:
    """One run's folder, locked while this object is open.

    `lock_fd` may be handed to a child (`pass_fds`): the folder then stays locked until both have ended.
    """

    def __init__(self, folder: Path, lock_fd: int) -> None:
        self.folder = folder
        self.lock_fd = lock_fd

    @property
    def run(self) -> str:
        """The run's id."""
        return self.folder.name

    def closed(self) -> list[Path]:
        """The closed segments, oldest first within an outlet."""
        return sorted(path for path in self.folder.glob(ANY) if SegmentKey.is_one(self._below(path)))

    def recover(self) -> list[Path]:
        """Cuts and closes what a killed writer left open; the closed segments there are then. Not while it writes."""
        for path in sorted(self.folder.glob(ANY + OPEN_SUFFIX)):
            try:
                recover(path)
            except SpoolError as error:
                self.set_aside(path, str(error))
        return self.closed()

    def set_aside(self, path: Path, why: str) -> None:
        """Notes that a segment cannot be archived, for `status` to tell; it stays where it is."""
        noted = self.folder / _ASIDE
        noted.write_text(json.dumps({**_aside(self.folder), self._below(path): why}))

    def key_of(self, path: Path) -> SegmentKey:
        """The segment's key in the archive."""
        return SegmentKey.parse(self._below(path))

    def _below(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()

    def drop(self, path: Path) -> None:
        """Forgets a segment that the archive has; one already gone is fine."""
        path.unlink(missing_ok=True)

    def finish(self) -> None:
        """Unlocks the folder, and removes it if no segment, open or closed, is left in it."""
        if not any(self.folder.rglob("*.warc.gz*")):
            shutil.rmtree(self.folder, ignore_errors=True)
        self.release()

    def release(self) -> None:
        """Unlocks the folder and leaves it as it is."""
        if self.lock_fd >= 0:
            os.close(self.lock_fd)
            self.lock_fd = -1


class Spool:
    """The spool of one archive on this machine."""

    def __init__(self, root: Path, archive_uri: str) -> None:
        uri = _normal(archive_uri)
        self.folder = root.expanduser().absolute() / hashlib.sha256(uri.encode()).hexdigest()[:16]
        self._uri = uri

    def begin(self, run: str) -> RunSpool:
        """The folder of a new run, locked; raises SpoolError where it cannot be made or another process has it."""
        folder = self.folder / run
        with self._sole():
            (self.folder / "archive.txt").write_text(self._uri + "\n")
            folder.mkdir(exist_ok=True)
            taken = _take(folder)
        if taken is None:
            raise SpoolError(f"Run {run} is already going on in {folder}; each run needs an id of its own.")
        return taken

    def dead(self) -> list[RunSpool]:
        """The folders of runs that have ended without clearing them, each locked for the caller."""
        with self._sole():
            taken = (_take(folder) for folder in self._folders())
            return [run for run in taken if run is not None]

    def waiting(self) -> list[Waiting]:
        """What lies in the spool, run by run; takes nothing."""
        if not self.folder.is_dir():
            return []
        with self._sole():
            return [_look(folder) for folder in self._folders()]

    def _folders(self) -> list[Path]:
        return sorted(path.parent for path in self.folder.glob(f"*/{_LOCK}"))

    @contextmanager
    def _sole(self) -> Iterator[None]:
        """Between making a folder and locking it nobody else may take it for a dead run's."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                yield
            finally:
                os.close(descriptor)
        except OSError as error:
            raise SpoolError(f"The spool cannot be written: {self.folder}: {error.strerror or error}.") from None


def _normal(uri: str) -> str:
    if uri.startswith("s3://"):
        return uri.rstrip("/")
    return Path(uri.removeprefix("file://")).expanduser().resolve().as_uri()


def _take(folder: Path) -> RunSpool | None:
    """The folder locked, or None if a living process holds it or just removed it."""
    lock = folder / _LOCK
    try:
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(descriptor).st_ino == lock.stat().st_ino:
            return RunSpool(folder, descriptor)
    except (BlockingIOError, FileNotFoundError):
        pass
    os.close(descriptor)
    return None


def _look(folder: Path) -> Waiting:
    taken = _take(folder)
    if taken:
        taken.release()
    files = [path.stat().st_size for path in folder.rglob("*.warc.gz*")]
    aside = tuple(f"{key}: {why}" for key, why in _aside(folder).items() if (folder / key).exists())
    return Waiting(folder.name, taken is None, len(files), sum(files), aside)


def _aside(folder: Path) -> dict[str, str]:
    """Segment's key → why it could not be archived."""
    try:
        noted = json.loads((folder / _ASIDE).read_text())
    except (OSError, ValueError):
        return {}
    return noted if isinstance(noted, dict) else {}

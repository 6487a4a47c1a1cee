"""Folders in the system's temporary folder that are found again where their process was killed.

They hold raw pages, texts and trial archives. Each tells whose it is, so that whoever comes next on this machine
removes what nobody uses any more, and a takedown leaves no copy behind.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from broadtape.archive.lease_holder import is_gone, this_process
from broadtape.errors import SpoolError

__all__ = ["new_scratch", "scratch", "sweep_scratch"]

_PREFIX = "broadtape-"
_OWNER = "owner"
_FORMER = tuple(f"{_PREFIX}{kind}-" for kind in ("job", "trial", "survey", "sql", "index", "try"))
"""What former releases called theirs, which tell nothing of whose they are."""
_DAY = 86_400


@contextmanager
def scratch(kind: str) -> Iterator[Path]:
    """An empty folder that goes when the context ends; raises SpoolError where none can be made."""
    folder = new_scratch(kind)
    try:
        yield folder
    finally:
        shutil.rmtree(folder.parent, ignore_errors=True)


def new_scratch(kind: str) -> Path:
    """An empty folder, for whoever removes the one that it lies in; raises SpoolError where none can be made."""
    try:
        home = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{kind}-"))
        (home / _OWNER).write_text(this_process(), "utf-8")
        folder = home / "files"
        folder.mkdir()
    except OSError as error:
        raise SpoolError(
            f"The temporary folder {_place()} cannot be written: {error.strerror or error}. Free some space there, or "
            "name another one by TMPDIR."
        ) from None
    return folder


def sweep_scratch() -> int:
    """Removes what processes left that have ended; how many folders."""
    swept = 0
    for path in Path(_place()).glob(f"{_PREFIX}*"):
        if _is_left(path):
            shutil.rmtree(path, ignore_errors=True)
            swept += not path.exists()
    return swept


def _is_left(path: Path) -> bool:
    try:
        found = path.lstat()
        if path.is_symlink() or not path.is_dir() or found.st_uid != os.getuid():
            return False
        owner = path / _OWNER
        if owner.is_file():
            return is_gone(owner.read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return path.name.startswith(_FORMER) and time.time() - found.st_mtime > _DAY


def _place() -> str:
    try:
        return tempfile.gettempdir()
    except FileNotFoundError:  # none of the usual ones can be written
        return os.environ.get("TMPDIR", "/tmp")  # noqa: S108 - to be named in a sentence

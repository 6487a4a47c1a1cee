"""Where a command's answer goes: standard output, or a file that appears when it is whole."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from broadtape.errors import UsageError

__all__ = ["destination", "to_terminal"]


@contextmanager
def destination(file: str | None, *, binary: bool) -> Iterator[BinaryIO]:
    """A stream of bytes; what is `binary` goes to no terminal and may be sought in."""
    if file is not None:
        with _whole_file(Path(file)) as out:
            yield out
    elif not binary:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    elif sys.stdout.isatty():
        raise UsageError("This format is not for a terminal: name a file with --output, or pipe it on.")
    else:
        with tempfile.TemporaryFile() as whole:
            yield whole
            whole.seek(0)
            shutil.copyfileobj(whole, sys.stdout.buffer)


def to_terminal(out: BinaryIO) -> bool:
    """Whether someone looks at this stream, so that hostile text must not steer their terminal."""
    return out is sys.stdout.buffer and sys.stdout.isatty()


@contextmanager
def _whole_file(path: Path) -> Iterator[BinaryIO]:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as out:
            yield out
        umask = os.umask(0)
        os.umask(umask)
        Path(name).chmod(0o666 & ~umask)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise

"""What may go wrong while an archive is read, as sentences."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import polars as pl

from broadtape.errors import ArchiveError, BroadtapeError, StoreError

__all__ = ["reading"]

_MISSING = re.compile(r"no such file|no files found|not found|404", re.IGNORECASE)
_FILE = re.compile(r"[\w=%.-]+\.parquet")


@contextmanager
def reading(uri: str, moved_on: Callable[[], bool]) -> Iterator[None]:
    """Turns what the engine raises into an ArchiveError; `moved_on` tells whether the tables have newer versions."""
    try:
        yield
    except BroadtapeError:
        raise
    except (OSError, pl.exceptions.PolarsError) as error:
        raise _explained(uri, error, moved_on) from error


def _explained(uri: str, error: Exception, moved_on: Callable[[], bool]) -> ArchiveError:
    told = " ".join(str(error).split())[:300]
    if isinstance(error, FileNotFoundError) or _MISSING.search(told):
        named = _FILE.search(told)
        file = named[0] if named else told
        if moved_on():
            return ArchiveError(f"The archive {uri} changed while it was read ({file} is gone): read again.")
        return ArchiveError(f"The archive {uri} is damaged: {file} is missing. 'broadtape verify' tells what else is.")
    if isinstance(error, OSError):
        return StoreError(f"The archive {uri} cannot be read: {told}.")
    return ArchiveError(f"The archive {uri} cannot be read: {told}. 'broadtape verify' tells whether it is damaged.")

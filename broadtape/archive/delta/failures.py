"""What Delta, Polars, files and S3 say when a table cannot be read, as one sentence of ours: the only place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import polars as pl
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError

from broadtape.archive.stores.redaction import without_secrets
from broadtape.errors import FileGone, StoreError

__all__ = ["first_line", "reading"]

_GONE = re.compile(
    r"No such file|No files? found|\b404\b.{0,3}Not Found|NoSuchKey|Object at location .* not found",
    re.DOTALL | re.IGNORECASE,
)
_FILE = re.compile(r"[\w=%.-]+\.parquet")
_RIGHTS = (
    " The credentials need s3:ListBucket on the bucket, without which a server refuses what is only missing, and "
    "s3:GetObject, s3:PutObject and s3:DeleteObject below the archive's prefix."
)
_VERIFY = " 'broadtape verify' tells whether it is damaged."
_ENGINES = (DeltaError, pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError)


@contextmanager
def reading(uri: str, moved_on: Callable[[], bool] | None = None) -> Iterator[None]:
    """Turns what an engine raises while a table is read into a StoreError; a FileGone where a data file is not there.

    `moved_on` tells whether there are newer versions than the one that is read. A table that does not exist and a lost
    race to commit are left to the caller.
    """
    try:
        yield
    except (CommitFailedError, TableNotFoundError):
        raise
    except _ENGINES as error:
        raise _explained(uri, error, moved_on) from error


def _explained(uri: str, error: BaseException, moved_on: Callable[[], bool] | None) -> StoreError:
    told = " ".join(str(error).split())
    if not isinstance(error, FileNotFoundError) and not _GONE.search(told):
        denied = "necessary privileges" in told
        advice = _RIGHTS if denied else "" if isinstance(error, OSError) else _VERIFY
        return StoreError(f"{uri}: the table cannot be read: {first_line(error)}.{advice}")
    named = _FILE.search(told)
    file = named[0] if named else first_line(error)
    if moved_on is None:
        return FileGone(
            f"{uri}: {file} is gone, compacted or taken down since this read began. Read again; if it happens again, "
            "'broadtape verify' says what is missing."
        )
    if moved_on():
        return FileGone(f"{uri} changed while it was read ({file} is gone): read again.")
    return FileGone(f"{uri} is damaged: {file} is missing. 'broadtape verify' tells what else is.")


def first_line(error: BaseException | None) -> str:
    """The start of an error's message, fit for a sentence."""
    text = str(error).strip() or type(error).__name__
    return without_secrets(text.splitlines()[0].rstrip(".")[:300])

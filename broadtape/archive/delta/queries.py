"""Reading tables: conditions as SQL, and what Delta, Polars and the file system say as one sentence of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import polars as pl
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError

from broadtape.errors import StoreError
from broadtape.times import utc

__all__ = ["first_line", "reading", "sql_text", "sql_time"]

_GONE = re.compile(r"No such file|\b404\b.{0,3}Not Found|NoSuchKey|Object at location .* not found", re.DOTALL)


@contextmanager
def reading(uri: str) -> Iterator[None]:
    """Turns what goes wrong while a table is read into a StoreError; put it around `collect()` of a frame, too.

    A table that does not exist and a lost race to commit are left to the caller.
    """
    try:
        yield
    except (CommitFailedError, TableNotFoundError):
        raise
    except (DeltaError, pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        if isinstance(error, FileNotFoundError) or _GONE.search(str(error)):
            raise StoreError(
                f"{uri}: a file of the table is gone, compacted or taken down since this read began. Read again; "
                "if it happens again, 'broadtape verify' says what is missing."
            ) from None
        raise StoreError(f"{uri}: the table cannot be read: {first_line(error)}.") from None


def sql_text(text: str) -> str:
    """A string as `where` of `Archive.frame` takes it."""
    return "'" + text.replace("'", "''") + "'"


def sql_time(moment: datetime) -> str:
    """A time as `where` of `Archive.frame` takes it: against a TIMESTAMP literal Delta's statistics do not compare."""
    return f"'{utc(moment).replace(tzinfo=None).isoformat(timespec='microseconds')}Z'"


def first_line(error: BaseException | None) -> str:
    """The start of an error's message, fit for a sentence."""
    text = str(error).strip() or type(error).__name__
    return text.splitlines()[0].rstrip(".")[:300]

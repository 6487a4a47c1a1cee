"""Reading the archive: what was known, when."""

from __future__ import annotations

import os
from collections.abc import Collection

from broadtape.corpus.coverage.outlets import Outlet
from broadtape.corpus.reader import Corpus
from broadtape.corpus.reading.filters import Filters
from broadtape.corpus.reading.raw_page import RawPage

__all__ = ["Corpus", "Filters", "Outlet", "RawPage", "open"]


def open(uri: str | os.PathLike[str], *, outlets: Collection[str] = ()) -> Corpus:  # noqa: A001 - reads as it acts
    """The archive at a folder, `file:///…` or `s3://bucket/prefix`, for reading.

    `outlets` may be asked for by name although nothing of them is archived yet.
    S3 credentials and endpoint come from the usual `AWS_*` variables. Raises NotAnArchive, ArchiveTooNew or StoreError.
    """
    from broadtape.archive import Archive

    return Corpus(Archive.open(os.fspath(uri)), outlets)

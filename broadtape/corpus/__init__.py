"""Reading the archive: what was known, when."""

from __future__ import annotations

import os

from broadtape.corpus.coverage.outlets import Outlet
from broadtape.corpus.reader import Corpus
from broadtape.corpus.reading.filters import Filters
from broadtape.corpus.reading.raw_page import RawPage

__all__ = ["Corpus", "Filters", "Outlet", "RawPage", "open"]


def open(uri: str | os.PathLike[str]) -> Corpus:  # noqa: A001 - `broadtape.open` reads as what it does
    """The archive at a folder, `file:///…` or `s3://bucket/prefix`, for reading.

    S3 credentials and endpoint come from the usual `AWS_*` variables. Raises NotAnArchive, ArchiveTooNew or StoreError.
    """
    from broadtape.archive import Archive

    return Corpus(Archive.open(os.fspath(uri)))

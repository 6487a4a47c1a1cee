"""The files of an export, as parts of work."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import polars as pl

from broadtape.archive.opened_here import opened_here
from broadtape.corpus.export.content import rows_of, write
from broadtape.corpus.export.settings import ExportSettings
from broadtape.corpus.packed_keys import packed, unpacked
from broadtape.corpus.reader import Corpus
from broadtape.errors import UsageError
from broadtape.work import WholePart

__all__ = ["SAME_PATH", "FilePart"]

SAME_PATH = "an export by several machines must be written to a folder that lies under the same path on all of them."


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePart(WholePart[Path]):
    """Writes the rows of these keys, at a version of the archive, to a file; see `broadtape.work`. Gives its path."""

    uri: str
    version: int
    path: Path
    settings: ExportSettings
    keys: bytes = field(repr=False)
    """Packed."""

    @classmethod
    def of(cls, corpus: Corpus, path: Path, keys: pl.DataFrame, settings: ExportSettings) -> FilePart:
        """The part that writes this file."""
        return cls(uri=corpus.uri, version=corpus.version, path=path, settings=settings, keys=packed(keys))

    @property
    def about(self) -> str:
        """What it is."""
        return f"The file {self.path}"

    def do(self) -> Path:
        """Writes it; raises UsageError where its folder is not there."""
        if not self.path.parent.is_dir():
            raise UsageError(f"{self.path.parent}: is no folder on a worker; {SAME_PATH}")
        write(self.path, rows_of(_corpus(self.uri, self.version), unpacked(self.keys), self.settings), self.settings)
        return self.path


@lru_cache(maxsize=1)
def _corpus(uri: str, version: int) -> Corpus:
    return Corpus(opened_here(uri)).at(version)

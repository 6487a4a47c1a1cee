"""Writing an export, file by file: one that was cut short is gone on with, one that is done is left as it is."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from broadtape.corpus.export.card import card
from broadtape.corpus.export.content import rows_of, write
from broadtape.corpus.export.croissant import croissant
from broadtape.corpus.export.parts import SAME_PATH, FilePart
from broadtape.corpus.export.planning import make_plan
from broadtape.corpus.export.settings import ExportSettings
from broadtape.errors import ArchiveError, UsageError
from broadtape.times import iso
from broadtape.work import Doing

if TYPE_CHECKING:
    from broadtape.corpus.reader import Corpus

__all__ = ["ExportReport", "export"]

_PARTIAL = ".partial"
_FEW, _MOST = 50_000, 100_000
"""Rows that are written by this process: some seconds' work, or files too large for what memory a worker may take."""
_PLAN, _FACTS = "plan.parquet", "export.json"

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class ExportReport:
    """A finished export. `rows` by split; `left_out` by reason."""

    folder: Path
    version: int
    rows: dict[str, int]
    left_out: dict[str, int]
    files: int
    written: int
    """Files that this run wrote: the others were there already."""
    finished_before: bool = False


def export(
    corpus: Corpus,
    folder: Path,
    settings: ExportSettings,
    *,
    progress: Progress = lambda _done, _total: None,
    doing: Doing | None = None,
) -> ExportReport:
    """Writes the export below `folder`, in a folder named by the archive's version and the settings.

    `progress` is told how many files are written, of how many; `doing` writes them where they hold many rows. Raises
    OSError, UsageError and ArchiveError.
    """
    ending = f"-{settings.digest()}"
    begun = sorted(folder.glob(f"v*{ending}{_PARTIAL}"))
    if begun:
        corpus = _where_it_was(corpus, begun[-1])
    final = folder / f"v{corpus.version}{ending}"
    if final.is_dir():
        return replace(_report(final, written=0), finished_before=True)
    partial = final.with_name(final.name + _PARTIAL)
    partial.mkdir(parents=True, exist_ok=True)
    facts, rows = _planned(corpus, partial, settings)
    in_parts = rows.height > _FEW and settings.shard_rows <= _MOST
    written = _write_files(corpus, partial, rows, settings, progress, doing if in_parts else None)
    _conclude(partial, facts, rows, settings, rows_of(corpus, rows.clear(), settings).schema)
    (partial / _PLAN).unlink()
    partial.rename(final)
    return _report(final, written)


def _write_files(
    corpus: Corpus,
    partial: Path,
    rows: pl.DataFrame,
    settings: ExportSettings,
    progress: Progress,
    doing: Doing | None,
) -> int:
    """Writes those that are not there yet; how many."""
    left: list[tuple[Path, pl.DataFrame]] = []
    shards = rows.partition_by("split", "shard", as_dict=True, maintain_order=True)
    for (split, shard), keys in shards.items():
        path = partial.resolve() / "data" / str(split) / f"{shard}.{_suffix(settings)}"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            left.append((path, keys))
    progress(len(shards) - len(left), len(shards))
    parts = (FilePart.of(corpus, path, keys, settings) for path, keys in left)
    done = doing(parts) if doing else (_written(corpus, path, keys, settings) for path, keys in left)
    for number, path in enumerate(done, len(shards) - len(left) + 1):
        if not path.exists():
            raise UsageError(f"{path} was written by a worker and is not there; {SAME_PATH}")
        progress(number, len(shards))
    return len(left)


def _written(corpus: Corpus, path: Path, keys: pl.DataFrame, settings: ExportSettings) -> Path:
    write(path, rows_of(corpus, keys, settings), settings)
    return path


def _where_it_was(corpus: Corpus, partial: Path) -> Corpus:
    """The version that the run which was cut short read."""
    version = int(partial.name[1:].partition("-")[0])
    try:
        return corpus.at(version)
    except ArchiveError:
        raise ArchiveError(
            f"{partial} was begun from version {version} of the archive, which is no longer kept: remove it."
        ) from None


def _clusters(corpus: Corpus, settings: ExportSettings) -> pl.DataFrame:
    """The near-duplicates, where they count: none may be kept twice, or parted by a split."""
    if settings.dedupe != "cluster" and not settings.split_at and settings.table != "events":
        return pl.DataFrame(schema={"article_id": pl.String, "cluster_id": pl.String})
    asked = settings.filters
    return corpus.clusters(as_of=asked.get("as_of"), clock=asked.get("clock", "archived"))


def _planned(corpus: Corpus, partial: Path, settings: ExportSettings) -> tuple[dict[str, Any], pl.DataFrame]:
    facts = partial / _FACTS
    if not facts.exists():
        made = make_plan(corpus, corpus.query(**settings.filters), settings, _clusters(corpus, settings))
        made.rows.write_parquet(partial / _PLAN)
        told = {
            "archive": corpus.uri,
            "version": corpus.version,
            "settings": settings.told(),
            "left_out": made.left_out,
        }
        if settings.changed_since is not None:
            told["forgotten"] = corpus.forgotten
        _put(facts, json.dumps(told, indent=1).encode())
    return json.loads(facts.read_text("utf-8")), pl.read_parquet(partial / _PLAN)


def _conclude(
    partial: Path, facts: dict[str, Any], rows: pl.DataFrame, settings: ExportSettings, schema: pl.Schema
) -> None:
    files = sorted(path for path in (partial / "data").rglob("*") if path.is_file()) if rows.height else []
    facts["rows"] = dict(rows.group_by("split", maintain_order=True).len().iter_rows())
    facts["outlets"] = dict(rows.group_by("site").len().sort("site").iter_rows())
    first, last = rows["fetched_at"].min(), rows["fetched_at"].max()
    facts["fetched"] = [iso(moment) if moment else None for moment in (first, last)]  # type: ignore[arg-type]
    facts["files"] = {path.relative_to(partial).as_posix(): _digest(path) for path in files}
    if settings.table == "events":
        facts["rows"] = {split: _height(partial / "data" / split) for split in facts["rows"]}
    languages = rows["language"].drop_nulls().unique().sort().to_list()
    _put(partial / "README.md", card(facts, languages).encode())
    _put(partial / "croissant.json", json.dumps(croissant(facts, schema, languages), indent=1).encode())
    _put(partial / _FACTS, json.dumps(facts, indent=1).encode())


def _height(folder: Path) -> int:
    return int(pl.scan_parquet(folder / "*.parquet").select(pl.len()).collect().item())


def _report(folder: Path, written: int) -> ExportReport:
    facts = json.loads((folder / _FACTS).read_text("utf-8"))
    return ExportReport(folder, facts["version"], facts["rows"], facts["left_out"], len(facts["files"]), written)


def _suffix(settings: ExportSettings) -> str:
    return "parquet" if settings.form == "parquet" else "jsonl.gz"


def _put(path: Path, data: bytes) -> None:
    temporary = path.with_name(f".{path.name}.tmp")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

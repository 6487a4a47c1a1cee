"""The index that is kept, opened for searching, and what it lacks of a version of the archive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import polars as pl
from tantivy import Index, Searcher

from broadtape.corpus.fulltext.build import SLACK
from broadtape.corpus.fulltext.documents import documents, moment, unpack
from broadtape.corpus.fulltext.matching import archived_since
from broadtape.corpus.fulltext.rows import keys_of, rows_of
from broadtape.corpus.fulltext.schema import index_schema, register
from broadtape.corpus.fulltext.stored import Held, Manifest, discard_copies, local_copy
from broadtape.corpus.reading import plan
from broadtape.corpus.reading.where import at_least
from broadtape.errors import ArchiveError, ObjectMissing

__all__ = ["Kept", "Tail", "lacking", "open_kept", "tail_of"]

_TAIL = 5_000
"""Rows that the index lacks and that are read for a search all the same: a second's work, once for each version."""
_ATTEMPTS = 3
_HEAP = 50_000_000


@dataclass(frozen=True, slots=True)
class Kept:
    """The index that is kept, opened."""

    manifest: Manifest
    searcher: Searcher


@dataclass(frozen=True, slots=True)
class Tail:
    """Articles that are searched apart from the index, since it lacks some row of theirs or has one too many."""

    article_ids: frozenset[str]
    searcher: Searcher


def open_kept(archive: Held, before: Kept | None) -> Kept | None:
    """The index that is kept now; one that is open already is not opened again."""
    for _ in range(_ATTEMPTS):
        manifest = Manifest.read(archive)
        if manifest is None:
            discard_copies(archive)
            return None
        if before and before.manifest.generation == manifest.generation:
            return before
        try:
            return Kept(manifest, register(Index.open(str(local_copy(archive, manifest)))).searcher())
        except (ObjectMissing, FileNotFoundError):
            continue  # replaced since the manifest was read
        except (OSError, ValueError) as error:
            told = str(error).strip().splitlines()[0].rstrip(".")
            raise ArchiveError(
                f"The index of {archive.objects.uri} cannot be opened: {told}. 'broadtape maintain --reindex' "
                "makes it anew."
            ) from None
    raise ArchiveError(f"The index of {archive.objects.uri} lacks files: 'broadtape maintain --reindex' makes it anew.")


def lacking(kept: Kept | None, version: int, scan: plan.Scan) -> pl.Series | None:
    """The articles of which index and table may hold different rows, one entry for each row; None for none."""
    if kept is None:
        return scan(None).select("article_id").collect()["article_id"]
    if kept.manifest.version == version:
        return None
    bound = moment(kept.manifest.newest)
    ahead: list[str] = []
    if kept.manifest.version > version:
        bound = scan(None).select(pl.col("archived_at").max()).collect().item() or moment(0)
        ahead = _indexed_since(kept.searcher, bound - SLACK)
    floor = bound - SLACK
    newer = scan(at_least("archived_at", floor)).filter(pl.col("archived_at") >= floor).select("article_id").collect()
    return pl.concat([newer["article_id"], pl.Series("article_id", ahead, pl.String)])


def _indexed_since(searcher: Searcher, since: datetime) -> list[str]:
    query = archived_since(index_schema(), since)
    places = searcher.search(query, _TAIL + 1).hits
    return [unpack(searcher.doc(place), None).article_id or "" for _, place in places]


def tail_of(lack: pl.Series | None, scan: plan.Scan) -> Tail | None:
    """The articles that the index lacks, to be searched apart; None for none, or too many to read for a search."""
    if lack is None or not 0 < lack.len() <= _TAIL:
        return None
    index = register(Index(index_schema()))
    writer = index.writer(_HEAP, 1)
    names = lack.unique()
    for rows in rows_of(scan, keys_of(scan, names)):
        for document in documents(rows):
            writer.add_document(document)
    writer.commit()
    index.reload()
    return Tail(frozenset(names), index.searcher())

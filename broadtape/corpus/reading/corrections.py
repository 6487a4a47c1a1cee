"""What publishers changed last: each new revision with the one that it replaced."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Unpack

import polars as pl

from broadtape.article import Article
from broadtape.corpus.reading.filters import Narrowing

if TYPE_CHECKING:
    from broadtape.corpus.reader import Corpus

__all__ = ["Correction", "Corrections", "corrections"]


@dataclass(frozen=True, slots=True)
class Correction:
    """One revision of a story and the one before, each in its newest edition."""

    before: Article
    after: Article


@dataclass(frozen=True, slots=True)
class Corrections:
    """Some of the revisions that were asked for, newest first."""

    total: int
    shown: tuple[Correction, ...]


def corrections(corpus: Corpus, *, limit: int, offset: int = 0, **filters: Unpack[Narrowing]) -> Corrections:
    """Revisions but first ones, of stories that pass the filters, by when they were fetched.

    Which they are is told by keys alone; then only their stories' texts are read.
    """
    asked: Narrowing = {**filters, "revisions": True, "by": "fetched"}
    keys = corpus.frame(columns=("article_id", "fetched_at", "revision"), **asked).filter(pl.col("revision") > 1)
    later = corpus.collect(keys.sort("fetched_at", "article_id", descending=[True, False]))
    page = later.slice(offset, limit)
    if page.is_empty():
        return Corrections(later.height, ())
    # The revision before may lie outside of the filters: it is read by the story's id alone.
    every: Narrowing = {"revisions": True, "by": "fetched", "as_of": filters.get("as_of")}
    every["clock"] = filters.get("clock", "archived")
    found = corpus.with_ids(set(page["article_id"]), **every)
    texts = {(row.article_id, row.revision): row for row in found}
    pairs = (
        (texts.get((article_id, revision - 1)), texts.get((article_id, revision)))
        for article_id, revision in page.select("article_id", "revision").iter_rows()
    )
    return Corrections(later.height, tuple(Correction(old, new) for old, new in pairs if old and new))

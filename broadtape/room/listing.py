"""Stories newest first, a page at a time, without reading a text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import polars as pl

from broadtape.corpus import Corpus
from broadtape.corpus.filters import Narrowing

__all__ = ["COLUMNS", "PER_PAGE", "Listing", "newest"]

PER_PAGE = 25

COLUMNS = (
    "article_id",
    "site",
    "url",
    "title",
    "summary",
    "authors",
    "published_at",
    "published_precision",
    "fetched_at",
    "archived_at",
    "section",
    "language",
    "tickers",
    "word_count",
    "revision",
)


@dataclass(frozen=True, slots=True)
class Listing:
    """Some of the stories that were asked for."""

    total: int
    rows: list[dict[str, Any]]


def newest(corpus: Corpus, filters: Narrowing, *, limit: int = PER_PAGE, offset: int = 0) -> Listing:
    """The stories that pass the filters, newest first by the clock that `by` names, those without that time last."""
    order = f"{filters.get('by', 'published')}_at"
    keys = corpus.frame(columns=("article_id", order), **filters)
    down = keys.sort(order, "article_id", descending=[True, False], nulls_last=True)
    counted, page = pl.collect_all([keys.select(pl.len()), down.slice(offset, limit)])
    return Listing(counted.item(), _facts(corpus, filters, page, order))


def _facts(corpus: Corpus, filters: Narrowing, page: pl.DataFrame, order: str) -> list[dict[str, Any]]:
    """What is shown of these stories, read from where they lie in time."""
    if page.is_empty():
        return []
    near: Narrowing = {**filters}
    if not page[order].null_count():
        first, last = page[order].min(), page[order].max()
        near |= {"since": first, "until": last + timedelta(microseconds=1)}  # type: ignore[operator, typeddict-item]
    rows = corpus.frame(columns=COLUMNS, **near).filter(pl.col("article_id").is_in(page["article_id"].to_list()))
    found = {row["article_id"]: row for row in rows.collect().iter_rows(named=True)}
    return [found[article_id] for article_id in page["article_id"] if article_id in found]

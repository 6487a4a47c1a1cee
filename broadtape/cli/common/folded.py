"""Stories that are nearly the same as one entry, with how many more there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from broadtape.article import Article
from broadtape.cli.common.undated import told_batches

if TYPE_CHECKING:
    from broadtape.corpus import Corpus

__all__ = ["NEAR_DUPLICATES", "folded_batches"]

NEAR_DUPLICATES = "near_duplicates"
"""How many other stories of the answer stand behind this one."""


def folded_batches(corpus: Corpus, columns: Sequence[str] | None, filters: dict[str, Any]) -> Iterator[pl.DataFrame]:
    """What `told_batches` gives, with the column `near_duplicates` where `cluster` asks for it."""
    if not filters.get("cluster"):
        yield from told_batches(corpus, columns, filters)
        return
    shown = tuple(columns if columns is not None else Article.columns())
    found = corpus.near_duplicates(**filters)
    counts = found.select("article_id", pl.col("others").list.len().cast(pl.Int64).alias(NEAR_DUPLICATES))
    for batch in told_batches(corpus, tuple(dict.fromkeys((*shown, "article_id"))), filters):
        counted = batch.join(counts, on="article_id", how="left", maintain_order="left")
        yield counted.select(*shown, pl.col(NEAR_DUPLICATES).fill_null(0))

"""Saying how many texts of an answer nobody dates: they stand in it by another time, which its reader must know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from broadtape.article import Article

if TYPE_CHECKING:
    import polars as pl

    from broadtape.corpus import Corpus

__all__ = ["tell_undated", "told_batches"]


def tell_undated(undated: int, total: int) -> None:
    """One line on standard error; nothing where every text is dated."""
    if undated:
        articles = "article has" if total == 1 else "articles have"
        click.echo(
            f"broadtape: {undated:,} of {total:,} {articles} no time of publication, and went by when first listed, or "
            "fetched: --dated-only leaves them out.",
            err=True,
        )


def told_batches(corpus: Corpus, columns: Sequence[str] | None, filters: dict[str, Any]) -> Iterator[pl.DataFrame]:
    """What `Corpus.batches` gives, and after the last of it that line."""
    shown = tuple(columns if columns is not None else Article.columns())
    undated = total = 0
    for batch in corpus.batches(columns=(*shown, "published_at"), **filters):
        undated += batch["published_at"].null_count()
        total += batch.height
        yield batch.select(shown)
    if filters.get("by") == "published":
        tell_undated(undated, total)

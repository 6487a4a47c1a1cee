"""What a run asks of the archived texts, without reading a text.

What others committed in the last moments may be missing: on an outlet under one's lease there is no such thing.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import reduce
from operator import or_

import polars as pl

from broadtape.archive.delta.queries import sql_text, sql_time
from broadtape.archive.delta.schema import article_of
from broadtape.archive.delta.tables import Table
from broadtape.archive.segment_key import SegmentKey
from broadtape.article import Article

__all__ = ["Texts"]

_HEAVY = ("text", "summary", "removed", "minhash")


class Texts:
    """The table `articles`, asked. What it gives lacks text, summary, removed lines and MinHash.

    Every method raises StoreError where the table cannot be read.
    """

    def __init__(self, articles: Table) -> None:
        self._articles = articles

    def newest(self, article_ids: Collection[str], *, site: str | None = None) -> dict[str, Article]:
        """The newest row of each article, by `fetched_at`, then `archived_at`.

        Naming the `site` spares reading the others' files.
        """
        if not article_ids:
            return {}
        asked = [pl.col("article_id").is_in(list(article_ids)), *([pl.col("site") == site] if site else [])]
        found = self._articles.read(
            lambda rows: (
                rows.filter(*asked)
                .drop(_HEAVY)
                .sort("fetched_at", "archived_at", maintain_order=True)
                .group_by("article_id")
                .last()
            ),
            f"site = {sql_text(site)}" if site else None,
            glance=True,
        )
        return {row["article_id"]: article_of(row) for row in found.iter_rows(named=True)}

    def of_segment(self, key: SegmentKey) -> list[Article]:
        """The rows written for this segment, in its order."""
        return self.of_segments([key]).get(key, [])

    def of_segments(self, keys: Collection[SegmentKey]) -> dict[SegmentKey, list[Article]]:
        """The rows written for these segments, each one's in its order; those without any are left out."""
        if not keys:
            return {}
        named = {str(key): key for key in keys}
        start = min(key.no_row_before for key in keys)
        asked = [(pl.col("site") == key.site) & (pl.col("warc_file") == name) for name, key in named.items()]
        found = self._articles.read(
            lambda rows: (
                rows.filter(pl.col("archived_at") >= start, reduce(or_, asked))
                .drop(_HEAVY)
                .sort("warc_file", "warc_offset", "archived_at")
            ),
            f"site IN ({', '.join(sorted({sql_text(key.site) for key in keys}))}) AND archived_at >= {sql_time(start)}",
            glance=True,
        )
        written: dict[SegmentKey, list[Article]] = {}
        for row in found.iter_rows(named=True):
            written.setdefault(named[row["warc_file"]], []).append(article_of(row))
        return written

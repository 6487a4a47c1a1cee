"""What came in on a saved search or a ticker since a reader was last here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from broadtape.corpus.reading.filters import Narrowing
from broadtape.times import shifted
from broadtape.web.alike import COLUMNS
from broadtape.web.snapshot_cache import CachedView

__all__ = ["Arrivals", "arrivals"]

_SHOWN = 5
_WAITED = timedelta(days=2)
"""How long a story may have waited for the archive since it was fetched and still be news when it comes:
what a backfill or better cleaning brings is none."""
_HITS = 200
"""Hits of a search that are looked at."""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Stories whose newest text the archive has had only since then: new ones and revised ones."""

    total: int
    at_least: bool
    """Whether there may be more than were counted."""
    rows: list[dict[str, Any]]
    """Some, the one that was fetched last first."""


def arrivals(view: CachedView, words: str, filters: Narrowing, since: datetime) -> Arrivals:
    """Those that pass the filters and hold the words, if any are given; raises BadQuery for those that mean nothing."""
    near: Narrowing = {**filters, "by": "fetched", "since": shifted(since, -_WAITED)}
    return _found(view, words, near, since) if words else _listed(view, near, since)


def _found(view: CachedView, words: str, near: Narrowing, since: datetime) -> Arrivals:
    hits = view.corpus.search(words, limit=_HITS, sort="newest", snippets=False, cluster=True, **near)
    fresh = [hit.article for hit in hits if hit.article.archived_at and hit.article.archived_at > since]
    rows = [{name: getattr(article, name) for name in COLUMNS} for article in fresh[:_SHOWN]]
    return Arrivals(len(fresh), hits.total > len(hits), rows)


def _listed(view: CachedView, near: Narrowing, since: datetime) -> Arrivals:
    keys = view.corpus.frame(columns=("article_id", "fetched_at", "archived_at"), **near)
    fresh = view.corpus.collect(keys.filter(pl.col("archived_at") > since).sort("fetched_at", descending=True))
    ids = fresh["article_id"].head(_SHOWN).to_list()
    found = {row.article_id: row for row in view.corpus.with_ids(ids, columns=COLUMNS, **near)} if ids else {}
    rows = [{name: getattr(found[key], name) for name in COLUMNS} for key in ids if key in found]
    return Arrivals(fresh.height, at_least=False, rows=rows)

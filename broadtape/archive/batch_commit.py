"""A batch of a run: its articles, then its ledger's rows, each in one commit under the run's leases."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import polars as pl

from broadtape.archive.delta.commits import Fence, append_stamped
from broadtape.archive.delta.schema import TableName, article_frame, capture_frame
from broadtape.archive.delta.tables import Table
from broadtape.archive.leases import Lease
from broadtape.article import Article
from broadtape.capture import Capture

__all__ = ["commit"]

_OF_OUTLETS = {"polled", "busy"}


def commit(
    tables: Mapping[TableName, Table],
    articles: Sequence[Article],
    captures: Sequence[Capture],
    leases: Sequence[Lease],
) -> datetime | None:
    """See `Archive.commit`; None where there was nothing to write."""
    _check_cover(articles, captures, leases)
    batches: list[tuple[TableName, int, Callable[[datetime], pl.DataFrame]]] = [
        ("articles", len(articles), functools.partial(article_frame, articles)),
        ("captures", len(captures), functools.partial(capture_frame, captures)),
    ]
    stamp = None
    for name, count, rows in batches:
        for lease in leases:
            lease.check()
        if count:
            fences = [Fence(lease.site, lease.epoch) for lease in leases]
            written = append_stamped(tables[name], rows, fences)
            stamp = stamp or written
    return stamp


def _check_cover(articles: Sequence[Article], captures: Sequence[Capture], leases: Sequence[Lease]) -> None:
    covered = {lease.site for lease in leases}
    named = {article.site for article in articles} | {row.site for row in captures if row.outcome not in _OF_OUTLETS}
    if bare := named - covered:
        raise ValueError(f"no lease covers the rows of {', '.join(sorted(map(str, bare)))}")

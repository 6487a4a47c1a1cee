"""What a run asks of the tables: narrow questions, answered from the few files that can hold the answer.

What others committed in the last moments may be missing: on an outlet under one's lease there is no such thing.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from broadtape.archive.delta.queries import reading, sql_text, sql_time
from broadtape.archive.delta.schema import article_of, capture_of
from broadtape.archive.delta.tables import Table
from broadtape.archive.segment_key import SegmentKey
from broadtape.article import Article
from broadtape.capture import Capture

__all__ = ["done", "heads", "held", "known", "recent", "rows_of"]

_HEAVY = ("text", "summary", "removed", "minhash")
_SLACK = timedelta(days=2)
"""How much later than its row's commit a story may claim to be published and still be found by `recent`."""


def known(captures: Table, site: str, url_ids: Collection[int]) -> dict[int, Capture]:
    """The newest ledger row of each of the outlet's URLs."""
    if not url_ids:
        return {}
    where = f"site = {sql_text(site)} AND url_id >= {min(url_ids)} AND url_id <= {max(url_ids)}"
    rows = captures.scan(where, glance=True).filter(pl.col("site") == site, pl.col("url_id").is_in(list(url_ids)))
    return {row["url_id"]: capture_of(row) for row in _rows(captures, _newest(rows, "url_id"))}


def recent(captures: Table, sites: Collection[str], since: datetime) -> list[Capture]:
    """The newest row of each URL whose story is in the archive and not older than `since`."""
    if not sites:
        return []
    start = since - _SLACK
    rows = captures.scan(f"recorded_at >= {sql_time(start)}", glance=True).filter(
        pl.col("recorded_at") >= start, pl.col("site").is_in(list(sites)), pl.col("url_id").is_not_null()
    )
    stories = _newest(rows, "site", "url_id").filter(
        pl.col("outcome").is_in(["archived", "unchanged"]),
        pl.coalesce("published_at", "fetched_at") >= since,
    )
    return [capture_of(row) for row in _rows(captures, stories)]


def held(captures: Table, sites: Collection[str]) -> list[Capture]:
    """The newest row of each URL that is quarantined, by outlet and time."""
    where = f"site IN ({', '.join(map(sql_text, sorted(sites)))})" if sites else None
    rows = captures.scan(where).filter(pl.col("url_id").is_not_null())
    if sites:
        rows = rows.filter(pl.col("site").is_in(list(sites)))
    # Only of URLs that were quarantined once is the newest row asked for: of most there is nothing to sort.
    once = rows.filter(pl.col("outcome") == "quarantined").select("site", "url_id").unique()
    newest = _newest(rows.join(once, on=["site", "url_id"], how="semi"), "site", "url_id")
    waiting = newest.filter(pl.col("outcome") == "quarantined").sort("site", "recorded_at", "url")
    return [capture_of(row) for row in _rows(captures, waiting)]


def heads(articles: Table, article_ids: Collection[str], site: str | None = None) -> dict[str, Article]:
    """The newest row of each article without its long columns; `site` spares reading the other outlets' files."""
    if not article_ids:
        return {}
    rows = articles.scan(f"site = {sql_text(site)}" if site else None, glance=True)
    if site:
        rows = rows.filter(pl.col("site") == site)
    rows = rows.filter(pl.col("article_id").is_in(list(article_ids))).drop(_HEAVY)
    newest = rows.sort("fetched_at", "archived_at", maintain_order=True).group_by("article_id").last()
    return {row["article_id"]: article_of(row) for row in _rows(articles, newest)}


def done(captures: Table, keys: Collection[SegmentKey]) -> set[SegmentKey]:
    """Which of these segments the ledger names."""
    found: set[SegmentKey] = set()
    for site in {key.site for key in keys}:
        mine = {str(key): key for key in keys if key.site == site}
        start = min(_no_row_before(key) for key in mine.values())
        shared = any(key.shared for key in mine.values())
        # The pseudo-outlet of the polls names nobody's rows: they carry the outlets' own names.
        where = f"recorded_at >= {sql_time(start)}" + ("" if shared else f" AND site = {sql_text(site)}")
        rows = captures.scan(where, glance=True).filter(
            pl.col("recorded_at") >= start, pl.col("warc_file").is_in(list(mine))
        )
        found |= {mine[row["warc_file"]] for row in _rows(captures, rows.select("warc_file").unique())}
    return found


def rows_of(articles: Table, key: SegmentKey) -> list[Article]:
    """The article rows that came from this segment, without their long columns."""
    start = _no_row_before(key)
    where = f"site = {sql_text(key.site)} AND archived_at >= {sql_time(start)}"
    rows = articles.scan(where, glance=True)
    rows = rows.filter(pl.col("archived_at") >= start, pl.col("warc_file") == str(key)).drop(_HEAVY)
    return [article_of(row) for row in _rows(articles, rows.sort("warc_offset", "archived_at"))]


def _no_row_before(key: SegmentKey) -> datetime:
    """A day before the segment was opened: no row of it is older."""
    return key.opened - timedelta(days=1)


def _newest(rows: pl.LazyFrame, *by: str) -> pl.LazyFrame:
    return rows.sort("recorded_at", maintain_order=True).group_by(*by).last()


def _rows(table: Table, frame: pl.LazyFrame) -> list[dict[str, Any]]:
    with reading(table.uri):
        return frame.collect().to_dicts()

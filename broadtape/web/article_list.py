"""Stories newest first, a page at a time, without reading a text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from broadtape.article import Article
from broadtape.corpus import Corpus, Outlet
from broadtape.corpus.reading.filters import Narrowing
from broadtape.times import shifted, utcnow
from broadtape.web.snapshot_cache import CachedView

__all__ = ["COLUMNS", "PER_PAGE", "Listing", "newest"]

PER_PAGE = 25

COLUMNS = Article.listed()
_DAYS = (timedelta(days=2), timedelta(days=30), timedelta(days=400))
_EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Listing:
    """Some of the stories that were asked for."""

    total: int
    rows: list[dict[str, Any]]


def newest(
    view: CachedView, filters: Narrowing, *, limit: int = PER_PAGE, offset: int = 0, author: str | None = None
) -> Listing:
    """The stories that pass the filters, newest first by the clock that `by` names, those without that time last.

    With `author`, those alone under whose headline exactly that name stands.
    """
    order = f"{filters.get('by', 'published')}_at"
    outlets = _outlets(view, filters)
    latest = max(filter(None, (getattr(outlet, f"last_{order}") for outlet in outlets)), default=utcnow())
    page = pl.DataFrame()
    for near in (*_last_days(filters, latest), filters):
        keys = _keys(view.corpus, ("article_id", order), near, author)
        newest_first = keys.sort(order, "article_id", descending=[True, False], nulls_last=True)
        page = view.corpus.collect(newest_first.slice(offset, limit))
        if page.height == limit:
            break
    return Listing(_total(view, filters, outlets, author), _facts(view.corpus, filters, page, order))


def _outlets(view: CachedView, filters: Narrowing) -> list[Outlet]:
    """What is held of the outlets that are asked about."""
    given = filters.get("site")
    sites = {given} if isinstance(given, str) else set(given or ())
    every = view.outlets(filters.get("as_of"), filters.get("clock", "archived"))
    return [outlet for outlet in every if not sites or outlet.site in sites]


def _last_days(filters: Narrowing, latest: datetime) -> Iterator[Narrowing]:
    """The filters for the last days only: of a large archive, few files lie there."""
    last = min(each for each in (filters.get("until"), latest, utcnow()) if isinstance(each, datetime))
    first = filters.get("since")
    for days in _DAYS:
        if last - _EVER > days and not (isinstance(first, datetime) and last - first < days):
            yield {**filters, "since": last - days}


def _keys(corpus: Corpus, columns: tuple[str, ...], filters: Narrowing, author: str | None) -> pl.LazyFrame:
    if author is None:
        return corpus.frame(columns=columns, **filters)
    rows = corpus.frame(columns=(*columns, "authors"), **filters)
    return rows.filter(pl.col("authors").list.contains(author)).select(columns)


def _total(view: CachedView, filters: Narrowing, outlets: list[Outlet], author: str | None) -> int:
    narrowing = ("ticker", "language", "section", "since", "until", "url")
    if author is None and not any(filters.get(name) for name in narrowing):
        return sum(outlet.articles for outlet in outlets)
    keys = _keys(view.corpus, ("article_id",), filters, author)
    return view.remember(
        ("total", author, *sorted(filters.items())), lambda: int(view.corpus.collect(keys.select(pl.len())).item())
    )


def _facts(corpus: Corpus, filters: Narrowing, page: pl.DataFrame, order: str) -> list[dict[str, Any]]:
    """What is shown of these stories, read from where they lie in time."""
    if page.is_empty():
        return []
    near: Narrowing = {**filters}
    if not page[order].null_count():
        first, last = page[order].min(), page[order].max()
        near |= {"since": first, "until": shifted(last, timedelta(microseconds=1))}  # type: ignore[arg-type, typeddict-item]
    rows = corpus.frame(columns=COLUMNS, **near).filter(pl.col("article_id").is_in(page["article_id"].to_list()))
    found = {row["article_id"]: row for row in corpus.collect(rows).iter_rows(named=True)}
    return [found[article_id] for article_id in page["article_id"] if article_id in found]

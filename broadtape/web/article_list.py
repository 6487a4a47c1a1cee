"""Stories newest first, a page at a time, without reading a text."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from broadtape.corpus import Corpus, Outlet
from broadtape.corpus.reading.filters import Narrowing
from broadtape.times import shifted, utcnow
from broadtape.web.alike import COLUMNS, folds_of, with_alike
from broadtape.web.snapshot_cache import CachedView

__all__ = ["PER_PAGE", "Listing", "newest"]

PER_PAGE = 25

_DAYS = (timedelta(days=2), timedelta(days=30), timedelta(days=400))
_EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Listing:
    """Some of the stories that were asked for."""

    total: int
    rows: list[dict[str, Any]]
    behind: int = 0
    """How many of them all stand behind another one that has nearly the same text."""
    deepest: int | None = None
    """How many entries can be leafed through, where there is such a bound."""

    @property
    def pages(self) -> int:
        """How many pages of entries there are."""
        entries = self.total - self.behind
        return -(-min(entries, self.deepest or entries) // PER_PAGE)

    @property
    def cut(self) -> bool:
        """Whether there are entries that cannot be leafed through to."""
        return self.deepest is not None and self.total - self.behind > self.deepest


def newest(
    view: CachedView, filters: Narrowing, *, limit: int = PER_PAGE, offset: int = 0, author: str | None = None
) -> Listing:
    """The stories that pass the filters, newest first by the clock that `by` names, near-duplicates as one entry.

    With `author`, those alone under whose headline exactly that name stands, each by itself.
    """
    by = filters.get("by", "published")
    order = "dated_at" if by == "published" else "fetched_at"
    outlets, folds = _outlets(view, filters), {} if author else folds_of(view, filters)
    behind = set(itertools.chain.from_iterable(folds.values()))
    latest = max(filter(None, (getattr(outlet, f"last_{by}_at") for outlet in outlets)), default=utcnow())
    page = pl.DataFrame()
    for near in (*_last_days(filters, latest), filters):
        keys = _keys(view.corpus, ("article_id", order), near, author)
        entries = keys.filter(~pl.col("article_id").is_in(behind)) if behind else keys
        newest_first = entries.sort(order, "article_id", descending=[True, False], nulls_last=True)
        page = view.corpus.collect(newest_first.slice(offset, limit))
        if page.height == limit:
            break
    rows = with_alike(view, _facts(view.corpus, filters, page, order), folds, filters)
    return Listing(_total(view, filters, outlets, author), rows, len(behind))


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

"""Reading an answer a page at a time, from where the last page ended: what is archived meanwhile moves nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from broadtape.corpus.reading import plan
from broadtape.corpus.reading.query import Query
from broadtape.corpus.reading.resolve_versions import KEY
from broadtape.times import shifted

if TYPE_CHECKING:
    from broadtape.corpus.reader import Corpus

__all__ = ["Page", "Place", "beyond", "changes_page", "page_of"]

Place = tuple[Any, ...]
"""Where a row stands in the order of an answer: the values that it is ordered by."""

_DAYS = (timedelta(days=2), timedelta(days=60))
"""What is looked into before all of the rest is: of a large archive, the next rows mostly lie close by."""
_CHANGE = ("archived_at", "article_id", "fetched_at", "extractor")


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of an answer, in its order, with the place of each; `more`: others follow."""

    rows: pl.DataFrame
    places: list[Place]
    more: bool


def page_of(corpus: Corpus, query: Query, columns: Sequence[str], *, limit: int, after: Place | None = None) -> Page:
    """The articles that answer `query` from behind a place on, as many as `limit`, by time and `article_id`."""
    order = _order(query)
    keys = pl.DataFrame()
    for part in _parts(query, after):
        rows = corpus.chosen(replace(part, limit=None))
        later = rows.filter(beyond(order, after)) if after else rows
        keys = corpus.collect(later.sort(order).head(limit + 1))
        if keys.height > limit:
            break
    shown = keys.head(limit)
    read = corpus.collect(plan.of_keys(corpus.rows, shown, columns))
    return Page(read, shown.select(order).rows(), more=keys.height > limit)


def changes_page(
    corpus: Corpus, keys: pl.DataFrame, columns: Sequence[str], *, limit: int, after: Place | None = None
) -> Page:
    """The same of `Corpus.changed`, in the order in which the rows were archived."""
    ordered = keys.sort(_CHANGE)
    later = ordered.filter(beyond(_CHANGE, after)) if after else ordered
    shown = later.head(limit)
    read = corpus.collect(plan.of_keys(corpus.rows, shown, columns))
    return Page(read, shown.select(_CHANGE).rows(), more=later.height > limit)


def beyond(order: Sequence[str], place: Place) -> pl.Expr:
    """Whether a row stands behind this place."""
    found = pl.lit(value=False)
    for name, value in reversed(list(zip(order, place, strict=True))):
        found = (pl.col(name) > value) | ((pl.col(name) == value) & found)
    return found


def _order(query: Query) -> list[str]:
    return [query.order, *(name for name in KEY if name != query.order)]


def _parts(query: Query, after: Place | None) -> Iterator[Query]:
    """The query for what lies close behind the place, then for more, then for all of it."""
    start = after[0] if after else query.since
    if start is not None:
        for days in _DAYS:
            yield replace(query, rest_from=start, before=shifted(start, days))
    yield replace(query, rest_from=start)

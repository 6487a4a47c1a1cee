"""How many hits of a search there are of each outlet, language, section and ticker, and on each day."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Literal

from broadtape.corpus.fulltext.documents import moment
from broadtape.corpus.fulltext.ranking import Asked, answering
from broadtape.corpus.fulltext.schema import COUNTED
from broadtape.corpus.reading.query import Query

__all__ = ["Dimension", "days_of", "values_of"]

Dimension = Literal["site", "language", "section", "ticker"]

_DIMENSIONS: tuple[Dimension, ...] = ("site", "language", "section", "ticker")
_DAY = timedelta(days=1) // timedelta(microseconds=1)


@answering()
def values_of(asked: Asked) -> dict[Dimension, Counter[str]]:
    """Hits by value: exact counts, by the index's own lists, without reading a hit."""
    found: dict[Dimension, Counter[str]] = {}
    for dimension in _DIMENSIONS:
        field, counts = COUNTED.get(dimension, dimension), Counter[str]()
        for searcher, wanted in asked:
            counts.update(dict(searcher.terms_with_prefix(field, "", wanted)))
        found[dimension] = +counts
    return found


@answering()
def days_of(asked: Asked, query: Query) -> Counter[date]:
    """Hits by day (UTC) of the time that the query is ordered by; those without that time are left out."""
    daily = {"days": {"histogram": {"field": query.order, "interval": float(_DAY), "min_doc_count": 1}}}
    found: Counter[date] = Counter()
    for searcher, wanted in asked:
        for bucket in searcher.aggregate(wanted, daily)["days"]["buckets"]:
            found[moment(int(bucket["key"])).date()] += int(bucket["doc_count"])
    return found

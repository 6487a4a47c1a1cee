"""How many hits of a search there are of each outlet, language, section and ticker, and on each day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Literal

from tantivy import Query as Matching
from tantivy import Searcher

from broadtape.corpus.fulltext.documents import moment
from broadtape.corpus.fulltext.schema import index_schema
from broadtape.corpus.fulltext.term_queries import every_of
from broadtape.corpus.reading.query import Query

__all__ = ["Dimension", "days_of", "values_of"]

Dimension = Literal["site", "language", "section", "ticker"]

Asked = Sequence[tuple[Searcher, Matching]]
"""What is searched, and for what: the index, and what it does not cover yet."""

_DAY = timedelta(days=1) // timedelta(microseconds=1)


def values_of(asked: Asked, candidates: Mapping[Dimension, Iterable[str]]) -> dict[Dimension, Counter[str]]:
    """Hits by value, of the candidates alone: exact counts, by the index's own lists, without reading a hit."""
    schema = index_schema()
    found: dict[Dimension, Counter[str]] = {}
    for dimension, values in candidates.items():
        counts = found[dimension] = Counter()
        for value in values:
            term = Matching.term_query(schema, dimension, _indexed(dimension, value), index_option="basic")
            counts[value] = sum(_count(searcher, every_of([wanted, term])) for searcher, wanted in asked)
    return found


def days_of(asked: Asked, query: Query) -> Counter[date]:
    """Hits by day (UTC) of the time that the query is ordered by; those without that time are left out."""
    daily = {"days": {"histogram": {"field": query.order, "interval": float(_DAY), "min_doc_count": 1}}}
    found: Counter[date] = Counter()
    for searcher, wanted in asked:
        for bucket in searcher.aggregate(wanted, daily)["days"]["buckets"]:
            found[moment(int(bucket["key"])).date()] += int(bucket["doc_count"])
    return found


def _count(searcher: Searcher, wanted: Matching) -> int:
    return int(searcher.search(Matching.const_score_query(wanted, 0.0), 1).count)  # type: ignore[attr-defined]


def _indexed(dimension: Dimension, value: str) -> str:
    return {"section": value.lower(), "ticker": value.upper()}.get(dimension, value)
